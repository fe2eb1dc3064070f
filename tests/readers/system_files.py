"""One sample product as the exports of many systems print it; every part of it is invented.

P-100 holds 2 A-200, 1 A-500 and 5 B-600; A-200 holds 4 M-300 and 0.25 kg of G-400; A-500 holds 3 A-200 and 7 B-600.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

Cell = str | float | None
Rows = list[list[Cell]]
TREE = (
    (0, "P-100", "1"),
    (1, "A-200", "2"),
    (2, "M-300", "4"),
    (2, "G-400", "0.25"),
    (1, "A-500", "1"),
    (2, "A-200", "3"),
    (3, "M-300", "4"),
    (3, "G-400", "0.25"),
    (2, "B-600", "7"),
    (1, "B-600", "5"),
)
NAMES = {
    "P-100": "sample drive",
    "A-200": "sample rotor",
    "A-500": "sample box",
    "M-300": "sample magnet",
    "G-400": "sample glue",
    "B-600": "sample bolt",
}
UNITS = {"G-400": "KG"}
LINES = {
    ("P-100", "A-200", Fraction(2)),
    ("A-200", "M-300", Fraction(4)),
    ("A-200", "G-400", Fraction(1, 4)),
    ("P-100", "A-500", Fraction(1)),
    ("A-500", "A-200", Fraction(3)),
    ("A-500", "B-600", Fraction(7)),
    ("P-100", "B-600", Fraction(5)),
}


@dataclass(frozen=True)
class Printed:
    """One row of the exploded list: its level, part, quantities and outline number."""

    level: int
    part: str
    own: str
    total: Fraction
    above_own: Fraction
    outline: str

    @property
    def name(self) -> str:
        return NAMES[self.part]

    @property
    def unit(self) -> str:
        return UNITS.get(self.part, "PC")


def printed(per: int = 1) -> list[Printed]:
    """Return the rows of the list, with totals for so many products."""
    totals, owns, counts = [Fraction(per)], [Fraction(1)], [0] * 6
    rows = []
    for level, part, own in TREE:
        counts[level + 1 :] = [0] * (5 - level)
        counts[level] += 1
        if level:
            totals[level:] = [totals[level - 1] * Fraction(own)]
            owns[level:] = [Fraction(own)]
        outline = ".".join(str(count) for count in counts[1 : level + 1])
        rows.append(Printed(level, part, own, totals[level], owns[max(level - 1, 0)], outline))
    return rows


def below() -> list[Printed]:
    """Return the rows without the product itself."""
    return printed()[1:]


def three(number: Fraction) -> str:
    """Return a number with three decimals, as SAP prints it."""
    return f"{float(number):.3f}"


def german(number: Fraction) -> str:
    return three(number).replace(".", ",")


def tsv(rows: Rows) -> str:
    return "\r\n".join("\t".join("" if cell is None else str(cell) for cell in row) for row in rows)


def csv_text(rows: Rows, delimiter: str = ",") -> str:
    return "\n".join(delimiter.join("" if cell is None else str(cell) for cell in row) for row in rows) + "\n"


def listing(head: Rows, table: Rows) -> str:
    """Return a printed list with bars and dashed lines."""
    widths = [max(len(str(cell or "")) for cell in column) for column in zip(*table, strict=True)]
    frame = "-" * (sum(widths) + len(widths) + 1)
    lines = [
        "|" + "|".join(str(cell or "").ljust(w) for cell, w in zip(row, widths, strict=True)) + "|" for row in table
    ]
    above = ["".join(str(cell).ljust(24) for cell in row).rstrip() for row in head]
    return "\n".join([*above, "", frame, lines[0], frame, *lines[1:], frame, ""])


SAP_HEAD: Rows = [["Material", "P-100"], ["Plant/Usage/Alt.", "1000 / 1 / 01"], ["Description", "sample drive"]]


def sap_cs12(per: int = 1, *, both: bool = False) -> Rows:
    """Return the multi-level list, whose quantities are totals for the required quantity."""
    more = ["Component quantity"] if both else []
    head = ["Explosion level", "Item Number", "Component number", "Object description", "Comp. Qty (CUn)", "Un", *more]
    rows: Rows = [*SAP_HEAD, ["Base Qty", "1"], ["Reqd Qty", str(per)], [], head]
    for at, row in enumerate(printed(per)[1:], 1):
        own: list[Cell] = [three(Fraction(row.own))] if both else []
        dots = "." * row.level + str(row.level)
        rows.append([dots, f"{at * 10:04}", row.part, row.name, three(row.total), row.unit, *own])
    return rows


def sap_cs12_german(per: int = 1) -> Rows:
    head = ["Stufe", "Positionstyp", "Komponentennummer", "Objektkurztext", "Komponentenmenge", "KompMengenEinheit"]
    rows: Rows = [["Materialnummer", "P-100"], ["Einsatzmenge", str(per)], [], list(head)]
    rows += [[row.level, "L", row.part, row.name, german(Fraction(row.own)), row.unit] for row in below()]
    return rows


def sap_cs13() -> str:
    """Return the summarized list as it is saved without conversion."""
    sums: dict[str, Fraction] = {}
    for row in below():
        sums[row.part] = sums.get(row.part, Fraction(0)) + row.total * 10
    table: Rows = [["Item", "Component number", "Object description", "Quantity", "Un", "Comm. code"]]
    table += [["0010", part, NAMES[part], three(total), UNITS.get(part, "PC"), ""] for part, total in sums.items()]
    return listing([["Material", "P-100"], ["Base Qty (PC): 1"], ["Reqd Qty (PC): 10"]], table)


def se16() -> dict[str, Rows]:
    """Return the three tables; P-100 is written for 10, A-200 for 3, A-500 for 1."""
    mast: Rows = [["MATNR", "WERKS", "STLAN", "STLNR", "STLAL"]]
    mast += [[part, "1000", "1", number, "01"] for part, number in SE16_NUMBERS.items()]
    stko: Rows = [["STLTY", "STLNR", "STLAL", "DATUV", "BMENG", "BMEIN", "LOEKZ"]]
    for part, number in SE16_NUMBERS.items():
        stko.append(["M", number, "01", "01.01.2026", SE16_BATCHES[part], "ST", None])
    stpo: Rows = [["STLNR", "STLKN", "IDNRK", "POSTP", "POSNR", "MENGE", "MEINS", "AUSCH", "LKENZ"]]
    for at, (parent, child, quantity) in enumerate(sorted(LINES), 1):
        batch = Fraction(SE16_BATCHES[parent])
        number = SE16_NUMBERS[parent]
        stpo.append([number, str(at), child, "L", f"{at * 10:04}", float(quantity * batch), "ST", None, None])
    stpo.append(["00000001", "90", None, "T", "0900", None, None, None, None])
    stpo.append(["00000001", "91", "DOC-1", "D", "0910", 1, "ST", None, None])
    stpo.append(["00000002", "92", "M-999", "L", "0920", 1, "ST", None, "X"])
    return {"MAST": mast, "STKO": stko, "STPO": stpo}


SE16_NUMBERS = {"P-100": "00000001", "A-200": "00000002", "A-500": "00000003"}
SE16_BATCHES = {"P-100": "10", "A-200": "3", "A-500": "1"}


def oracle() -> Rows:
    rows: Rows = [["Item", "Description", "Item Seq", "Quantity", "UOM", "Extended Quantity"]]
    rows += [["." * r.level + r.part, r.name, "10", r.own, r.unit, str(float(r.total))] for r in printed()]
    return rows


def agile() -> Rows:
    rows: Rows = [["Level", "Number", "Rev", "Description", "Qty", "Find Num", "Ref Des", "BOM Notes"]]
    rows += [[r.level, r.part, "A", r.name, None if not r.level else r.own, "10", None, None] for r in printed()]
    return rows


def windchill() -> Rows:
    display = ["Action", "Level", "Number", "Revision", "View", "Quantity", "Unit of Measure", "Find Number"]
    internal = ["action", "level", "number", "revision", "view", "quantity", "unit", "findNumber"]
    rows: Rows = [["ImportSheetType=BOM"], [], [], [], list(display), list(internal)]
    for r in printed():
        quantity, unit = (r.own, "kg" if r.part == "G-400" else "ea") if r.level else (None, None)
        rows.append(["Add", str(r.level), r.part, "A", "Design", quantity, unit, None])
    return rows


def windchill_sheets() -> dict[str, Rows]:
    head = ["Number", "Name", "Quantity", "Unit of Measure"]
    sheets: dict[str, Rows] = {}
    for parent in ("P-100", "A-200", "A-500"):
        rows = [
            [c, NAMES[c], str(float(q)), "ea" if c != "G-400" else "kg"] for p, c, q in sorted(LINES) if p == parent
        ]
        sheets[parent] = [list(head), *rows]
    return sheets


def teamcenter() -> Rows:
    rows: Rows = [["Level", "BOM Line", "Find No.", "Unit of Measure"]]
    for r in printed():
        count = "" if r.own == "1" else f" x {r.own}"
        rows.append([r.level, f"{r.part}/A;1-{r.name} (View){count}", "10", r.unit if r.level else None])
    return rows


def threedexperience() -> Rows:
    rows: Rows = [["Level", "Part", "Revision", "Name", "Quantity", "UoM", "Weight (g)"]]
    rows += [[r.level + 1, r.part, "A.1", r.name, r.own if r.level else "1", r.unit, 10] for r in printed()]
    return rows


def arena() -> Rows:
    rows: Rows = [["Level", "Item Number", "Revision", "Description", "Quantity", "UOM"]]
    rows += [[r.level, r.part, "A", r.name, r.own if r.level else None, r.unit] for r in printed()]
    return rows


def openbom() -> Rows:
    rows: Rows = [["Level", "Part Number", "Description", "Quantity", "QTY Gap", "Units"]]
    rows += [[r.outline, r.part, r.name, r.own, "0", r.unit] for r in below()]
    return rows


def solidworks() -> Rows:
    rows: Rows = [["ITEM NO.", "PART NUMBER", "DESCRIPTION", "QTY."]]
    rows += [[r.outline, r.part, r.name, r.own] for r in below()]
    return rows


def inventor() -> Rows:
    rows: Rows = [["Item", "Part Number", "Unit QTY", "QTY", "Description"]]
    for r in below():
        rows.append([".".join(f"{int(n):03}" for n in r.outline.split(".")), r.part, "Each", r.own, r.name])
    return rows


def autocad_mechanical() -> Rows:
    rows: Rows = [["ITEM", "QTY", "NAME", "PART NUMBER", "PARENT ITEM"]]
    rows += [[str(at), str(float(q)), NAMES[c], c, p] for at, (p, c, q) in enumerate(sorted(LINES), 1)]
    return rows


CATIA_TREE = (
    (1, "P-100"),
    (2, "A-700"),
    (3, "M-300"),
    (3, "M-300"),
    (2, "A-700"),
    (3, "M-300"),
    (3, "M-300"),
    (2, "B-600"),
)
CATIA_LINES = {
    ("P-100", "A-700", Fraction(2)),
    ("A-700", "M-300", Fraction(2)),
    ("P-100", "B-600", Fraction(1)),
}


def catia_instances() -> Rows:
    rows: Rows = [["Level", "Part Number", "Instance Name"]]
    rows += [[level, part, f"{part}.{at}"] for at, (level, part) in enumerate(CATIA_TREE, 1)]
    return rows


def catia_listing() -> Rows:
    head: list[Cell] = ["Quantity", "Part Number", "Type", "Nomenclature", "Revision"]
    rows: Rows = []
    for parent in ("P-100", "A-200", "A-500"):
        rows += [[f"Bill of Material: {parent}"], list(head)]
        for p, c, q in sorted(LINES):
            if p == parent:
                rows.append([str(float(q)), c, "Part", NAMES[c], "A"])
        rows.append([])
    rows += [["Recapitulation of: P-100"], ["Different parts: 3"], ["Total parts: 98"], ["Quantity", "Part Number"]]
    rows += [["44", "M-300"], ["2.75", "G-400"], ["12", "B-600"]]
    return rows


def kicad() -> Rows:
    return [
        ["Reference", "Value", "Footprint", "Qty", "DNP", "MPN"],
        ["C1,C2", "100n", "C_0402", "2", None, "CAP-1"],
        ["R1", "10k", "R_0402", "1", "DNP", "RES-9"],
        ["U1", "driver", "QFN", "1", None, "DRV-2"],
    ]


def altium() -> Rows:
    return [
        ["Comment", "Description", "Designator", "Footprint", "LibRef", "Quantity"],
        ["CAP-1", "sample capacitor", "C1", "0402", "CAP", 2],
        ["DRV-2", "sample driver", "U1", "QFN", "DRV", 1],
    ]


def easyeda() -> Rows:
    return [
        ["ID", "Name", "Designator", "Footprint", "Quantity", "Manufacturer Part", "Supplier Part", "Price"],
        ["1", "100nF", "C1,C2", "C0402", "2", "CAP-1", "X1", "0.01"],
        ["2", "driver", "U1", "QFN", "1", "DRV-2", "X2", "0.5"],
    ]


FLAT_LINES = {("P-100", "CAP-1", Fraction(2)), ("P-100", "DRV-2", Fraction(1))}


def _grouped(batch: dict[str, str]) -> list[tuple[str | None, str | None, str, Fraction]]:
    """Return parent and batch on the first row of each, child and quantity for the batch."""
    rows, before = [], ""
    for parent, child, quantity in sorted(LINES):
        first = parent != before
        rows.append((parent if first else None, batch[parent] if first else None, child, quantity * int(batch[parent])))
        before = parent
    return rows


GROUPED_BATCHES = {"P-100": "10", "A-200": "4", "A-500": "3"}


def odoo() -> Rows:
    head = ["id", "product_tmpl_id/id", "product_qty", "type", "bom_line_ids/product_id/id", "bom_line_ids/product_qty"]
    rows: Rows = [list(head)]
    for parent, batch, child, quantity in _grouped(GROUPED_BATCHES):
        rows.append(
            [f"bom_{parent}" if parent else None, parent, batch, "normal" if parent else None, child, float(quantity)]
        )
    return rows


def oca() -> Rows:
    head = ["BOM Name", "Level", "Product Reference", "Product Name", "Quantity", "Unit of Measure", "Reference"]
    rows: Rows = [["BOM Structure"], list(head)]
    for r in printed():
        level = "> " * r.level if r.level else None
        rows.append([None, level, r.part, r.name, r.own if r.level else "1", r.unit, None])
    rows.append([None, None, "P-900", "sample kit", "1", "PC", None])
    rows.append([None, "> ", "B-600", NAMES["B-600"], "9", "PC", None])
    return rows


def erpnext_export() -> Rows:
    head = ["ID", "Item", "Company", "Quantity", "Currency", "Conversion Rate", "ID (Items)", "Item Code (Items)"]
    rows: Rows = [[*head, "Qty (Items)", "Rate (Items)", "UOM (Items)"]]
    for at, (parent, batch, child, quantity) in enumerate(_grouped(GROUPED_BATCHES)):
        first = [f"BOM-{parent}", parent, "Sample Company", batch, "EUR", "1"] if parent else [None] * 6
        rows.append([*first, f"row{at}", child, float(quantity), 1, UNITS.get(child, "Nos")])
    return rows


def erpnext_explorer() -> Rows:
    rows: Rows = [
        ["Item Code", "Item Name", "BOM", "Is Phantom Item", "Qty", "UOM", "BOM Level", "Standard Description"]
    ]
    for r in below():
        shown = float(Fraction(r.own) * r.above_own)
        rows.append([r.part, r.name, f"BOM-{r.part}", 0, shown, r.unit, r.level - 1, r.name])
    return rows


def inventree() -> Rows:
    rows: Rows = [["Component", "Reference", "Quantity", "Units", "BOM Level", "Total Quantity"]]
    rows += [[r.part, None, r.own, r.unit, r.level, str(float(r.total))] for r in below()]
    return rows


def frepple() -> Rows:
    rows: Rows = [["Operation", "Item", "Quantity", "Type", "Name", "Priority"]]
    for parent, makes in (("P-100", 1), ("A-200", 3), ("A-500", 2)):
        rows.append([f"make {parent}", parent, makes, "end", None, None])
        for p, c, q in sorted(LINES):
            if p == parent:
                rows.append([f"make {parent}", c, float(-q * makes), "start", None, None])
    return rows


def dynamics_ax() -> Rows:
    rows: Rows = [["Parent item", "Item number", "Line type", "Quantity", "Per series", "Unit"]]
    series = {"A-200": 100, "P-100": 1, "A-500": 1000}
    for p, c, q in sorted(LINES):
        rows.append([p, c, "Item", float(q * series[p]), series[p], "pcs" if c != "G-400" else "kg"])
    return rows


def netsuite() -> Rows:
    rows: Rows = [["Assembly", "Member Item", "Quantity", "Units", "Component Yield %", "Item Source"]]
    rows += [[p, c, float(q), "pcs" if c != "G-400" else "kg", 100, "Stock"] for p, c, q in sorted(LINES)]
    return rows


ASIAN_HEADS = {
    "vi": ["cấp", "Mã số", "Tên gọi", "Số lượng", "Đơn vị"],
    "zh": ["层级", "物料编码", "物料名称", "用量", "单位"],
    "ja": ["レベル", "品番", "品目名", "員数", "単位"],
    "ko": ["레벨", "품번", "품명", "수량", "단위"],
}


def in_language(language: str) -> Rows:
    rows: Rows = [list(ASIAN_HEADS[language])]
    rows += [
        [r.level, r.part, r.name, r.own if r.level else None, "pcs" if r.part != "G-400" else "kg"] for r in printed()
    ]
    return rows


def flat_rows(parent: str) -> Rows:
    rows: Rows = [["PN", "Name", "QTY"]]
    return rows + [[c, NAMES[c], float(q)] for p, c, q in sorted(LINES) if p == parent]
