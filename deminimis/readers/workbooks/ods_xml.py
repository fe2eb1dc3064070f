"""The XML of OpenDocument workbooks, element by element: a large sheet is never held as a tree."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from xml.parsers import expat

from deminimis.readers.workbooks.book import NotUnderstood

SPACE = "urn:oasis:names:tc:opendocument:xmlns:"
PREFIXES = {
    f"{SPACE}{name}:1.0": f"xmlns:{prefix}"
    for name, prefix in (
        ("datastyle", "number"), ("drawing", "draw"), ("office", "office"), ("style", "style"), ("table", "table"),
        ("text", "text"), ("xsl-fo-compatible", "fo"),
    )
}  # fmt: skip
"""What every program calls these namespaces; to resolve them for each element takes half as long again."""

Attributes = Mapping[str, str]


class Elements:
    """What reads an XML file element by element.

    Notes
    -----
    `begins` and `ends` say by name who takes an element. One whose `begins` returns True is skipped with all it holds,
    and so is one whose name starts with a name in `skipped`. `words` gathers the text between the elements.
    """

    def __init__(self, words: list[str], skipped: tuple[str, ...]) -> None:
        self.words, self.skipped = words, skipped
        self.begins: dict[str, Callable[[Attributes], bool | None]] = {}
        self.ends: dict[str, Callable[[], None]] = {}

    def read(self, pieces: Iterable[bytes]) -> None:
        """Read a file.

        Raises
        ------
        ValueError
            It declares entities, or has other names for its namespaces than all programs.
        xml.parsers.expat.ExpatError
            It is no XML.
        """
        begin_of, end_of, skipped, depth = self.begins.get, self.ends.get, self.skipped, 0

        def begin(name: str, attributes: Attributes) -> None:
            nonlocal depth
            if depth:
                depth += 1
            elif taken := begin_of(name):
                if taken(attributes):
                    depth = 1
            elif name.startswith(skipped):
                depth = 1

        def end(name: str) -> None:
            nonlocal depth
            if depth:
                depth -= 1
            elif taken := end_of(name):
                taken()

        def begin_root(name: str, attributes: Attributes) -> None:
            _check_prefixes(attributes)
            parser.StartElementHandler = begin

        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler, parser.EndElementHandler = begin_root, end
        # text of skipped elements is dropped with that before the next paragraph
        parser.CharacterDataHandler = self.words.append
        parser.StartDoctypeDeclHandler = _refuse_entities
        for piece in pieces:
            parser.Parse(piece, False)
        parser.Parse(b"", True)


def _check_prefixes(said: Attributes) -> None:
    usual = {prefix: space for space, prefix in PREFIXES.items()}
    for name, space in said.items():
        if name.startswith("xmlns") and (PREFIXES.get(space, name) != name or usual.get(name, space) != space):
            raise NotUnderstood("its XML has unusual prefixes")


def _refuse_entities(*_: object) -> None:
    raise ValueError("it declares XML entities")
