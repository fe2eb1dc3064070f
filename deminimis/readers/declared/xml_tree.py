"""XML to a tree of frozen elements that know their line; entities, depth and size are refused at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from xml.parsers import expat

from deminimis.errors import InputError
from deminimis.readers.files.files import refuse

DEPTH_LIMIT = 100
"""Levels of elements; an assembly of parts of materials of substances has about ten."""
ELEMENTS_LIMIT = 500_000
"""Elements of one file; a full material declaration of a car has about a tenth of it."""


@dataclass(frozen=True, slots=True)
class Element:
    """One element.

    Parameters
    ----------
    name, namespace : str
        The name without its prefix, and the namespace behind the prefix.
    attributes : mapping of str to str
        By name without prefix.
    children : tuple of Element
    text : str
        What stands in it besides its children, trimmed.
    line : int
        Line of the file on which it begins, from 1.
    """

    name: str
    namespace: str
    attributes: Mapping[str, str]
    children: tuple[Element, ...]
    text: str
    line: int

    def every(self, *names: str) -> Iterator[Element]:
        """Yield this element and everything beneath it of one of the names, in the order of the file."""
        if self.name in names:
            yield self
        for child in self.children:
            yield from child.every(*names)


def parse_xml(name: str, data: bytes) -> Element:
    """Return the root element of an XML file.

    Parameters
    ----------
    name : str
        The file, for the refusal.
    data : bytes
        Its bytes, in any encoding XML names.

    Returns
    -------
    Element

    Raises
    ------
    InputError
        It is malformed, declares a document type or entities, or is nested or long beyond any declaration.

    Notes
    -----
    The standard library's parser with its own handlers, because its trees keep no line numbers. An entity can only be
    declared in a document type, so refusing that refuses every expansion and every outside file.

    Examples
    --------
    >>> root = parse_xml("sample.xml", b"<a x='1'><b>text</b></a>")
    >>> root.attributes["x"], root.children[0].text, root.children[0].line
    ('1', 'text', 1)
    """
    building = _Building(name)
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = building.refuse_doctype
    parser.StartElementHandler = lambda tag, attributes: building.start(tag, attributes, parser.CurrentLineNumber)
    parser.EndElementHandler = building.end
    parser.CharacterDataHandler = building.say
    try:
        parser.Parse(data, True)
    except (expat.ExpatError, ValueError, LookupError) as error:
        line = getattr(error, "lineno", parser.CurrentLineNumber)
        why = expat.ErrorString(error.code) if isinstance(error, expat.ExpatError) else "its encoding is not known"
        raise refuse(name, f"is damaged XML (line {line}: {why})", "export it again") from None
    return building.roots[0]


class _Building:
    """Elements under construction."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.roots: list[Element] = []
        self.open: list[tuple[str, Mapping[str, str], int, list[Element], list[str]]] = []
        self.count = 0

    def refuse_doctype(self, *_: object) -> None:
        raise refuse(self.file, "declares a document type, which no declaration needs", "export it again without one")

    def start(self, tag: str, attributes: Mapping[str, str], line: int) -> None:
        self.count += 1
        if self.count > ELEMENTS_LIMIT or len(self.open) >= DEPTH_LIMIT:
            raise self.too_much()
        plain = {key.rpartition(" ")[2]: value.strip() for key, value in attributes.items()}
        self.open.append((tag, plain, line, [], []))

    def too_much(self) -> InputError:
        what = f"has more than {DEPTH_LIMIT} levels or {ELEMENTS_LIMIT} elements"
        return refuse(self.file, what, "split it into one file per product")

    def say(self, text: str) -> None:
        self.open[-1][4].append(text)

    def end(self, tag: str) -> None:
        _, attributes, line, children, said = self.open.pop()
        namespace, _, name = tag.rpartition(" ")
        element = Element(name, namespace, attributes, tuple(children), "".join(said).strip(), line)
        (self.open[-1][3] if self.open else self.roots).append(element)
