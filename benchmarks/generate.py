"""Seeded catalogues: layered bills of materials with shared subassemblies, as arrays and as workbooks."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

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


MEAN_AMOUNTS = {"g_per_piece": 2.5, "wt_percent": 0.5, "value_per_piece": 0.7, "value_percent": 5.0}
"""Of the declarations of a mixed catalogue, by basis [g, % of the mass, USD, % of the value]."""
MEAN_MASS = 500.0
"""Of a carrier in a mixed catalogue [g]."""
NINE_TIMES = (9.0, 9.000000000001, 8.999999999999)
"""Pieces without content beside one that is 1 % material: 0.1 % of the whole exactly, and 1e-13 off it either way."""


def make_mixed_tables(catalogue: Catalogue, *, seed: int = 61) -> dict[str, pa.Table]:
    """Return the tables of `make_tables` with what makes real exports harder.

    Declarations on every basis, several of one part and some of assemblies; carriers without mass, parts without price;
    assemblies with a value of their own; prices of materials in several currencies and units; goods at the line.
    """
    draw = np.random.default_rng(seed + 1)
    tables = make_tables(catalogue, seed=seed)
    tables["parts"] = _mixed_parts(catalogue, tables["parts"], draw)
    tables["declarations"] = _mixed_declarations(catalogue, draw)
    tables["prices"] = pa.table(
        {
            "material": pa.array(MATERIALS),
            "typical": pa.array([300.0, 1104.0, 36960.0, 0.9, 12.0]),
            "currency": pa.array(["USD", "EUR", "JPY", "USD", "USD"]),
            "unit": pa.array(["kg", "kg", "kg", "g", "kg"]),
        }
    )
    for name, rows in _goods_at_the_line(catalogue, draw).items():
        tables[name] = pa.concat_tables([tables[name], rows], promote_options="default").combine_chunks()
    return tables


def _mixed_parts(catalogue: Catalogue, parts: pa.Table, draw: np.random.Generator) -> pa.Table:
    """Return the records with masses of carriers, some values left out, and values of some of the lowest assemblies."""
    count, assemblies = len(parts), catalogue.parts // 3
    carriers = catalogue.carriers - assemblies
    value, mass = parts["unit_value"].to_numpy().copy(), np.full(count, np.nan)
    # So few, because a good holds hundreds of parts, and one without a value leaves nothing that limits the good's.
    value[draw.choice(count, max(2, count // 5000), replace=False)] = np.nan
    value[draw.choice(carriers, max(1, len(carriers) // 200), replace=False)] = np.nan
    mass[carriers] = np.round(draw.gamma(2.0, MEAN_MASS / 2, len(carriers)) + 0.1, 1)
    mass[draw.choice(carriers, max(1, len(carriers) // 50), replace=False)] = np.nan
    in_kg = draw.random(count) < 0.3
    bought = {
        "part_number": parts["part_number"],
        "unit_value": pa.array(value, from_pandas=True),
        "currency": parts["currency"],
        "mass": pa.array(np.where(in_kg, np.round(mass / 1000, 4), mass), from_pandas=True),
        "mass_unit": pa.array(["g", "kg"]).take(pa.array(in_kg.astype(np.int32))),
    }
    made = np.sort(draw.choice(np.arange(assemblies * 7 // 8, assemblies), assemblies // 100, replace=False))
    stated = {
        "part_number": _numbers_of(made),
        "unit_value": np.round(draw.gamma(2.0, 500.0, len(made)) + 1, 2),
        "currency": pa.array(list(CURRENCIES)).take(pa.array(draw.integers(0, 3, len(made)))),
    }
    return pa.concat_tables([pa.table(bought), pa.table(stated)], promote_options="default")


def _mixed_declarations(catalogue: Catalogue, draw: np.random.Generator) -> pa.Table:
    """Return declarations of every carrier, of one in four for two materials, and of some assemblies."""
    carriers, bases, money = catalogue.carriers, list(MEAN_AMOUNTS), list(CURRENCIES)
    first = draw.integers(0, len(MATERIALS), len(carriers))
    again = np.flatnonzero(draw.random(len(carriers)) < 0.25)
    made = draw.choice(catalogue.parts // 3, max(1, catalogue.parts // 1500), replace=False)
    part = np.concatenate([carriers, carriers[again], made])
    material = np.concatenate([first, first[again] + 1, draw.integers(0, len(MATERIALS), len(made))]) % len(MATERIALS)
    count, of_made = len(part), np.arange(len(part)) >= len(part) - len(made)
    basis = np.where(of_made, bases.index("value_percent"), draw.integers(0, len(bases), count))
    currency = draw.integers(0, len(money), count)
    mean = np.array(list(MEAN_AMOUNTS.values()))[basis] * np.where(of_made, 0.01, 1.0)
    mean *= np.where(basis == bases.index("value_per_piece"), np.array(list(CURRENCIES.values()))[currency], 1.0)
    return pa.table(
        {
            "part_number": _numbers_of(part),
            "material": pa.array(MATERIALS).take(pa.array(material)),
            "amount": np.round(np.minimum(draw.gamma(0.5, 2.0, count), 10.0) * mean + 0.0001, 4),
            "basis": pa.array(bases).take(pa.array(basis)),
            "currency": pa.array(money).take(pa.array(currency)),
            "material_origin": pa.array(ORIGINS).take(pa.array(draw.integers(0, len(ORIGINS), count))),
            "evidence": pa.array(["signed"] * count),
        }
    )


def _goods_at_the_line(catalogue: Catalogue, draw: np.random.Generator) -> dict[str, pa.Table]:
    """Return lines, records and declarations of goods of two parts, their share that of the line or next to it."""
    count = max(3, len(catalogue.parent) // 20_000)
    goods, carrying, plain = (_numbers_of(catalogue.parts + np.arange(count) * 3 + place) for place in range(3))
    value, currency = np.round(draw.gamma(0.5, 20.0, count) + 0.01, 2), draw.integers(0, len(CURRENCIES), count)
    quantities = np.concatenate([np.ones(count), np.array(NINE_TIMES)[np.arange(count) % len(NINE_TIMES)]])
    return {
        "lines": pa.table(
            {
                "parent": pa.concat_arrays([goods, goods]),
                "child": pa.concat_arrays([carrying, plain]),
                "quantity": quantities,
            }
        ),
        "parts": pa.table(
            {
                "part_number": pa.concat_arrays([carrying, plain]),
                "unit_value": np.tile(value, 2),
                "currency": pa.array(list(CURRENCIES)).take(pa.array(np.tile(currency, 2))),
            }
        ),
        "declarations": pa.table(
            {
                "part_number": carrying,
                "material": pa.array(["terbium_metal"] * count),
                "amount": np.ones(count),
                "basis": pa.array(["value_percent"] * count),
                "material_origin": pa.array(["China"] * count),
                "evidence": pa.array(["signed"] * count),
            }
        ),
    }


def _numbers_of(parts: npt.NDArray[np.integer[Any]]) -> pa.Array:
    return pa.array([part_number(part) for part in parts.tolist()])


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
