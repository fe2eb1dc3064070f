"""What a user says about how to read a file, where the file itself leaves it open."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from types import MappingProxyType
from typing import Any

from deminimis.errors import LayoutError
from deminimis.readers.tables.layouts import BASES, Layout, layouts, read_layouts

BESIDE = "deminimis-layouts.csv"
"""A file of layouts of this name beside a workbook is used for it."""


@dataclass(frozen=True)
class Choices:
    """How to read a file.

    Parameters
    ----------
    sheet : str, optional
        Read only this sheet.
    header_row : int, optional
        Row of the header, from 1.
    columns : mapping of role to str
        Header of the column that has a role; every other column keeps the role it is found to have.
    quantity_basis : str, optional
        One of `BASES`; "per_batch:100" says for how many parents the quantities are.
    decimal : str
        "," or "." where the numbers are text.
    variant : str, optional
        The variant of the product to read.
    layouts : tuple of Layout
        Of the user's own file.

    Raises
    ------
    LayoutError
        A basis or decimal mark that does not exist.
    """

    sheet: str | None = None
    header_row: int | None = None
    columns: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    quantity_basis: str | None = None
    decimal: str = ""
    variant: str | None = None
    layouts: tuple[Layout, ...] = ()

    def __post_init__(self) -> None:
        if self.quantity_basis is not None and not is_basis(self.quantity_basis):
            raise LayoutError(
                f"the quantity basis {self.quantity_basis!r} does not exist: choose from {', '.join(BASES)}; "
                "a batch needs its size, as in per_batch:100.",
                file="",
            )
        if self.decimal not in ("", ".", ","):
            raise LayoutError(f"{self.decimal!r} is no decimal mark: say comma or point.", file="")
        if self.header_row is not None and self.header_row < 1:
            raise LayoutError(f"there is no header row {self.header_row}: rows count from 1.", file="")

    def __reduce__(self) -> tuple[Any, ...]:
        """Return how to make the same choices again, in another process too."""
        values = (getattr(self, f.name) for f in fields(self))
        return Choices, tuple(dict(v) if isinstance(v, Mapping) else v for v in values)


def is_basis(word: str) -> bool:
    """Return whether a word names a quantity basis.

    Examples
    --------
    >>> is_basis("per_top"), is_basis("per_batch:100"), is_basis("per_batch"), is_basis("per_batch:0")
    (True, True, False, False)
    """
    name, _, size = word.partition(":")
    if name == "per_batch":
        return bool(re.fullmatch(r"0*[1-9]\d{0,8}", size))
    return name in BASES and not size


def layouts_for(folder: Path, named: Path | None) -> tuple[tuple[Layout, ...], Path | None]:
    """Return the user's layouts for a file: those of a named file, else of the one beside it.

    Parameters
    ----------
    folder : Path
        Where the file to be read lies.
    named : Path, optional
        A file of layouts.

    Returns
    -------
    layouts : tuple of Layout
    source : Path or None
        Where they stand.

    Raises
    ------
    InputError, LayoutError
        The named file cannot be read.
    """
    beside = folder / BESIDE
    source = named or (beside if beside.is_file() else None)
    if source is None:
        return (), None
    found = read_layouts(source)
    for layout in found:
        _check_layout(layout, source.name)
    return found, source


def _check_layout(layout: Layout, file: str) -> None:
    """Refuse a layout whose rows could not become lines.

    Raises
    ------
    LayoutError
        It lacks columns of its shape, or names a basis without what the basis needs.
    """
    shape = next(known for known in layouts() if known.name == layout.shape)
    needed = [role for role in shape.required if role not in layout.required]
    if shape.any_of and not set(shape.any_of) & set(layout.required):
        needed.append(" or ".join(shape.any_of))
    if needed:
        raise LayoutError(
            f"{file}: the layout {layout.name} of the shape {layout.shape} lacks {', '.join(needed)}: "
            "give it a row for each, with yes under required.",
            file=file,
        )
    if layout.quantity_basis and not is_basis(layout.quantity_basis):
        raise LayoutError(
            f"{file}: the layout {layout.name} has the quantity basis {layout.quantity_basis!r}: "
            "a batch needs its size, as in per_batch:100.",
            file=file,
        )


def shape_for(columns: Mapping[str, str]) -> str:
    """Return the shape that a user's columns make, "" if none.

    Examples
    --------
    >>> shape_for({"parent": "A", "child": "B", "quantity": "C"}), shape_for({"grade": "X"})
    ('parent_child', '')
    """
    for layout in layouts():
        if set(layout.required) <= set(columns) and (not layout.any_of or set(layout.any_of) & set(columns)):
            return layout.name
    return ""
