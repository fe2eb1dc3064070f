"""Texts in the cells of OpenDocument workbooks: paragraphs, blanks, and parts that are struck out.

Source: OASIS Open Document Format 1.3, part 3, section 6 (paragraphs), 2021-04-27.
"""

from __future__ import annotations

import re

from deminimis.readers.workbooks.ods_styles import Styles
from deminimis.readers.workbooks.ods_xml import Attributes, Elements

TEXT = "text:"
SKIPPED = (
    "office:annotation", "office:forms", "table:shapes", "table:tracked-changes", "table:dde-links",
    "table:content-validations", "text:note", "text:ruby-text", "draw:", "dr3d:",
)  # fmt: skip
"""What holds text that is no cell's."""
BLANKS_LIMIT = 1 << 22
"""Blanks that are written as a number."""


class Texts(Elements):
    """The text of the cell that is read.

    Notes
    -----
    `pieces` are its parts and whether each is struck out by a style of its own, None where the cell's style counts.
    `paragraphs` counts its paragraphs.
    """

    def __init__(self, styles: Styles) -> None:
        super().__init__(styles.words, SKIPPED)
        self.pieces: list[tuple[str, bool | None]] = []
        self.paragraphs = 0
        self.styles = styles
        self._struck: list[bool | None] = []
        self._blanks = 0
        self.begins = {
            **styles.begins,
            f"{TEXT}p": self._begin_paragraph,
            f"{TEXT}span": self._begin_span,
            f"{TEXT}s": self._add_blanks,
            f"{TEXT}tab": lambda said: self.words.append("\t"),
            f"{TEXT}line-break": lambda said: self.words.append("\n"),
        }
        self.ends = {**styles.ends, f"{TEXT}p": self._end_paragraph, f"{TEXT}span": self._end_span}

    @property
    def text(self) -> str:
        """The whole text; paragraphs end in a line break."""
        return "".join([text for text, _ in self.pieces])

    def _begin_paragraph(self, said: Attributes) -> None:
        self.words.clear()
        if self.paragraphs:
            self.words.append("\n")
        self.paragraphs += 1
        if f"{TEXT}style-name" in said:
            self._struck = [self.styles.look("paragraph", said[f"{TEXT}style-name"]).struck]

    def _end_paragraph(self) -> None:
        self._end_piece()
        if self._struck:
            self._struck = []

    def _begin_span(self, said: Attributes) -> None:
        self._end_piece()
        own = self.styles.look("text", said.get(f"{TEXT}style-name", "")).struck
        self._struck.append(own if own is not None or not self._struck else self._struck[-1])

    def _end_span(self) -> None:
        self._end_piece()
        if self._struck:
            self._struck.pop()

    def _end_piece(self) -> None:
        if self.words:
            self.pieces.append(("".join(self.words), self._struck[-1] if self._struck else None))
            self.words.clear()

    def _add_blanks(self, said: Attributes) -> None:
        blanks = repetitions(said, f"{TEXT}c")
        self._blanks += blanks
        if self._blanks > BLANKS_LIMIT:
            raise ValueError(f"it holds more than {BLANKS_LIMIT} blanks")
        self.words.append(" " * blanks)


def repetitions(said: Attributes, name: str) -> int:
    """Return how often something is repeated or how far it reaches: at least 1.

    Parameters
    ----------
    said : mapping of str to str
        Attributes of an element.
    name : str
        That which says it; 1 where it is missing.

    Raises
    ------
    ValueError
        It is no number.
    """
    count = said.get(name, "1")
    if not re.fullmatch("[0-9]{1,9}", count):
        raise ValueError("a number of repetitions is none")
    return max(int(count), 1)
