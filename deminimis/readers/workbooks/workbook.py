"""Spreadsheets to grids: number columns as doubles, all others as text, in one pass if the sheet keeps its promise.

The fast reader reads a column in one type only, and prints numbers with nine decimals. The first rows tell which
columns hold numbers; while the sheet is read so, a second thread searches its XML for text among the numbers and for
numbers among the ids. Only if it finds some is the sheet read again with the types swapped.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from deminimis.readers.files.files import FileRead, refuse
from deminimis.readers.grid import Grid, GridFault
from deminimis.readers.workbooks.loading import Columns, load_sheets
from deminimis.readers.workbooks.pieces import Frame, SheetInPieces, frames
from deminimis.readers.workbooks.preview import first_rows
from deminimis.readers.workbooks.sheet_scan import Expected, largest_area, scan_sheets, sheet_parts
from deminimis.readers.workbooks.sheet_xml import SheetXml

CELLS_LIMIT = 50_000_000
"""Cells of the rectangle a sheet may span: a million rows of fifty columns."""
THOUSAND_LIKE = r"^\s*[+-]?[1-9]\d{0,2}\.\d{3}\s*$"
"""A text that is one number under the decimal point and a thousand times as much under the comma."""
SMALL = 1 << 20
"""Bytes up to which a file is read without a thread beside."""
THREADED = 100_000
"""Cells of a sheet from which on a second thread is worth its start."""
Plan = Callable[[Grid], Expected]


def read_workbook(file: FileRead, plan: Plan) -> tuple[Grid, ...]:
    """Read every sheet of a workbook.

    Parameters
    ----------
    file : FileRead
        An xlsx, xlsm, xls, xlsb or ods file.
    plan : callable
        Says from the first rows of a sheet which columns hold numbers and which hold ids.

    Returns
    -------
    tuple of Grid
        In the order of the workbook; sheets without cells have no columns.

    Raises
    ------
    InputError
        The workbook is damaged.
    """
    with ThreadPoolExecutor(2) as threads:
        try:
            return _read(file, plan, threads)
        except (KeyboardInterrupt, SystemExit):
            raise
        except BaseException as error:
            # the reader's Rust side raises a dozen types and panics outside Exception; each means the same to the user
            raise refuse(file.name, f"is damaged ({_first_line(error)})", "open it, save it again as .xlsx") from None


def _read(file: FileRead, plan: Plan, threads: ThreadPoolExecutor) -> tuple[Grid, ...]:
    if file.kind == "xlsx" and (area := largest_area(file.data)) > CELLS_LIMIT:
        raise ValueError(f"a sheet spans {area} cells, most of them empty")
    heads = _heads(file)
    expected = {name: plan(grid) for name, grid in heads.items()}
    apart = frames(file.data) if file.kind == "xlsx" else {}
    begin = threads.submit if apart or len(file.data) > SMALL else _do_now
    first = _Loading(file.data, expected, apart, begin)
    second: _Loading | None = None
    known: Mapping[str, SheetXml] = {}
    if file.kind == "xlsx":
        known = scan_sheets(file.data, expected, first.takers)
    if not heads or not all(sheet.as_expected for sheet in known.values()):
        second = _Loading(file.data, expected, apart, begin, swapped=True)
        second.unpack()
    one = first.sheets()
    other = second.sheets() if second else [None] * len(one)
    return tuple(_grid(file.name, a, b, heads.get(a.name), known.get(a.name)) for a, b in zip(one, other, strict=True))


class _Loading:
    """All sheets of a workbook being read: the large ones in pieces, as they are unpacked, the others by one job."""

    def __init__(
        self,
        data: bytes,
        expected: Mapping[str, Expected],
        apart: Mapping[str, Frame],
        begin: Callable[..., Future[Any]],
        swapped: bool = False,
    ) -> None:
        self._how = (data, expected, swapped)
        self._rest: Future[list[Columns]] = begin(load_sheets, *self._how, apart=frozenset(apart))
        self._pieces = {
            name: SheetInPieces(frame, begin, expected.get(name, Expected()), swapped) for name, frame in apart.items()
        }
        self._members = {name: frame.member for name, frame in apart.items()}
        self.takers = {name: sheet.take for name, sheet in self._pieces.items()}

    def unpack(self) -> None:
        """Unpack the large sheets for their pieces alone."""
        if not self.takers:
            return
        data = self._how[0]
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for name, take in self.takers.items():
                for part in sheet_parts(data, archive, self._members[name]):
                    take(part)

    def sheets(self) -> list[Columns]:
        """Return the sheets; those that cannot be read in pieces are read as a whole."""
        joined = {name: sheet.joined() for name, sheet in self._pieces.items()}
        whole: dict[str, Columns] = {}
        if missing := {name for name, sheet in joined.items() if sheet is None}:
            whole = {sheet.name: sheet for sheet in load_sheets(*self._how, apart=joined.keys() - missing)}
        return [joined.get(sheet.name) or whole.get(sheet.name) or sheet for sheet in self._rest.result()]


def _do_now(load: Callable[..., Any], *given: Any, **more: Any) -> Future[Any]:
    """Read at once: to start a thread takes longer than a small file."""
    done: Future[Any] = Future()
    done.set_result(load(*given, **more))
    return done


def _heads(file: FileRead) -> dict[str, Grid]:
    """Return the first rows of every sheet, nothing where they cannot be cut out."""
    cut = first_rows(file.data) if file.kind == "xlsx" else None
    if cut is None:
        return {}
    return {sheet.name: _grid(file.name, sheet, None, None, None) for sheet in load_sheets(cut, {})}


def _first_line(error: BaseException) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:200].rstrip(".:")


def _grid(name: str, one: Columns, other: Columns | None, head: Grid | None, known: SheetXml | None) -> Grid:
    swapped = other.columns if other else [None] * len(one.columns)
    stand = range(one.offset, one.offset + len(one.columns))
    cut: Any = (stand, one.columns, swapped)
    if sum(map(len, one.columns)) < THREADED:
        both = [_text_and_numbers(p, c, s, one.numbers, head) for p, c, s in zip(*cut, strict=True)]
    else:
        with ThreadPoolExecutor(2) as threads:
            both = list(threads.map(lambda p, c, s: _text_and_numbers(p, c, s, one.numbers, head), *cut))
    text, numbers = [t for t, _ in both], [n for _, n in both]
    if other is not None:
        numbers = _without_texts(text, numbers, one.offset, known)
    faults = list(one.faults)
    if known is not None and text:
        places = ((row, column - one.offset) for row, column in known.without_value)
        inside = [(row, column) for row, column in places if row < len(text[0]) and 0 <= column < len(text)]
        faults += [GridFault(row, column, "FORMULA_WITHOUT_VALUE") for row, column in inside]
    return Grid(name, one.name, tuple(text), tuple(numbers), tuple(faults), one.offset, known)


def _without_texts(
    text: Sequence[pa.Array], numbers: Sequence[pa.Array], offset: int, known: SheetXml | None
) -> list[pa.Array]:
    """Return the doubles without those that the reader made of a text such as "1.000", which may be a thousand."""
    like: dict[int, list[int]] = {}
    for at, (cells, doubles) in enumerate(zip(text, numbers, strict=True)):
        rows = pc.indices_nonzero(pc.and_(doubles.is_valid(), pc.match_substring_regex(cells, THOUSAND_LIKE)))
        like |= {at: rows.to_pylist()} if len(rows) else {}
    if known is not None:
        numeric = known.numeric((row, offset + at) for at, rows in like.items() for row in rows)
        texts = {at: [row for row in rows if (row, offset + at) not in numeric] for at, rows in like.items()}
    else:
        # No number is printed with a nought at its end: where one is, the column holds texts.
        texts = {at: rows for at, rows in like.items() if any(text[at][row].as_py().strip()[-1] == "0" for row in rows)}
    without = list(numbers)
    for at, rows in texts.items():
        is_text = np.zeros(len(numbers[at]), dtype=bool)
        is_text[rows] = True
        without[at] = pc.if_else(pa.array(is_text), pa.scalar(None, pa.float64()), numbers[at])
    return without


def _text_and_numbers(
    place: int, column: pa.Array, swapped: pa.Array | None, expected: frozenset[int], head: Grid | None
) -> tuple[pa.Array, pa.Array]:
    """Return one column as text and as doubles, from the one pass or from both."""
    if place not in expected:
        return column.cast(pa.string()), pa.nulls(len(column), pa.float64()) if swapped is None else _finite(swapped)
    return (_printed(column, place, head) if swapped is None else swapped.cast(pa.string())), _finite(column)


def _finite(numbers: pa.Array) -> pa.Array:
    """Return the doubles without infinities, which a writer makes of numbers too large: only their text stays."""
    finite = pc.is_finite(numbers)
    return numbers if pc.all(finite).as_py() in (True, None) else pc.if_else(finite, numbers, None)


def _printed(numbers: pa.Array, place: int, head: Grid | None) -> pa.Array:
    """Return a column of numbers as text; its first rows, the header among them, as they stand in the head."""
    printed = pc.cast(numbers, pa.string())
    if head is None or not 0 <= place - head.offset < len(head.text):
        return printed
    first = head.text[place - head.offset].slice(0, len(numbers))
    return pa.concat_arrays([first, printed.slice(len(first))])
