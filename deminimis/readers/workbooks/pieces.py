"""Large sheets of xlsx files in pieces of rows: each is a small workbook of its own, so that several are read at once.

A piece begins with a row that says its number, so that its rows stand where they stood. Before them comes a marked row:
only if it is still the first after reading are all rows of the piece below it, as they must be.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field, replace

import fastexcel
import pyarrow as pa

from deminimis.readers.workbooks.loading import Columns, load_sheet
from deminimis.readers.workbooks.sheet_scan import Expected
from deminimis.readers.workbooks.workbook_parts import SKELETON, STRINGS, sheet_members

LARGE = 32 << 20
"""Bytes of XML from which on a sheet is read in pieces."""
PIECE = 8 << 20
STRINGS_SHARE = 4
"""A piece has so many times the bytes of the shared texts, which every piece reads anew."""
AHEAD = 4
"""Pieces that may wait to be read: they are cut faster."""
MARK = 7250318462
NUMBERED = re.compile(rb'<row r="(\d{1,7})"')
DATA, CLOSING = b"<sheetData>", b"</sheetData></worksheet>"

Begin = Callable[..., Future[Columns]]


@dataclass(frozen=True, slots=True)
class Frame:
    """What every piece of a sheet shares.

    Parameters
    ----------
    name, member : str
        The sheet in the workbook and in the file.
    parts : mapping of str to bytes
        What makes a workbook of a sheet.
    piece : int
        Bytes of XML of a piece.
    """

    name: str
    member: str
    parts: Mapping[str, bytes] = field(repr=False)
    piece: int


def frames(data: bytes, large: int = LARGE) -> dict[str, Frame]:
    """Find the sheets that are worth reading in pieces.

    Parameters
    ----------
    data : bytes
        An xlsx file.
    large : int
        Bytes of XML from which on a sheet is.

    Returns
    -------
    dict
        Sheet name to `Frame`.
    """
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        sizes = {member.filename: member.file_size for member in archive.infolist()}
        members = sheet_members(archive)
        piece = max(min(PIECE, large // 2), STRINGS_SHARE * sizes.get(STRINGS, 0))
        wanted = {name: member for name, member in members.items() if sizes[member] >= max(large, 3 * piece // 2)}
        parts = {name: archive.read(name) for name in (*SKELETON, STRINGS) if name in sizes} if wanted else {}
    return {name: Frame(name, member, parts, piece) for name, member in wanted.items()}


class SheetInPieces:
    """One sheet that is read while it is unpacked part by part.

    Parameters
    ----------
    frame : Frame
        What its pieces share.
    begin : callable
        Begins a job on another thread.
    expected : Expected
        Which columns hold numbers.
    swapped : bool
        Read as text what is expected to be numbers, and the other way round.
    """

    def __init__(self, frame: Frame, begin: Begin, expected: Expected, swapped: bool = False) -> None:
        self._frame, self._begin, self._how = frame, begin, (expected, swapped)
        self._head = b""
        self._waiting: list[bytes] = []
        self._jobs: list[tuple[int | None, Future[Columns]]] = []
        self._whole = self._ended = False

    def take(self, part: bytes) -> None:
        """Take the next part of the sheet's XML; the first holds its head, the others begin with a row."""
        if not self._head:
            start = part.find(DATA) + len(DATA)
            self._whole = start < len(DATA)
            self._head = part[:start] or part
        elif not self._ended and NUMBERED.match(part) is None:
            self._whole = True
        if self._whole or self._ended:
            return
        end = part.find(b"</sheetData>", max(part.rfind(b"</row>"), 0))
        self._ended = end >= 0
        self._waiting.append(part[:end] if self._ended else part)
        if self._ended or sum(map(len, self._waiting)) >= self._frame.piece:
            self._start()

    def _start(self) -> None:
        rows, self._waiting = self._waiting, []
        above = None
        if self._jobs and (number := NUMBERED.match(rows[0])):
            above = int(number[1]) - 2  # rows count from 0, their numbers from 1
            rows = [self._head, _marked_row(above), *rows]
        if len(self._jobs) >= AHEAD:
            self._jobs[-AHEAD][1].exception()
        self._jobs.append((above, self._begin(_load_piece, self._frame, (*rows, CLOSING), *self._how, above is None)))

    def joined(self) -> Columns | None:
        """Return the sheet.

        Returns
        -------
        Columns or None
            None where its pieces do not make the sheet: it is not written row by row, or is damaged.
        """
        if self._whole or not self._ended or any(job.exception() for _, job in self._jobs):
            return None
        return join_pieces([(above, job.result()) for above, job in self._jobs])


def _marked_row(row: int) -> bytes:
    """Return the XML of a row, from 0, that is known again."""
    return b'<row r="%d"><c r="A%d"><v>%d</v></c></row>' % (row + 1, row + 1, MARK)


def _load_piece(frame: Frame, xml: Sequence[bytes], expected: Expected, swapped: bool, first: bool) -> Columns:
    book = io.BytesIO()
    with zipfile.ZipFile(book, "w") as archive:
        for name, content in frame.parts.items():
            archive.writestr(name, content)
        with archive.open(frame.member, "w") as sheet:
            for part in xml:
                sheet.write(part)
    reader = fastexcel.read_excel(book.getvalue())
    return load_sheet(reader, reader.sheet_names.index(frame.name), expected, swapped, from_first_row=first)


def join_pieces(pieces: Sequence[tuple[int | None, Columns]]) -> Columns | None:
    """Join the pieces of a sheet.

    Parameters
    ----------
    pieces : sequence of (int or None, Columns)
        Where the marked row of each stands, from 0; the first has none. In the order of the sheet.

    Returns
    -------
    Columns or None
        None where the rows of a piece do not stand below its marked row and above the next.
    """
    spans: list[_Span] = []
    height = 0
    for above, piece in pieces:
        start, marked = (0, 0) if above is None else (above + 1, 1)
        if start < height or (marked and not _is_marked(piece)):
            return None
        rows = len(piece.columns[0]) - marked if piece.columns else 0
        if rows:
            spans.append(_Span(start - height, marked, rows, piece))
            height = start + rows
    return _as_one(pieces[0][1], spans)


def _is_marked(piece: Columns) -> bool:
    return piece.columns != () and piece.offset == 0 and piece.columns[0][0].as_py() in (MARK, str(MARK))


@dataclass(frozen=True, slots=True)
class _Span:
    """The rows of one piece: how many are empty before them, and whether one is marked and not of the sheet."""

    gap: int
    marked: int
    rows: int
    piece: Columns

    def cells(self, column: int) -> pa.Array | None:
        at = column - self.piece.offset
        return self.piece.columns[at].slice(self.marked) if 0 <= at < len(self.piece.columns) else None


def _as_one(first: Columns, spans: Sequence[_Span]) -> Columns:
    width = max((span.piece.offset + len(span.piece.columns) for span in spans), default=0)
    offset = min((span.piece.offset for span in spans), default=0)
    columns = [_column([(span, span.cells(at)) for span in spans]) for at in range(offset, width)]
    faults, row = [], 0
    for span in spans:
        row += span.gap
        moved, aside = row - span.marked, span.piece.offset - offset
        faults += [replace(f, row=f.row + moved, column=f.column + aside) for f in span.piece.faults]
        row += span.rows
    return Columns(first.name, first.numbers, tuple(columns), offset, tuple(faults))


def _column(cells: Sequence[tuple[_Span, pa.Array | None]]) -> pa.Array:
    """Return one column; it is empty between the pieces and in those that do not reach it."""
    kind = next((array.type for _, array in cells if array is not None), pa.string())
    arrays = []
    for span, array in cells:
        arrays += [pa.nulls(span.gap, kind), pa.nulls(span.rows, kind) if array is None else array]
    return pa.concat_arrays(arrays)
