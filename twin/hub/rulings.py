"""Which rules hold: read from the catalogue, seeded by the configuration, changed by people."""

from collections.abc import Mapping
from dataclasses import replace

from twin.errors import StoreError
from twin.rules.rule import Rule, problems
from twin.rules.seeds import seeds
from twin.rules.stored import from_text, to_text
from twin.store.rulebook import Rulebook


class Rulings:
    """The rules of one store.

    Parameters
    ----------
    book : Rulebook, optional
        Where they are kept; without it the seeds hold and nothing can be changed.
    thresholds : mapping
        ``THRESHOLDS`` of the settings, for a catalogue without rules.
    """

    def __init__(
        self, book: Rulebook | None, thresholds: Mapping[str, Mapping[str, float]]
    ) -> None:
        self._book = book
        self.rules: tuple[Rule, ...] = seeds(thresholds)
        if book is not None:
            if book.is_new():
                for rule in self.rules:
                    book.save(rule.id, to_text(rule), author="settings")
            self.read()

    def read(self) -> tuple[Rule, ...]:
        """Read the rules from the catalogue and return them."""
        if self._book is not None:
            self.rules = read_rules(self._book)
        return self.rules

    def save(self, text: str, *, author: str) -> None:
        """Keep a rule as JSON, a new one or a new version.

        Raises
        ------
        ValueError
            If it makes no sense; the message says all that is wrong.
        """
        rule = from_text(text)
        wrong = problems(rule, self.rules)
        if wrong:
            raise ValueError("; ".join(wrong))
        self._opened().save(rule.id, to_text(rule), author=author)

    def undo(self, rule: str, *, author: str) -> None:
        """Go back to the version before of a rule."""
        self._opened().undo(rule, author=author)

    def strike(self, rule: str, *, author: str) -> None:
        """Strike a rule out; `undo` brings it back."""
        self._opened().save(rule, "", author=author)

    def _opened(self) -> Rulebook:
        if self._book is None:
            raise StoreError("the rules of this hub are not kept anywhere, so they cannot change")
        return self._book


def read_rules(book: Rulebook) -> tuple[Rule, ...]:
    """Return the rules of a catalogue, each with its version."""
    return tuple(
        replace(from_text(text), version=version) for version, text in book.current().values()
    )
