"""Whether a file has the sheet, the header row and the columns that a user names, among all files that he gives."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from deminimis.errors import LayoutError
from deminimis.readers.choices import Choices
from deminimis.readers.files.files import FileRead
from deminimis.readers.grid import Grid
from deminimis.readers.sheets import OWN_SHEETS
from deminimis.readers.tables.chosen_table import Chosen, chosen_table


@dataclass(frozen=True, slots=True)
class Named:
    """What a file has of what a user names.

    Parameters
    ----------
    file : str
        Its name; "" for a file that has no tables to look through.
    sheets : tuple of str
        Its sheets; one without name for a file of text.
    has_sheet : bool
        It has the sheet named.
    height : int
        Rows of its longest sheet.
    found : tuple of str
        Sheets whose table is the one described.
    roles, seen : frozenset of str
        Roles whose columns a table has, and those whose columns stand in a row that makes no table.
    why : str
        Why that row makes no table.
    """

    file: str = ""
    sheets: tuple[str, ...] = ()
    has_sheet: bool = False
    height: int = 0
    found: tuple[str, ...] = ()
    roles: frozenset[str] = frozenset()
    seen: frozenset[str] = frozenset()
    why: str = ""


NOTHING = Named()


def named_in(file: FileRead, grids: Sequence[Grid], chosen: Sequence[Grid], choices: Choices) -> Named:
    """Return what a file has of what the user names.

    Parameters
    ----------
    file : FileRead
    grids : sequence of Grid
        All its sheets.
    chosen : sequence of Grid
        Those to be read.
    choices : Choices

    Returns
    -------
    Named

    Raises
    ------
    LayoutError
        A role that does not exist is named, or one column for two roles that exclude each other.
    """
    wanted = (choices.sheet or "").casefold()
    has_sheet = any(grid.sheet and grid.sheet.casefold() == wanted for grid in grids)
    seen: list[tuple[str, Chosen]] = []
    if choices.columns or choices.header_row is not None:
        data = [grid for grid in chosen if grid.sheet.strip().casefold() not in OWN_SHEETS]
        seen = [(grid.sheet, chosen_table(grid, choices)) for grid in data]
    return Named(
        file.name,
        tuple(grid.sheet for grid in grids),
        has_sheet,
        max((grid.height for grid in grids), default=0),
        tuple(sheet for sheet, one in seen if one.tables),
        frozenset[str]().union(*(one.roles for _, one in seen if one.tables)),
        frozenset[str]().union(*(one.roles for _, one in seen if not one.tables)),
        next((one.why for _, one in seen if one.why), ""),
    )


def check_named(files: Sequence[Named], choices: Choices) -> None:
    """Refuse a sheet, a header row or columns that none of the files has.

    Parameters
    ----------
    files : sequence of Named
        What each has of it; files without tables to look through are left out.
    choices : Choices
        What the user names.

    Raises
    ------
    LayoutError
        It says what was looked through.
    """
    looked = [one for one in files if one.file]
    if not looked:
        return
    names = ", ".join(dict.fromkeys(one.file for one in looked))
    has = "has" if len(looked) == 1 else "have"
    if choices.sheet is not None and not any(one.has_sheet for one in looked):
        raise _refused(looked, f"{names} {has} no sheet {choices.sheet}: {_sheets(looked)}.")
    if choices.header_row is not None and choices.header_row > (highest := max(one.height for one in looked)):
        last = f"its last one is {highest}" if len(looked) == 1 else f"the longest ends at row {highest}"
        raise _refused(looked, f"{names} {has} no row {choices.header_row}: {last}; give another --header-row.")
    taken = frozenset[str]().union(*(one.roles for one in looked))
    left = {role: header for role, header in choices.columns.items() if role not in taken}
    if not left and (choices.header_row is None or any(one.found for one in looked)):
        return
    seen = frozenset[str]().union(*(one.seen for one in looked))
    absent = [header for role, header in left.items() if role not in seen]
    told = next((one for one in looked if one.why), None)
    if told and (choices.header_row is not None or not absent):
        raise _refused([told], f"{told.file}: {told.why}")
    through = names if len(looked) == 1 and len(looked[0].sheets) == 1 else f"{names} ({_sheets(looked)})"
    raise _refused(
        looked, f"{through}: no row within the first 40 has the columns {', '.join(absent)}: check their spelling."
    )


def _sheets(looked: Sequence[Named]) -> str:
    sheets = [sheet for one in looked for sheet in one.sheets if sheet]
    if not sheets:
        return "a file of text has none, so leave --sheet out"
    return f"{'its' if len(looked) == 1 else 'their'} sheets are {', '.join(sheets)}"


def _refused(looked: Sequence[Named], sentence: str) -> LayoutError:
    return LayoutError(sentence, file=looked[0].file)
