"""XML that real devices write: read on past illegal characters and missing ends.

The only home of lxml.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import IO, Any

import numpy as np
import pandas as pd
from lxml import etree

from twin.errors import UnreadableFileError
from twin.files.content import Content
from twin.files.timeline import utc_instants
from twin.records import Floats, Times

_UNDECLARED = "NS_ERR_UNDEFINED_NAMESPACE"

Element = Any  # lxml has no types


@dataclass(frozen=True, slots=True, eq=False)
class Document:
    """The root of an XML document and, in words, what was wrong with the text."""

    root: Element
    warnings: tuple[str, ...]


def parsed(content: Content, root: str, kind: str) -> Document:
    """Return an XML document whose root has this name, whatever its name space.

    Raises
    ------
    UnreadableFileError
        If the text is no XML at all, or another kind of document.

    Examples
    --------
    >>> from datetime import UTC, datetime
    >>> local_name(parsed(Content("a.gpx", b"<gpx></gpx>", datetime.now(UTC)), "gpx", "GPX").root)
    'gpx'
    """
    parser = etree.XMLParser(
        recover=True, resolve_entities=False, no_network=True, huge_tree=True, remove_comments=True
    )
    try:
        found = etree.fromstring(content.data.lstrip(b"\xef\xbb\xbf \t\r\n"), parser)
    except (etree.XMLSyntaxError, ValueError, LookupError) as error:
        raise UnreadableFileError(
            f"{content.name}: is no XML ({error}), expected a {kind} file"
        ) from error
    if found is None:
        start = content.data[:20].decode("utf-8", "replace")
        raise UnreadableFileError(
            f"{content.name}: is no XML (begins {start!r}), expected a {kind} file"
        )
    if local_name(found) != root:
        raise UnreadableFileError(
            f"{content.name}: is an XML document <{local_name(found)}>, expected a {kind} "
            f"file <{root}>"
        )
    if any(error.type_name == _UNDECLARED for error in parser.error_log):
        for element in found.iter("*"):
            if ":" in local_name(element):
                with suppress(ValueError):  # damage may leave what is no name
                    element.tag = element.tag.rpartition(":")[2]
    return Document(found, _damage(parser))


def elements(stream: IO[bytes], names: Sequence[str], *, root: str, name: str) -> Iterator[Element]:
    """Yield elements of these names from a stream of any length; each is gone when the next comes.

    Raises
    ------
    UnreadableFileError
        If the root is another one, or the text is no XML.

    Examples
    --------
    >>> from io import BytesIO
    >>> found = elements(BytesIO(b"<a><b x='1'/><b x='2'/></a>"), ["b"], root="a", name="a.xml")
    >>> [number_in(element, "x") for element in found]
    [1.0, 2.0]
    """
    tags = [f"{{*}}{wanted}" for wanted in names]
    events = etree.iterparse(
        stream, ("end",), tag=tags, recover=True, huge_tree=True, resolve_entities=False,
        no_network=True, remove_comments=True, remove_blank_text=True,
    )  # fmt: skip
    try:
        for _, element in events:
            yield element
            _forget(element)
    except etree.XMLSyntaxError as error:
        raise UnreadableFileError(f"{name}: is no XML ({error}), expected <{root}>") from error
    found = events.root
    if found is None or local_name(found) != root:
        raise UnreadableFileError(f"{name}: holds no <{root}>")


def _forget(element: Element) -> None:
    """Free an element and those before it; they would fill the memory."""
    parent = element.getparent()
    element.clear()
    while parent is not None and element.getprevious() is not None:
        del parent[0]


def local_name(element: Element) -> str:
    """Return the name of an element without its name space.

    >>> local_name(etree.fromstring('<a xmlns="urn:x"/>'))
    'a'
    """
    return str(element.tag).rpartition("}")[2]


def descendants(element: Element, name: str) -> Iterator[Element]:
    """Return all elements of this name below, whatever their name space.

    >>> [b.text for b in descendants(etree.fromstring("<a><b>1</b><c><b>2</b></c></a>"), "b")]
    ['1', '2']
    """
    return iter(element.iter(f"{{*}}{name}"))


def text_of(element: Element, name: str) -> str:
    """Return the text of the first child of this name, empty if there is none.

    >>> text_of(etree.fromstring("<a><b> 1 </b></a>"), "b")
    '1'
    """
    return (element.findtext(f"{{*}}{name}") or "").strip()


def number_in(element: Element, key: str) -> float:
    """Return the finite number in an attribute; NaN where there is none.

    >>> number_in(etree.fromstring('<a x="1.5"/>'), "x"), number_in(etree.fromstring("<a/>"), "x")
    (1.5, nan)
    """
    value = _float(element.get(key) or "")
    return value if np.isfinite(value) else np.nan


class Columns:
    """Texts of points, collected by channel.

    Parameters
    ----------
    point : str
        Name of the element that is a point.
    channels : mapping of str to str
        Channel (or ``"time"``) by the name of the element that carries it.
    attributes : mapping of str to str
        Channel by the name of the point's attribute that carries it.

    Examples
    --------
    >>> track = etree.fromstring("<trk><pt lat='50'><hr>140</hr></pt><pt lat='x'><hr/></pt></trk>")
    >>> points = Columns("pt", {"hr": "heart_rate"}, {"lat": "latitude"})
    >>> points.add(track)
    >>> points.values()["latitude"], points.values()["heart_rate"], points.unreadable()
    (array([50., nan]), array([140.,  nan]), ('1 values that are no numbers left out',))
    """

    def __init__(
        self, point: str, channels: Mapping[str, str], attributes: Mapping[str, str] | None = None
    ) -> None:
        self._point = point
        self._channels = channels
        self._attributes = attributes or {}
        self._names: dict[str, str] = {}
        self._rows: list[dict[str, str | None]] = []

    def __len__(self) -> int:
        return len(self._rows)

    def add(self, track: Element) -> None:
        """Add the points of a track; of two texts for a channel in a point the first counts."""
        row: dict[str, str | None] = {}
        for element in track.iter(*(f"{{*}}{name}" for name in (self._point, *self._channels))):
            tag = element.tag
            name = self._names.setdefault(tag, tag.rpartition("}")[2])
            if name == self._point:
                row = {channel: element.get(key) for key, channel in self._attributes.items()}
                self._rows.append(row)
            else:
                row.setdefault(self._channels[name], element.text)

    def times(self) -> Times:
        """Return the instants, UTC; times without a zone are UTC, unreadable ones NaT."""
        return utc_instants(pd.Series(self._texts("time"), dtype="object"))

    def values(self) -> dict[str, Floats]:
        """Return the channels that occur, texts that are no finite numbers as NaN."""
        names = {*self._channels.values(), *self._attributes.values()} - {"time"}
        occurring = {name: self._texts(name) for name in names}
        return {
            name: _floats(texts)
            for name, texts in occurring.items()
            if any(text is not None for text in texts)
        }

    def unreadable(self) -> tuple[str, ...]:
        """Return in words how many texts are no numbers, nothing if none."""
        values = self.values()
        lost = sum(
            sum(text is not None and bool(text.strip()) for text in self._texts(name))
            - int(np.isfinite(values[name]).sum())
            for name in values
        )
        return (f"{lost} values that are no numbers left out",) if lost else ()

    def _texts(self, channel: str) -> list[str | None]:
        return [row.get(channel) for row in self._rows]


def _floats(texts: Sequence[str | None]) -> Floats:
    values = [np.nan if text is None else text for text in texts]
    try:
        numbers = np.array([float(value) for value in values])
    except ValueError:
        numbers = np.array([_float(value) for value in values])
    return np.where(np.isinf(numbers), np.nan, numbers)


def _float(text: str | float) -> float:
    try:
        return float(text)
    except ValueError:
        return np.nan


def _damage(parser: Element) -> tuple[str, ...]:
    errors = [error for error in parser.error_log if error.level_name in ("ERROR", "FATAL")]
    # A name space that was never declared does no harm: apps write their extensions so.
    errors = [error for error in errors if error.type_name != _UNDECLARED]
    if not errors:
        return ()
    first = errors[0]
    return (
        f"the XML is damaged in {len(errors)} places (first in line {first.line}: "
        f"{first.message.strip()}): what could be read was kept",
    )
