"""Seeded catalogues: layered bills of materials with shared subassemblies, as arrays and as workbooks."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from deminimis.model import Bom, Source, arrow_schema

HEADERS = (
    "parent", "child", "quantity", "unit", "scrap_percent", "yield_percent",
    "position", "description", "unit_value", "currency", "mass", "mass_unit",
)  # fmt: skip


FAMILY = 0.0005
"""Spread of a product family, as a share of the catalogue."""


@dataclass(frozen=True)
class Catalogue:
    """Lines between numbered parts; a part's number grows from finished goods to purchased parts."""

    parent: npt.NDArray[np.int32]
    child: npt.NDArray[np.int32]
    quantity: npt.NDArray[np.float64]
    goods: int
    parts: int
    carriers: npt.NDArray[np.int32]


def make_catalogue(lines: int, *, goods: int, parts: int, carriers: int, levels: int = 8, seed: int = 61) -> Catalogue:
    """Draw a layered catalogue: every part's lines go to the layers below it, half of them to the next."""
    draw = np.random.default_rng(seed)
    assemblies = parts // 3
    layers = np.concatenate(
        [[0, goods], goods + np.linspace(0, assemblies - goods, levels).astype(np.int64)[1:], [parts]]
    )
    parent = np.sort(draw.integers(0, assemblies, lines - assemblies).astype(np.int32))
    parent = np.sort(np.concatenate([parent, np.arange(assemblies, dtype=np.int32)]))
    layer = np.searchsorted(layers, parent, side="right")
    # A subassembly goes into products of one family: its place in the next layer is near its parent's in this one.
    begin, end = layers[layer - 1], layers[layer]
    following = layers[np.minimum(layer + 1, len(layers) - 1)]
    place = (parent - begin) / (end - begin) + draw.normal(0, FAMILY, lines)
    near = end + (np.clip(place, 0, 0.999999) * (following - end)).astype(np.int64)
    far = assemblies + (np.clip(place + draw.normal(0, FAMILY * 20, lines), 0, 0.999999) * (parts - assemblies)).astype(
        np.int64
    )
    child = np.where(draw.random(lines) < 0.2, near, far).astype(np.int32)
    quantity = draw.integers(1, 9, lines).astype(np.float64)
    chosen = draw.choice(np.arange(assemblies, parts, dtype=np.int32), carriers, replace=False)
    return Catalogue(parent, child, quantity, goods, parts, np.sort(chosen))


def part_number(part: int) -> str:
    """Return the part number of a numbered part."""
    return f"PN-{part:07d}"


def write_workbook(catalogue: Catalogue, path: Path, *, seed: int = 61) -> None:
    """Write a catalogue as one sheet of parent, child and the child's attributes, twelve columns."""
    import xlsxwriter

    draw = np.random.default_rng(seed)
    values = np.round(draw.random(catalogue.parts) * 100 + 0.01, 2)
    masses = np.round(draw.random(catalogue.parts) + 0.001, 3)
    carriers = set(catalogue.carriers.tolist())
    book = xlsxwriter.Workbook(str(path), {"constant_memory": True})
    sheet = book.add_worksheet("BOM")
    sheet.write_row(0, 0, HEADERS)
    rows = zip(catalogue.parent.tolist(), catalogue.child.tolist(), catalogue.quantity.tolist(), strict=True)
    for row, (parent, child, quantity) in enumerate(rows, start=1):
        words = f"{'Motor' if child in carriers else 'Bracket'} {child}"
        cells = (
            part_number(parent), part_number(child), quantity, "pcs", child % 3, 100,
            str(row % 90 * 10), words, values[child], "USD", masses[child], "kg",
        )  # fmt: skip
        sheet.write_row(row, 0, cells)
    book.close()


def make_lines(catalogue: Catalogue) -> pa.Table:
    """Return the lines as a table of the model."""
    model = arrow_schema("lines")
    count = len(catalogue.parent)
    names = pa.array([part_number(i) for i in range(catalogue.parts)])
    columns = {name: pa.nulls(count, model.field(name).type) for name in model.names}
    columns |= {
        "parent": names.take(pa.array(catalogue.parent)),
        "child": names.take(pa.array(catalogue.child)),
        "quantity": pa.array(catalogue.quantity),
        "place": pa.array(np.zeros(count, dtype=np.int32)),
        "row": pa.array(np.arange(2, count + 2, dtype=np.int32)),
    }
    return pa.table(columns, schema=model)


def make_bom(catalogue: Catalogue) -> Bom:
    """Return a Bom of the catalogue's lines alone."""
    return Bom(lines=make_lines(catalogue), sources=(Source("catalogue"),))


CURRENCIES = {"USD": 1.0, "EUR": 0.92, "JPY": 154.0}
MATERIALS = ("dysprosium_metal", "terbium_metal", "dysprosium_oxide", "terbium_oxide", "samarium_metal")
ORIGINS = ("China", "China", "China", None, "Japan", "Australia")
"""Of the material in a declaration; None is unknown."""


def make_tables(catalogue: Catalogue, *, seed: int = 61) -> dict[str, pa.Table]:
    """Return a catalogue as the five tables a compliance team exports, in the columns of the contract.

    Purchased parts have values in three currencies; every carrier has a declaration in grams per piece.
    """
    draw = np.random.default_rng(seed)
    names = pa.array([part_number(i) for i in range(catalogue.parts)])
    purchased = np.arange(catalogue.parts // 3, catalogue.parts, dtype=np.int32)
    words, origins = pa.array(MATERIALS), pa.array(ORIGINS)
    carriers = len(catalogue.carriers)
    return {
        "lines": pa.table(
            {
                "parent": names.take(pa.array(catalogue.parent)),
                "child": names.take(pa.array(catalogue.child)),
                "quantity": pa.array(catalogue.quantity),
                "scrap_percent": pa.array((catalogue.child % 3).astype(np.float64)),
            }
        ),
        "parts": pa.table(
            {
                "part_number": names.take(pa.array(purchased)),
                "unit_value": np.round(draw.gamma(0.5, 20.0, len(purchased)) + 0.01, 2),
                "currency": pa.array(list(CURRENCIES)).take(pa.array(draw.integers(0, 3, len(purchased)))),
            }
        ),
        "declarations": pa.table(
            {
                "part_number": names.take(pa.array(catalogue.carriers)),
                "material": words.take(pa.array(draw.integers(0, len(words), carriers))),
                "amount": np.round(draw.gamma(0.5, 5.0, carriers) + 0.0001, 4),
                "basis": pa.array(["g_per_piece"] * carriers),
                "material_origin": origins.take(pa.array(draw.integers(0, len(origins), carriers))),
                "evidence": pa.array(["signed"] * carriers),
            }
        ),
        "prices": pa.table(
            {
                "material": words,
                "typical": pa.array([300.0, 1200.0, 240.0, 900.0, 12.0]),
                "currency": pa.array(["USD"] * len(words)),
                "unit": pa.array(["kg"] * len(words)),
            }
        ),
        "rates": pa.table({"currency": pa.array(list(CURRENCIES)), "per_base": pa.array(list(CURRENCIES.values()))}),
    }


def make_whole_bom(catalogue: Catalogue, *, seed: int = 61) -> Bom:
    """Return a Bom of all tables of a catalogue."""
    return Bom(
        **{name: _in_model(name, table) for name, table in make_tables(catalogue, seed=seed).items()},
        sources=(Source("catalogue"),),
    )


def _in_model(name: str, table: pa.Table) -> pa.Table:
    model = arrow_schema(name)
    columns = {
        **{field.name: pa.nulls(len(table), field.type) for field in model},
        **{column: table[column].cast(model.field(column).type) for column in table.column_names},
        "place": pa.array(np.zeros(len(table), dtype=np.int32)),
        "row": pa.array(np.arange(2, len(table) + 2, dtype=np.int32)),
    }
    return pa.table(columns, schema=model)
