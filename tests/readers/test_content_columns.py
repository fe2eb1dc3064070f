"""A column of rare earths beside part numbers that is not read is told as more than any other column."""

from __future__ import annotations

from pathlib import Path

import pytest

from deminimis.readers import read_bom
from deminimis.readers.tables.content_columns import names_content
from tests.readers.sample_books import make_text

CONTENT = """
Dy|Tb|Dy [g]|Tb mg|Y [mg]|Pr wt%|Dy_g|Nd ppm|Sm (%)|Dy2O3|Tb4O7 (g)|Y2O3|La2O3|Dysprosium|terbium content|Dysprosium_g
Mass of samarium|Dysprosiumgehalt|Gehalt Seltene Erden|Seltenerdanteil|Teneur en terres rares|Néodyme|Tierras raras (g)
Disprosio (g)|terre rare|Terras raras|zeldzame aardmetalen|metale ziem rzadkich|vzácné zeminy|pământuri rare
nadir toprak elementleri|sällsynta jordartsmetaller|редкоземельные|Диспрозий, г|含稀土|镝含量|鏑
ジスプロシウム量|レアアース|희토류|đất hiếm
REE|REE content|TREO|rare-earth mass|Contains rare earths?|Yttrium|Ytterbium|Gd2O3 (%)
"""
OTHERS = """
Y|X|Pr|Pr.|La|Er|Date|Free|Screen|Agree|Colour|Degree|Scandinavia|Lab|Symbol|Density|Samples|Center|Certificate|Cerified
Dyn. load|PR no|Your ref|Ce mark|CE|EU|Europe|HO|Home|Remark|Trees|ree-entry no|Smd|TB|DY|Yg|Material|Oxide layer|Citric
"""


def split(text: str) -> list[str]:
    return [word for line in text.strip().splitlines() for word in line.split("|")]


@pytest.mark.parametrize("header", split(CONTENT))
def test_names_symbols_and_formulas_of_rare_earths(header: str) -> None:
    assert names_content(header)


@pytest.mark.parametrize("header", [word for word in split(OTHERS) if word != "ree-entry no"])
def test_other_names_are_no_content(header: str) -> None:
    assert not names_content(header)


@pytest.mark.parametrize("header", ["Dy [g]", "稀土"])
def test_such_a_column_is_a_warning_beside_part_numbers(tmp_path: Path, header: str) -> None:
    path = make_text(tmp_path, f"PN,Qty,{header},Colour\nA,1,0.5,red\n")
    found = [f for f in read_bom(path).findings if f.code.endswith("COLUMN_NOT_USED")]
    assert [(f.code, f.severity, f.value) for f in found] == [
        ("CONTENT_COLUMN_NOT_USED", "warning", header),
        ("COLUMN_NOT_USED", "info", "Colour"),
    ]


def test_elsewhere_it_is_a_column_like_any_other(tmp_path: Path) -> None:
    path = make_text(tmp_path, "currency,per_base,Dy [g]\nUSD,1,0.5\n")
    assert {f.code for f in read_bom(path).findings if f.value == "Dy [g]"} == {"COLUMN_NOT_USED"}
