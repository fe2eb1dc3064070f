"""Tables whose columns are of other types than the contract says: read for what they stand for, or refused."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from deminimis.catalogues.catalogue import Catalogue, catalogue
from deminimis.catalogues.column_types import fit_columns
from deminimis.catalogues.diff import diff_catalogues
from deminimis.catalogues.inputs import find_files
from deminimis.catalogues.run import run_catalogue
from deminimis.catalogues.table_files import load_frame
from deminimis.cli import main
from deminimis.errors import InputError
from deminimis.model import Source
from tests.catalogues.small_catalogues import Tables, write_tables

ON = "2026-11-22"
LINES: dict[str, Any] = {"parent": ["pump"], "child": ["magnet"], "quantity": [4.0]}
PARTS: dict[str, Any] = {"part_number": ["pump", "magnet"], "unit_value": [900.0, 5.0], "currency": ["USD", "USD"]}
DECLARED: dict[str, Any] = {
    "part_number": ["magnet"],
    "material": ["terbium_metal"],
    "amount": [0.3],
    "basis": ["value_per_piece"],
    "material_origin": ["China"],
}


def write(
    folder: Path,
    lines: Mapping[str, Any] = LINES,
    parts: Mapping[str, Any] = PARTS,
    declarations: Mapping[str, Any] = DECLARED,
) -> Path:
    for name, columns in {"lines": lines, "parts": parts, "declarations": declarations}.items():
        pq.write_table(pa.table(dict(columns)), folder / f"{name}.parquet")
    return folder


def verdicts(found: Catalogue) -> dict[str, str]:
    return {good["part_number"]: good["verdict"] for good in found.goods.to_pylist()}


def codes(found: Catalogue) -> list[str]:
    return [row["code"] for row in found.findings.to_pylist() if row["severity"] != "info"]


def fitted(table: str, column: str, values: pa.Array) -> pl.Series:
    return fit_columns(Source("", table), table, pl.DataFrame(pa.table({column: values})))[0][column]


# ---- part numbers ----


@pytest.mark.parametrize("kind", [pa.float64(), pa.float32(), pa.float16()], ids=str)
def test_part_numbers_that_are_whole_numbers_meet_those_that_are_text(tmp_path: Path, kind: pa.DataType) -> None:
    lines = {"parent": ["7"], "child": pa.array(np.array([101.0], dtype=kind.to_pandas_dtype())), "quantity": [4.0]}
    parts = {**PARTS, "part_number": ["7", "101"]}
    found = catalogue(write(tmp_path, lines, parts, {**DECLARED, "part_number": ["101"]}), on=ON)
    assert verdicts(found) == {"7": "at_or_above"}
    [told] = [row for row in found.findings.to_pylist() if row["code"] == "ID_FROM_NUMBER"]
    assert (told["severity"], told["file"], told["column"], told["row"]) == ("warning", "lines.parquet", "child", 1)
    assert told["value"] == "101"


def test_part_numbers_that_are_integers_are_their_digits(tmp_path: Path) -> None:
    lines = {"parent": [7], "child": [101], "quantity": [4.0]}
    parts = {**PARTS, "part_number": ["7", "101"]}
    found = catalogue(write(tmp_path, lines, parts, {**DECLARED, "part_number": pa.array([101], pa.int16())}), on=ON)
    assert verdicts(found) == {"7": "at_or_above"}
    assert codes(found) == []
    assert fitted("lines", "child", pa.array([Decimal("101.000"), None])).to_list() == ["101", None]


def test_the_blanks_among_floats_are_no_part_numbers() -> None:
    given_numbers = pa.array([None, 12.0, float("nan"), -0.0])
    assert fitted("parts", "part_number", given_numbers).to_list() == [None, "12", None, "0"]


@pytest.mark.parametrize(
    ("numbers", "said"),
    [
        (pa.array([1.0, 1.5]), "1.5"),
        (pa.array([2.0**53]), "9007199254740992"),
        (pa.array([2.0**24], pa.float32()), "16777216"),
        (pa.array(np.array([2048], dtype=np.float16)), "2048"),
        (pa.array([float("inf")]), "inf"),
        (pa.array([Decimal("1.50")]), "1.5"),
        (pa.array([True]), "boolean"),
        (pa.array([["A"]]), "list"),
        (pa.array([date(2026, 1, 1)]), "date"),
        (pa.array([b"\xff"]), "bytes that are no text"),
    ],
)
def test_what_is_no_part_number_is_refused(tmp_path: Path, numbers: pa.Array, said: str) -> None:
    lines = {"parent": ["pump"] * len(numbers), "child": numbers, "quantity": [1.0] * len(numbers)}
    with pytest.raises(InputError, match=r"lines\.parquet: the column child .*: write part numbers as text") as raised:
        load_frame(next(file for file in find_files(write(tmp_path, lines)) if file.table == "lines"))
    assert said in str(raised.value)
    found = catalogue(tmp_path, on=ON)
    assert "FILE_NOT_READ" in codes(found)
    assert "below" not in verdicts(found).values()


def test_bytes_that_are_text_are_part_numbers() -> None:
    assert fitted("parts", "part_number", pa.array([b"A-1", None])).to_list() == ["A-1", None]


# ---- numbers ----


def test_a_float_of_32_bits_is_the_decimal_it_was_written_for(tmp_path: Path) -> None:
    parts = {**PARTS, "unit_value": [700.0, 5.0]}
    lines = {**LINES, "quantity": pa.array([0.7], pa.float32())}
    found = catalogue(write(tmp_path, lines, parts, {**DECLARED, "amount": [1.0]}), on=ON)
    assert verdicts(found) == {"pump": "at_or_above"}


@given(st.lists(st.floats(width=32, allow_nan=False)), st.lists(st.floats(width=16, allow_nan=False)))
def test_floats_of_few_bits_are_read_by_their_shortest_decimals(singles: list[float], halves: list[float]) -> None:
    for values, kind in ((singles, np.float32), (halves, np.float16)):
        array = np.array(values, dtype=kind)
        read = fitted("lines", "quantity", pa.array(array)).to_list()
        assert read == [float(str(value)) for value in array]


def test_blanks_among_floats_of_few_bits_stay_blank(tmp_path: Path) -> None:
    for kind in (pa.float16(), pa.float32()):
        lines = {**LINES, "quantity": pa.array([None], kind)}
        assert "QTY_MISSING" in codes(catalogue(write(tmp_path, lines), on=ON))


def test_decimals_count_to_their_last_digit(tmp_path: Path) -> None:
    parts = {**PARTS, "unit_value": pa.array([Decimal("300.000000000000000001"), None], pa.decimal128(38, 18))}
    lines = {**LINES, "quantity": pa.array([Decimal("1")], pa.decimal128(10, 3))}
    assert verdicts(catalogue(write(tmp_path, lines, parts), on=ON)) == {"pump": "below"}
    parts["unit_value"] = pa.array([Decimal("300"), None], pa.decimal128(38, 18))
    assert verdicts(catalogue(write(tmp_path, lines, parts), on=ON)) == {"pump": "at_or_above"}


def test_decimals_that_fit_into_doubles_are_doubles() -> None:
    for scale, number in ((2, "1200.50"), (0, "1200")):
        read = fitted("lines", "quantity", pa.array([Decimal(number)], pa.decimal128(38, scale)))
        assert (read.dtype, read.to_list()) == (pl.Float64, [float(number)])
    assert fitted("lines", "quantity", pa.array([10**17 + 10], pa.decimal128(38, 0))).to_list() == [
        "100000000000000010"
    ]


# ---- days ----


def test_a_time_with_a_zone_is_of_the_day_there(tmp_path: Path) -> None:
    last = pa.array([datetime(2026, 11, 21, 20)], pa.timestamp("us", "Asia/Tokyo"))  # the 22nd, 5 o'clock
    found = catalogue(write(tmp_path, {**LINES, "valid_to": last}), on=ON)
    assert verdicts(found) == {"pump": "at_or_above"}
    assert found.calculation.bom.lines["valid_to"].to_pylist() == [date(2026, 11, 22)]


# ---- types that say nothing ----


@pytest.mark.parametrize(
    ("column", "values", "kind"),
    [
        ("quantity", pa.array([timedelta(1)]), "duration"),
        ("quantity", pa.array([[1.0]]), "list"),
        ("quantity", pa.array([{"a": 1}]), "struct"),
        ("quantity", pa.array([b"\xff"]), "bytes"),
        ("valid_to", pa.array([time(1, 2)]), "time"),
        ("position", pa.array([["10"]]), "list"),
    ],
)
def test_a_column_of_a_type_that_says_nothing_is_refused(
    tmp_path: Path, column: str, values: pa.Array, kind: str
) -> None:
    found = catalogue(write(tmp_path, {**LINES, column: values}), on=ON)
    [told] = [row["message"] for row in found.findings.to_pylist() if row["code"] == "FILE_NOT_READ"]
    assert f"the column {column} holds " in told
    assert kind in told
    assert ": write " in told
    assert "below" not in verdicts(found).values()


def test_a_column_without_a_value_may_be_of_any_type(tmp_path: Path) -> None:
    found = catalogue(write(tmp_path, {**LINES, "valid_to": pa.nulls(1, pa.list_(pa.int8()))}), on=ON)
    assert verdicts(found) == {"pump": "at_or_above"}


def test_no_number_in_a_column_of_words_is_a_blank(tmp_path: Path) -> None:
    found = catalogue(write(tmp_path, {**LINES, "alternate_group": [float("nan")]}), on=ON)
    assert found.calculation.bom.lines["alternate_group"].to_pylist() == [None]


# ---- two columns of one name ----


def test_text_columns_of_one_name_that_disagree_are_refused(tmp_path: Path) -> None:
    write(tmp_path)
    (tmp_path / "parts.parquet").unlink()
    header = "part_number,unit_value,currency,unit_value\n"
    (tmp_path / "parts.csv").write_text(f"{header}magnet,5,USD,5\npump,900,USD,9000\n")
    found = catalogue(tmp_path, on=ON)
    [told] = [row["message"] for row in found.findings.to_pylist() if row["code"] == "FILE_NOT_READ"]
    assert "the column unit_value is there twice and says '900' and '9000' in row 3" in told
    assert verdicts(found) == {"pump": "undetermined"}
    (tmp_path / "parts.csv").write_text(f"{header}magnet,5,USD,5\npump,900,USD,900\n")
    assert verdicts(catalogue(tmp_path, on=ON)) == {"pump": "at_or_above"}
    (tmp_path / "parts.csv").write_text(f"{header}magnet,5,USD,5\npump,,USD,900\n")
    assert "says nothing and '900'" in catalogue(tmp_path, on=ON).findings["message"].to_pylist()[0]


def test_columns_that_are_not_used_may_have_one_name(tmp_path: Path) -> None:
    write(tmp_path)
    (tmp_path / "parts.parquet").unlink()
    (tmp_path / "parts.csv").write_text("part_number,note,unit_value,note\npump,a,900,b\n")
    found = catalogue(tmp_path, on=ON)
    assert verdicts(found) == {"pump": "at_or_above"}
    assert [row["value"] for row in found.findings.to_pylist() if row["code"] == "COLUMN_NOT_USED"] == ["note"]


def test_parquet_columns_of_one_name_are_refused(tmp_path: Path) -> None:
    write(tmp_path)
    columns = [*LINES.values(), [9.0]]
    pq.write_table(pa.table(columns, names=[*LINES, "quantity"]), tmp_path / "lines.parquet")
    found = catalogue(tmp_path, on=ON)
    [told] = [row["message"] for row in found.findings.to_pylist() if row["code"] == "FILE_NOT_READ"]
    assert "quantity" in told
    assert "delete one" in told


# ---- what follows a run ----


def test_a_good_without_value_is_decided_by_whether_it_is_controlled(tmp_path: Path) -> None:
    for name, origin in (("a", "China"), ("b", "Japan")):
        declared = {column: values[0] for column, values in DECLARED.items()} | {"material_origin": origin}
        parts = [{"part_number": "magnet", "unit_value": 5, "currency": "USD"}]
        lines = [{"parent": "pump", "child": child, "quantity": 1} for child in ("magnet", "case")]
        tables: Tables = {"lines": lines, "parts": parts, "declarations": [declared]}
        run_catalogue(write_tables(tmp_path / name, tables), tmp_path / f"{name}-out", on=ON)
    for before, after in (("a", "b"), ("b", "a")):
        folders = tmp_path / f"{before}-out", tmp_path / f"{after}-out"
        [flip] = diff_catalogues(*folders).as_dict()["flipped"]
        assert (flip["decided_by"], flip["cause"]) == ("controlled_value_high", "declaration")
        printed = CliRunner().invoke(main, ["catalogue", "diff", *map(str, folders)], env={"COLUMNS": "200"}).output
        assert "whether anything in it is controlled" in printed


def test_layouts_that_are_not_there_are_refused_of_tables_too(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    call = ["catalogue", "run", str(write(tmp_path / "in")), "--out", str(tmp_path / "out"), "--on", ON]
    found = CliRunner().invoke(main, [*call, "--layouts", str(tmp_path / "none.csv")])
    assert found.exit_code == 2
    assert "none.csv cannot be read as a file of layouts" in found.stderr
    assert not (tmp_path / "out").exists()
    assert CliRunner().invoke(main, call).exit_code == 1
