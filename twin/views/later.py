"""What takes long is computed beside the screen and shown when it is done."""

import logging
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from typing import Any, Generic, TypeVar

import panel as pn
from bokeh.document import Document
from panel.io import unlocked
from panel.viewable import Viewer

from twin.views.warned import warning

_ANSWERED_MS = 10
# From a connection until the page is on its way; the browser needs longer to draw it.
_FETCHED_MS = 200
_LOOKS_MS = 20

Found = TypeVar("Found")

logger = logging.getLogger(__name__)


def page() -> Document | None:
    """Return the page now served in a browser; none in a notebook, a script or a test."""
    doc = pn.state.curdoc
    return doc if doc is not None and doc.session_context is not None else None


def soon(change: Callable[[], Any], doc: Document | None = None) -> None:
    """Change a page soon, with its lock held; at once without a page. May be called from any thread.

    Parameters
    ----------
    change : callable
        May change Panel's objects and Bokeh's models. Dropped if the page has been closed.
    doc : Document, optional
        The page, where it is not the one now served.

    Notes
    -----
    Panel writes what it changes itself, Bokeh writes when the lock is given back: without the order
    kept here, new values of a chart could reach the browser before the chart does.
    """
    at = doc or page()
    if at is None:
        change()
    elif at.session_context is not None and not at.session_context.destroyed:
        at.add_next_tick_callback(partial(_in_order, change))


def _in_order(change: Callable[[], Any]) -> None:
    with unlocked():
        change()


def beside(
    work: Callable[[], Found], then: Callable[[Future[Found]], None], *, now: bool = False
) -> None:
    """Work on a thread of its own once the page is drawn, or now, then call back with its lock held.

    Without a page, as in a notebook or a test, both happen at once.
    """
    doc = page()
    if doc is None:
        then(done_of(work))
        return

    def begin() -> None:
        thread = ThreadPoolExecutor(1, thread_name_prefix="review")
        thread.submit(work).add_done_callback(lambda done: soon(partial(then, done), doc))
        thread.shutdown(wait=False)

    if now:
        begin()
    else:  # before, the two would only slow each other down
        pn.state.onload(begin)


def done_of(work: Callable[[], Found]) -> Future[Found]:
    """Return work as done now, or as failed."""
    done: Future[Found] = Future()
    try:
        done.set_result(work())
    except Exception as error:  # told where it is shown, like one of a thread
        done.set_exception(error)
    return done


def waiting() -> pn.pane.HTML:
    """Return the words that stand until something is computed."""
    return pn.pane.HTML("<p role='status'>Being computed…</p>", margin=0)


def after_answer(change: Callable[[], None]) -> None:
    """Make a change of the page once the browser has fetched it; at once without a page.

    Before, the browser would wait for the change; now it draws what it has while the rest is made.
    """
    doc = page()
    if doc is None:
        change()
        return

    def look(wait_ms: int) -> None:
        session = doc.session_context.session if doc.session_context else None
        if session is None or not session.connection_count:
            doc.add_timeout_callback(partial(look, _FETCHED_MS), _LOOKS_MS)
        else:
            doc.add_timeout_callback(partial(_in_order, change), wait_ms)

    look(_ANSWERED_MS)


def once_drawn(change: Callable[[], None]) -> None:
    """Make a change of the page once the browser has drawn it; at once without a page.

    With the first drawing it would take longer: each part that comes has all others measured anew.
    """
    if page() is None:
        change()
    else:
        pn.state.onload(partial(_in_order, change))


class Later(Viewer, Generic[Found]):
    """A place on the page that is filled when what it shows has been computed.

    Parameters
    ----------
    work : callable
        Takes long; runs on a thread.
    draw : callable
        Makes what is shown of the result, quickly.
    now : bool
        Begin before the page is drawn: what is soon done is then drawn with it.
    """

    def __init__(
        self,
        work: Callable[[], Found],
        draw: Callable[[Found], Sequence[Any]],
        *,
        now: bool = False,
        **params: object,
    ) -> None:
        super().__init__(**params)
        self._draw = draw
        self._layout = pn.Column(waiting(), sizing_mode="stretch_width", margin=0)
        beside(work, self._show, now=now)

    def __panel__(self) -> pn.Column:
        """Return the place."""
        return self._layout

    def _show(self, done: Future[Found]) -> None:
        error = done.exception()
        if error is None:
            # In a column of their own, as Bokeh measures a bare figure before it has a layout.
            parts = pn.Column(*self._draw(done.result()), sizing_mode="stretch_width", margin=0)
            self._layout[:] = [parts]
            return
        logger.error("a part of the review failed", exc_info=error)
        words = f"This could not be computed: {error}"
        self._layout[:] = [warning(words)]
