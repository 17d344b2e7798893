"""Keys of the pages, as the list under ``?`` tells them."""

_EVERYWHERE = (
    ("?", "this list"),
    ("A", "the loudest alert; Enter acknowledges it"),
    ("Tab", "from one thing to the next; the first leads past the head"),
    ("Esc", "close what is open"),
)
_OF_PAGE = {
    "squad": (
        ("/", "filter by name or sport"),
        ("← ↑ → ↓", "from athlete to athlete; Enter opens the page of one"),
        ("T", "tiles or table"),
        ("C", "compare two to four; on a curve ← → read it, on all at once"),
        ("M", "map"),
        ("F", "big screen, for a wall"),
    ),
    "lead": (
        ("P", "pause, or go on"),
        ("L", "a lap for all"),
        ("D", "begin the next drill"),
        ("M", "to the words of a marker"),
        ("Ctrl+Z", "undo the last action"),
    ),
    "alerts": (("V", "hold it and ask, where the browser understands speech on this machine"),),
    "season": (
        ("[", "the month before"),
        ("]", "the month after"),
    ),
    "review": (("/", "search the sessions"),),
    "whatif": (
        ("↑ ↓", "in a target: a notch harder or easier"),
        ("Ctrl+Z", "undo; with Shift redo"),
    ),
}


def shortcuts_of(page: str) -> tuple[tuple[str, str], ...]:
    """Return the keys of a page and what each does, its own first.

    Examples
    --------
    >>> shortcuts_of("setup")[0]
    ('?', 'this list')
    >>> shortcuts_of("squad")[2]
    ('T', 'tiles or table')
    """
    return (*_OF_PAGE.get(page, ()), *_EVERYWHERE)
