from __future__ import annotations

from dataclasses import replace

import pyarrow as pa
import pytest

from deminimis.errors import LayoutError
from deminimis.readers import read_bom
from deminimis.readers.declared import SmelterOrigins, apply_origins, is_amrt, read_amrt
from deminimis.readers.declared.amrt import cell
from deminimis.readers.files.files import read_file
from deminimis.readers.grid import Grid, GridFault
from deminimis.readers.workbooks.sheet_scan import Expected
from deminimis.readers.workbooks.workbook import read_workbook
from tests.builders import make_bom
from tests.readers.declared.sample_declarations import codes_of
from tests.readers.sample_books import make_book

RARE = "Rare Earth Elements"


def grid(sheet, cells, offset=0):
    """A hand-made sheet of the cells given by place, no real company."""
    places = {(int(place[1:]) - 1, ord(place[0]) - 65): value for place, value in cells.items()}
    height, width = max(r for r, _ in places) + 1, max(c for _, c in places) + 1
    columns = ([places.get((r, c)) for r in range(height)] for c in range(offset, width))
    return Grid("sample.xlsx", sheet, tuple(pa.array(column, pa.string()) for column in columns), offset=offset)


def template(smelters, scope="B. Product (or List of Products)", products=("M-1",), mineral=RARE, offset=1):
    head = {"J3": "Revision 1.3 / October 17, 2025", "D8": " Sample Supply ", "D9": scope, "D12": mineral}
    listed = {"A4": "ID", "B4": "Metal"}
    for row, (metal, smelter, country) in enumerate(smelters, 5):
        listed |= {f"B{row}": metal, f"C{row}": smelter, f"D{row}": smelter, f"E{row}": country}
    goods = {"B5": "maker", "D5": "requester"} | {f"B{row}": number for row, number in enumerate(products, 6)}
    goods |= {f"D{row}": f"OUR-{number}" for row, number in enumerate(products, 6)}
    return [
        grid("Declaration", head, offset),
        grid("Smelter List", listed),
        grid("Product List", goods, offset),
        grid("Smelter Look-up", {"A1": "x"}),
    ]


AUSTRALIA = (RARE, "Sample Smelter One", "AUSTRALIA")
CHINA = (RARE, "Sample Smelter Two", "CHINA")


def origins_of(*smelters, **said):
    return read_amrt("sample.xlsx", template(smelters, **said)).origins[0]


def test_cells_are_found_whatever_columns_are_left_out():
    for offset in (0, 1, 2):
        sheet = grid("x", {"D8": "here", "J3": " there "}, offset)
        assert [cell(sheet, place) for place in ("D8", "J3", "D9", "AA1", "A1", "D800")] == ["here", "there", *[""] * 4]


def test_the_sheets_of_a_template_are_recognised():
    grids = template([AUSTRALIA])
    assert is_amrt(grids)
    assert not is_amrt(grids[:1])
    assert not is_amrt([grid("Declaration", {"A1": "x"}), grid("Smelter List", {"A1": "x"})])


def test_a_template_by_hand():
    found = read_amrt("sample.xlsx", template([("Cobalt", "Sample Smelter", "FINLAND"), AUSTRALIA, AUSTRALIA]))
    assert found.kind == "amrt"
    assert "Revision 1.3" in found.why
    assert found.origins == (
        SmelterOrigins("Sample Supply", "product", ("M-1", "OUR-M-1"), ("AU",), "sample.xlsx", (6, 7)),
    )
    assert (found.rows, found.skipped, found.raw, found.findings) == (3, ((5, "no rare earth: Cobalt"),), (), ())


@pytest.mark.parametrize(
    ("smelters", "countries", "code"),
    [
        ([AUSTRALIA, CHINA], ("AU", "CN"), "ORIGIN_SEVERAL"),
        ([AUSTRALIA, (RARE, "Smelter not listed", "AUSTRALIA")], ("", "AU"), "ORIGIN_NOT_STATED"),
        ([(RARE, "Smelter not yet identified", "")], ("",), "ORIGIN_NOT_STATED"),
        ([(RARE, "Sample Smelter", "Atlantis")], ("",), "ORIGIN_NOT_STATED"),
        ([(RARE, "", "AUSTRALIA")], ("",), "ORIGIN_NOT_STATED"),
        ([("Cobalt", "Sample Smelter", "FINLAND")], ("",), "ORIGIN_NOT_STATED"),
        ([], ("",), "ORIGIN_NOT_STATED"),
    ],
)
def test_what_is_not_one_country_is_told(smelters, countries, code):
    found = read_amrt("sample.xlsx", template(smelters))
    assert found.origins[0].countries == countries
    assert code in codes_of(found)


def test_scopes():
    assert origins_of(AUSTRALIA, scope="A. Company").scope == "company"
    assert origins_of(AUSTRALIA, scope="B. Produkt").scope == "product"
    assert origins_of(AUSTRALIA, scope="C. User defined").scope == "user"
    assert origins_of(AUSTRALIA, scope="").scope == "user"
    company = read_amrt("sample.xlsx", template([AUSTRALIA], scope="A. Company"))
    assert codes_of(company) == ["ORIGIN_COMPANY_WIDE"]
    unclear = read_amrt("sample.xlsx", template([AUSTRALIA], scope="C. User defined", products=()))
    assert codes_of(unclear) == ["ORIGIN_SCOPE_UNCLEAR"]


def test_templates_of_other_minerals_are_told_and_not_read():
    found = read_amrt("sample.xlsx", template([("Tin", "Sample Smelter", "PERU")], mineral="Tin"))
    assert (codes_of(found), found.origins) == (["TEMPLATE_WITHOUT_RARE_EARTHS"], ())
    assert found.rows == len(found.skipped) == 1


def test_a_workbook_read_from_the_disk(tmp_path):
    rows = {
        g.sheet: [[None] * g.offset + [c[r].as_py() for c in g.text] for r in range(g.height)]
        for g in template([CHINA])
    }
    file = read_file(make_book(tmp_path, rows, "sample_amrt.xlsx"))
    grids = read_workbook(file, lambda _: Expected())
    assert is_amrt(grids)
    assert read_amrt(file.name, grids).origins[0].countries == ("CN",)


def test_a_smelter_whose_metal_cannot_be_read_leaves_the_origin_unknown():
    assert origins_of(AUSTRALIA, ("", "Sample Smelter", "CHINA")).countries == ("", "AU")
    grids = template([AUSTRALIA, AUSTRALIA])
    grids[1] = replace(grids[1], faults=(GridFault(6, 1, "CELL_ERROR", "#REF!"),))
    longer = tuple(pa.concat_arrays([column, pa.nulls(1, pa.string())]) for column in grids[1].text)
    grids[1] = replace(grids[1], text=longer)
    assert read_amrt("sample.xlsx", grids).origins[0].countries == ("", "AU")


def bom(**said):
    row = {"part_number": "M-1", "material": "dysprosium_metal", "amount": 1, "basis": "g_per_piece"} | said
    return make_bom(declarations=[row])


def filled(origins, **said):
    return apply_origins(bom(**said), [origins]).declarations["material_origin"].to_pylist()


def test_a_blank_origin_is_filled_from_one_country():
    done = apply_origins(bom(), [origins_of(AUSTRALIA, AUSTRALIA)])
    assert done.declarations["material_origin"].to_pylist() == ["AU"]
    assert codes_of(done) == ["ORIGIN_FROM_SMELTERS"]
    assert done.declarations.schema == bom().declarations.schema
    assert filled(origins_of(CHINA)) == ["CN"]
    assert filled(origins_of(CHINA), part_number="OUR-M-1") == ["CN"]


def test_a_stated_origin_is_never_changed():
    assert filled(origins_of(AUSTRALIA), material_origin="China") == ["China"]


@pytest.mark.parametrize(
    "smelters", [[AUSTRALIA, CHINA], [AUSTRALIA, (RARE, "Smelter not listed", "AUSTRALIA")], [(RARE, "x", "")], []]
)
def test_an_origin_that_is_not_sure_stays_unknown(smelters):
    assert filled(origins_of(*smelters)) == [None]


def test_another_part_or_another_supplier_is_not_concerned():
    assert filled(origins_of(AUSTRALIA), part_number="M-2") == [None]
    assert filled(origins_of(AUSTRALIA), supplier="Sample Other") == [None]
    assert filled(origins_of(AUSTRALIA), supplier="sample  SUPPLY") == ["AU"]
    assert filled(origins_of(AUSTRALIA), material="none", amount=None, basis=None) == [None]


def test_company_scope_needs_the_supplier():
    company = origins_of(AUSTRALIA, scope="A. Company")
    assert filled(company) == [None]
    assert filled(company, supplier="Sample Supply", part_number="M-9") == ["AU"]


def test_two_templates_that_disagree_leave_it_unknown():
    both = [origins_of(AUSTRALIA), origins_of(CHINA)]
    assert apply_origins(bom(), both).declarations["material_origin"].to_pylist() == [None]
    assert apply_origins(bom(), []) == bom()


def test_a_template_without_rare_earths_is_refused_by_name(tmp_path):
    head = [[None] * 10 for _ in range(12)]
    head[2][9], head[7][3], head[11][3] = "Revision 1.3 / October 17, 2025", "Sample Supply", "Tin"
    smelters = [["x"]] * 4 + [["1", "Tin", "Sample Smelter", "Sample Smelter", "PERU"]]
    path = make_book(tmp_path, {"Declaration": head, "Smelter List": smelters}, "template.xlsx")
    with pytest.raises(
        LayoutError, match=r"template\.xlsx: .* covers other minerals and no rare earths.*: ask for an amrt"
    ):
        read_bom(path)
