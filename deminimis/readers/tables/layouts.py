"""The layouts of tables, as data: by the roles of their columns, or by the very headers of a system or a user."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from importlib.resources import files
from pathlib import Path

from deminimis.errors import InputError, LayoutError
from deminimis.readers.tables.headers import Roles, read_header

BASES = ("per_parent", "per_top", "per_batch", "instances", "per_parent_line")
"""What a printed quantity counts: for one parent, the whole list, a batch of parents, rows, or parent times its own."""
SUBSTITUTES = {
    "child": ("part_number", "mfr_number", "supplier_number"),
    "part_number": ("child", "mfr_number", "supplier_number", "customer_number", "description"),
}
"""The columns that stand for an id where its own is missing, the likeliest first."""
LAYOUT_COLUMNS = ("layout", "shape", "quantity_basis", "role", "header", "required", "source")


@dataclass(frozen=True)
class Layout:
    """One kind of table.

    Parameters
    ----------
    name : str
    shape : str
        How its rows become lines: the name of a role-based layout.
    required, any_of : tuple of str
        Roles it must have all of, and one of.
    quantity_basis : str
        One of `BASES`, or "" where it has no quantities.
    says : str
        What a row says.
    headers : mapping of role to str
        The very headers, for the layout of one system or user; empty for a layout known by roles.
    fingerprint : str
        Of the header row it was saved for, else "".
    without : str
        A role it must not have, or "".
    """

    name: str
    shape: str
    required: tuple[str, ...]
    any_of: tuple[str, ...] = ()
    quantity_basis: str = ""
    says: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    fingerprint: str = ""
    without: str = ""

    @cached_property
    def required_names(self) -> frozenset[str]:
        """The names, as they are compared, without which no row is a header of a layout known by headers."""
        return frozenset(read_header(self.headers[role]).full for role in self.required if role in self.headers)


@cache
def layouts() -> tuple[Layout, ...]:
    """Return the layouts known by roles, the most telling first."""
    with files(__package__).joinpath("layouts.csv").open(encoding="utf-8") as stream:
        return tuple(
            Layout(
                row["layout"],
                row["layout"],
                tuple(row["required"].split("|")),
                tuple(role for role in row["any_of"].split("|") if role),
                row["quantity_basis"],
                row["says"],
                without=row["without"],
            )
            for row in csv.DictReader(stream)
        )


@cache
def system_layouts() -> tuple[Layout, ...]:
    """Return the layouts of known systems, told by their very headers."""
    with files(__package__).joinpath("systems.csv").open(encoding="utf-8") as stream:
        return tuple(_by_headers(csv.DictReader(stream)))


def read_layouts(path: Path) -> tuple[Layout, ...]:
    """Read the layouts that a user keeps in a file of his own.

    Parameters
    ----------
    path : Path
        A csv file with the columns of `systems.csv`; `save_layout` writes one.

    Returns
    -------
    tuple of Layout

    Raises
    ------
    InputError
        The file cannot be read.
    LayoutError
        It is no file of layouts, or names a shape or basis that does not exist.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            reader = csv.DictReader(stream)
            if not set(LAYOUT_COLUMNS) <= set(reader.fieldnames or ()):
                wanted = ", ".join(LAYOUT_COLUMNS)
                raise LayoutError(f"{path.name} is no file of layouts: its columns must be {wanted}.", file=path.name)
            found = tuple(_by_headers(reader))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InputError(
            f"{path.name} cannot be read as a file of layouts ({error}): check the path.", file=path.name
        ) from None
    shapes = {layout.name for layout in layouts()}
    for layout in found:
        if layout.shape not in shapes or layout.quantity_basis.partition(":")[0] not in ("", *BASES):
            raise LayoutError(
                f"{path.name}: the layout {layout.name} names the shape {layout.shape!r} and the quantity basis "
                f"{layout.quantity_basis!r}: shapes are {', '.join(sorted(shapes))}; bases are {', '.join(BASES)}.",
                file=path.name,
            )
    return found


def save_layout(path: Path, layout: Layout, cells: Sequence[str]) -> None:
    """Append a layout to a user's file, bound to a header row.

    Parameters
    ----------
    path : Path
        A new file, or one written by this function.
    layout : Layout
        With its headers.
    cells : sequence of str
        The header row it is found again by.

    Raises
    ------
    InputError
        The file cannot be written.
    """
    try:
        new = not path.exists()
        with path.open("a", encoding="utf-8", newline="") as stream:
            writer = csv.writer(stream)
            if new:
                writer.writerow(LAYOUT_COLUMNS)
            source = f"fingerprint:{fingerprint_of(cells)}"
            for role, header in layout.headers.items():
                needed = "yes" if role in layout.required else ""
                writer.writerow((layout.name, layout.shape, layout.quantity_basis, role, header, needed, source))
    except OSError as error:
        raise InputError(f"{path} cannot be written ({error.strerror}): check the folder.", file=path.name) from None


def fingerprint_of(cells: Iterable[str]) -> str:
    """Return what tells a header row from others: a hash of its names in their order.

    Examples
    --------
    >>> fingerprint_of(["Part No", "", "Qty"]) == fingerprint_of(["part_no ", "QTY"])
    True
    """
    names = [read_header(cell).full for cell in cells if cell.strip()]
    return hashlib.sha256("\n".join(names).encode()).hexdigest()[:16]


def _by_headers(rows: Iterable[Mapping[str, str]]) -> Iterable[Layout]:
    of_layout: dict[str, list[Mapping[str, str]]] = {}
    for row in rows:
        of_layout.setdefault(row["layout"], []).append(row)
    for name, columns in of_layout.items():
        first = columns[0]
        source = first["source"] or ""
        yield Layout(
            name,
            first["shape"],
            tuple(row["role"] for row in columns if row["required"]),
            quantity_basis=first["quantity_basis"],
            says=f"the headers are those of the layout {name}",
            headers={row["role"]: row["header"] for row in columns},
            fingerprint=source.removeprefix("fingerprint:") if source.startswith("fingerprint:") else "",
        )


def fit(roles: Roles, layout: Layout) -> Roles | None:
    """Give the ids of a table the columns that can stand for them.

    Parameters
    ----------
    roles : Roles
        Of a header row.
    layout : Layout
        One known by roles.

    Returns
    -------
    Roles or None
        None where a role that the layout needs has no column.
    """
    if "level" in layout.required and {"part_number", "child"} <= set(roles.columns):
        roles = of_component(roles)
    columns = dict(roles.columns)
    if layout.without and layout.without in columns:
        return None
    for need, others in SUBSTITUTES.items():
        if need in layout.required and need not in columns:
            other = next((role for role in others if role in columns), None)
            if other is None:
                return None
            columns[need] = columns.pop(other) if other in SUBSTITUTES else columns[other]
    telling = {role for role, index in columns.items() if role != "description" or index != columns.get("part_number")}
    if not set(layout.required) <= set(columns) or (layout.any_of and not set(layout.any_of) & telling):
        return None
    return renamed(roles, columns)


def of_component(roles: Roles) -> Roles:
    """Return the roles of a list with levels in which a row is about its component: the other part is above it.

    Parameters
    ----------
    roles : Roles
        With a column of part numbers and one of components.
    """
    headers = {role: text for role, text in roles.headers.items() if role != "part_number"}
    columns = {role: index for role, index in roles.columns.items() if role != "part_number"}
    unused = (*roles.unused, roles.headers["part_number"])
    return replace(roles, columns=columns, headers=headers, unused=unused)


def fit_headers(cells: Sequence[str], roles: Roles, layout: Layout) -> Roles | None:
    """Find the very headers of a layout in a row.

    Parameters
    ----------
    cells : sequence of str
        The row.
    roles : Roles
        What the dictionary says of it.
    layout : Layout
        One known by headers.

    Returns
    -------
    Roles or None
        None where a required header is not there. Columns that the layout does not name keep the dictionary's role if
        it is free.
    """
    if layout.fingerprint and fingerprint_of(cells) != layout.fingerprint:
        return None
    at: dict[str, int] = {}
    for index, cell in enumerate(cells):
        at.setdefault(read_header(cell).full, index)
    named = {role: at[key] for role, header in layout.headers.items() if (key := read_header(header).full) in at}
    if not set(layout.required) <= set(named):
        return None
    rest = {role: index for role, index in roles.columns.items() if role not in named and index not in named.values()}
    kept = {role: index for role, index in rest.items() if role not in ("parent", "child", "level", "quantity")}
    columns = {**named, **kept}
    headers = {role: " ".join(cells[index].split()) for role, index in columns.items()}
    unused = tuple(" ".join(c.split()) for i, c in enumerate(cells) if c.strip() and i not in columns.values())
    constants = {role: unit for role, unit in roles.constants.items() if role not in columns}
    return Roles(columns, headers, constants, unused)


def renamed(roles: Roles, columns: Mapping[str, int]) -> Roles:
    """Return the roles with other names for the same columns."""
    printed = {index: roles.headers[role] for role, index in roles.columns.items()}
    return replace(roles, columns=columns, headers={role: printed[index] for role, index in columns.items()})
