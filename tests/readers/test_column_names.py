from __future__ import annotations

import csv
import unicodedata
from collections import Counter
from importlib.resources import files
from itertools import pairwise

import pytest

from deminimis.model.schema import TABLES, schema
from deminimis.readers.tables.headers import assign_roles, read_header, role_names, roles_of

ROLES = """
level outline position parent child part_number mfr_number supplier_number customer_number parent_description
description quantity quantity_total batch_quantity unit parent_unit unit_value line_value price_quantity other_value
price_control pack_quantity pack_value currency price_date value_basis mass mass_total mass_unit origin supplier
manufacturer
grade hs_code item_class cas scrap_percent loss_percent yield_percent valid_from valid_to alternate_group
alternate_rank usage_percent phantom bulk not_fitted fixed_quantity co_product line_type variant bom_number
bom_alternative bom_item operation deleted optional revision status designators substitute_for alternate_part
per_base share_percent
"""
LANGUAGES = "en de fr es it pt nl pl cs ro tr sv ru zh zh-hant ja ko vi sap oracle windchill teamcenter"


@pytest.fixture(scope="module")
def rows():
    with files("deminimis.readers.tables").joinpath("columns.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_every_name_has_its_own_lookup_key(rows):
    keys = Counter(read_header(row["name"]).full for row in rows)
    assert [key for key, count in keys.items() if count > 1 or not key] == []
    assert set(keys) <= set(role_names())


def test_no_name_is_a_column_of_the_schema(rows):
    columns = {column for table in TABLES for column in schema()[table]}
    assert [row["name"] for row in rows if read_header(row["name"]).full in columns] == []


def test_every_role_is_known_and_used(rows):
    used = {role for row in rows for role in row["role"].split("|")}
    assert used <= set(ROLES.split())
    assert set(ROLES.split()) - used <= {"value_basis"}


def test_alternatives_are_two_different_roles(rows):
    alternatives = {tuple(row["role"].split("|")) for row in rows if "|" in row["role"]}
    assert [pair for pair in alternatives if len(pair) != 2 or len(set(pair)) != 2] == []


def test_names_are_written_as_they_are_looked_up_and_stand_in_every_language(rows):
    names = [row["name"] for row in rows]
    assert [name for name in names if unicodedata.normalize("NFC", name.strip()) != name] == []
    count = Counter(row["language"] for row in rows)
    assert [language for language in LANGUAGES.split() if count[language] < 15] == []


def test_a_name_in_brackets_is_also_known_without_them_when_it_may_be_a_position(rows):
    ambiguous = [row["name"] for row in rows if row["role"] == "part_number|position"]
    assert [name for name in ambiguous if read_header(name).name not in role_names()] == []


MEASURES = {"quantity": {"kg", "g", "pcs"}, "mass": {"kg", "g", "mg", "lb", "oz"}, "mass_total": {"kg"}}


def test_a_name_implies_only_a_unit_that_its_role_has(rows):
    said = [(row["role"], row["unit"]) for row in rows if row["unit"]]
    assert [s for s in said if s[0] in MEASURES and s[1] not in MEASURES[s[0]]] == []
    money = [s for s in said if s[0] not in MEASURES]
    assert {role for role, _ in money} <= {"unit_value", "line_value"}
    assert [unit for _, unit in money if not (len(unit) == 3 and unit.isupper())] == []


SAMPLES = """
Level|Component number|Object description|Comp. Qty (CUn)|Component unit
level child description quantity_total unit
Explosion level|Item Number|Component number|Qty (CUn)|Un
level - child quantity_total unit
Phantom item|Bulk Material|Fixed Qty|Component quantity|Comp. Qty (BUn)
phantom bulk fixed_quantity quantity quantity_total
Stufe|Positionstyp|Komponentennummer|Objektkurztext|Komponentenmenge|KompMengenEinheit
level line_type child description quantity unit
STLNR|STLAL|IDNRK|MENGE|MEINS|AUSCH|POSTP|POSNR
bom_number bom_alternative child quantity unit scrap_percent line_type position
DATUV|DATUB|LKENZ|FMENG|SCHGT|ALPGR|ALPRF|EWAHR|KZKUP
valid_from valid_to deleted fixed_quantity bulk alternate_group alternate_rank usage_percent co_product
STLNR|BMENG|BMEIN|STLST|LOEKZ
bom_number batch_quantity parent_unit status deleted
MATNR|STPRS|PEINH|WAERS|NTGEW|GEWEI|HERKL|STAWN
part_number unit_value price_quantity currency mass mass_unit origin hs_code
MNGKO|MFRPN|MFRNR|IDNLF|LIFNR|KDMAT
quantity_total mfr_number manufacturer supplier_number supplier customer_number
Basismenge|Preiseinheit|Währung|Einsatzwahrscheinlichkeit
batch_quantity price_quantity currency usage_percent
成品物料|组件物料|标准用量|单位
parent child quantity unit
PLAN_LEVEL|COMPONENT_ITEM|COMPONENT_QUANTITY|EXTENDED_QUANTITY|PRIMARY_UOM_CODE
level child quantity quantity_total unit
ASSEMBLY_ITEM_NUMBER|PLANNING_FACTOR|EFFECTIVITY_DATE|DISABLE_DATE|OPERATION_SEQ_NUM|WIP_SUPPLY_TYPE
parent usage_percent valid_from valid_to operation line_type
ALTERNATE_BOM_DESIGNATOR|OPTIONAL|BASIS_TYPE|UNIT_COST
bom_alternative optional fixed_quantity unit_value
Level|Number|Rev|Description|Qty|Find Num|Ref Des
level part_number revision description quantity position designators
Item Number|Revision|Description|Quantity
part_number revision description quantity
Level|Number|Revision|Quantity|Unit of Measure|Reference Designators|Find Number
level part_number revision quantity unit designators position
level|number|quantity.amount|quantity.unit|findNumber|referenceDesignator
level part_number quantity unit position designators
assemblyPartNumber|constituentPartNumber|constituentPartQty|constituentPartUnit|assemblyPartVersion
parent child quantity unit revision
bl_level_starting_0|bl_item_item_id|bl_rev_object_name|bl_quantity|bl_uom|bl_sequence_no
level part_number description quantity unit position
Title|Level|Quantity|Maturity State|Enterprise Item Number
description level quantity status part_number
ITEM NO.|PART NUMBER|DESCRIPTION|QTY.
position part_number description quantity
PARENT ITEM|CHILD PART|QTY
parent child quantity
Part Number|BOM Structure|QTY|REV
part_number line_type quantity revision
Reference(s)|Qty|Manufacturer Part Number|DNP
designators quantity mfr_number not_fitted
Designator|Quantity|Supplier 1|Supplier Part Number 1|Supplier Unit Price 1|Supplier Subtotal 1
designators quantity supplier supplier_number unit_value line_value
ID|Name|Designator|Footprint|Quantity|Manufacturer Part|Manufacturer|Supplier|Supplier Part|Price
part_number description designators - quantity mfr_number manufacturer supplier supplier_number unit_value
Qty|Part|Value|Description|Order code|Part number
quantity - - description supplier_number part_number
LCSC Part #|Digi-Key Part Number|Qty
supplier_number - quantity
MPN|SKU|Unit Price|Line Total|do_not_load
mfr_number part_number unit_value line_value not_fitted
IPN|SKU|Count
part_number supplier_number quantity
型号|位号|数量|备注
mfr_number designators quantity -
product_tmpl_id/id|bom_line_ids/product_id/id|bom_line_ids/product_qty|product_qty
parent child quantity batch_quantity
bom_id/id|product_id/id|product_qty|product_uom_id/id
bom_number child quantity unit
Item Code|Item Name|Is Phantom Item|Qty|UOM|BOM Level
part_number description phantom quantity unit level
Item Code (Items)|Qty (Items)|Rate (Items)|UOM (Items)|Amount (Items)
child quantity unit_value unit line_value
BOM Level|sub_part|Quantity|Total Quantity|Optional|Consumable
level child quantity quantity_total optional -
Item number|Quantity|Per series|From date|To date|Variable scrap|Line type
part_number quantity batch_quantity valid_from valid_to scrap_percent line_type
Component|BOM Quantity|Component Yield %|Item Source|Effective Start Date|Effective End Date
child quantity yield_percent line_type valid_from valid_to
ps_par|ps_comp|ps_qty_per|ps_start|ps_end
parent child quantity valid_from valid_to
ParentPart|Component|QtyPer|ScrapPercentage
parent child quantity scrap_percent
Operation|Item|Type|Quantity
operation part_number line_type quantity
product_id|material_id|quantity_required
parent child quantity
material_id|name|unit_of_measure|standard_cost|weight_kg
child description unit unit_value mass
PN|Name|Cost|Supplier|Supplier PN|Pkg QTY|Pkg Price
part_number description unit_value supplier supplier_number pack_quantity pack_value
P/N|Count|Unit Cost|Unit|Extended Cost|Mass - g (each)|Mass (total)
part_number quantity unit_value unit line_value mass mass_total
Ranking|Part name|Quantity|Distributor|Distributor Part Number|Mfr Part number|Á price
alternate_rank description quantity supplier supplier_number mfr_number unit_value
Parent Number|Parent Name|Child Number|Child Name|Qty
parent parent_description child description quantity
Parent Name|Child Name|Qty
parent child quantity
Part|Part No|Qty
description part_number quantity
Part|Qty
part_number quantity
Price (total)|Cost|Qty (total)|Weight (total)
line_value unit_value quantity_total mass_total
Price|Price unit|Currency
unit_value price_quantity currency
Price / unit|Qty
unit_value quantity
Weight|Weight unit
mass mass_unit
CAS No.|Customer Part Number|HTS|COO
cas customer_number hs_code origin
Quantity (parent)|Parent unit|Child|Quantity
batch_quantity parent_unit child quantity
Pos.|Artikel|Artikelnummer|Menge|ME|Einzelpreis|Gesamtpreis
position description part_number quantity unit unit_value line_value
Ebene|Sachnummer|Benennung|Stückzahl|Hersteller|Herstellerteilenummer|Bestellnummer
level part_number description quantity manufacturer mfr_number supplier_number
Losgröße|Ausschuss|Verlust|Gesamtmenge|Gesamtgewicht|Dummy-Baugruppe|Schüttgut
batch_quantity scrap_percent loss_percent quantity_total mass_total phantom bulk
Gültig ab|Gültig bis|nicht bestückt|Kundenmaterialnummer|Zolltarifnummer|Ursprungsland|VPE
valid_from valid_to not_fitted customer_number hs_code origin pack_quantity
Niveau|Référence|Désignation|Quantité|Unité|Prix unitaire|Prix total|Pays d'origine
level part_number description quantity unit unit_value line_value origin
Article parent|Code composant|Qté|Taux de rebut|Référence fabricant
parent child quantity scrap_percent mfr_number
Nivel|Código|Descripción|Cantidad|Unidad|Precio unitario|Importe|País de origen
level part_number description quantity unit unit_value line_value origin
Livello|Codice|Descrizione|Quantità|U.M.|Prezzo unitario|Importo|Paese di origine
level part_number description quantity unit unit_value line_value origin
Nível|Código do item|Descrição|Quantidade|Unidade|Preço unitário|Peso líquido
level part_number description quantity unit unit_value mass
Positie|Artikelnummer|Omschrijving|Aantal|Eenheid|Stukprijs|Totaalprijs
position part_number description quantity unit unit_value line_value
Poziom|Indeks|Nazwa|Ilość|J.m.|Cena netto|Wartość|Kraj pochodzenia
level part_number description quantity unit unit_value line_value origin
Úroveň|Číslo dílu|Název|Množství|MJ|Cena za kus|Hmotnost|Země původu
level part_number description quantity unit unit_value mass origin
Nr. Crt.|Cod produs|Denumire|Cantitate|UM|Pret (fara TVA)
position part_number description quantity unit unit_value
SEVİYE|PARÇA NO|TANIM|MİKTAR|BİRİM|BİRİM FİYAT|AĞIRLIK
level part_number description quantity unit unit_value mass
Nivå|Artikelkod|Benämning|Antal|Enhet|Styckpris|Vikt
level part_number description quantity unit unit_value mass
Уровень|Обозначение|Наименование|Кол-во|Ед. изм.|Цена, руб.|Масса, кг
level part_number description quantity unit unit_value mass
序号|物料编码|名称|数量|总数量|单价|总价|单重|总重
position part_number description quantity quantity_total unit_value line_value mass mass_total
层级|父件编码|子件编码|单机用量|总用量|批量|损耗率|生效日期|失效日期
level parent child quantity quantity_total batch_quantity scrap_percent valid_from valid_to
制造商|制造商料号|客户料号|原产地|海关编码|CAS号|替代组|虚拟件|不贴
manufacturer mfr_number customer_number origin hs_code cas alternate_group phantom not_fitted
用量:分子|用量:分母|子项物料编码
quantity batch_quantity child
階次|元件品號|品名規格|組成用量|底數|損耗率|單位
level child description quantity batch_quantity scrap_percent unit
レベル|親品番|子品番|員数|総数量|基準数量|単位|単価|小計
level parent child quantity quantity_total batch_quantity unit unit_value line_value
項番|品番|品名|メーカー|メーカー型番|仕損率|有効開始日|原産国|入数
position part_number description manufacturer mfr_number scrap_percent valid_from origin pack_quantity
레벨|모품목|자품목|소요량|총소요량|기준수량|단위|단가|원산지
level parent child quantity quantity_total batch_quantity unit unit_value origin
STT|Mã số|Tên gọi|Số lượng|Đơn vị|Đơn giá|Thành tiền|Xuất xứ
position part_number description quantity unit unit_value line_value origin
"""
"""Pairs of lines: a header row as the system prints it, and the role of each of its columns, - for none."""


@pytest.mark.parametrize(("headers", "expected"), list(pairwise(SAMPLES.split("\n")[1:-1]))[::2])
def test_a_header_row_of_a_system_gets_its_roles(headers, expected):
    cells = headers.split("|")
    columns = {index: role for role, index in assign_roles(cells).columns.items()}
    wanted = expected.split()
    assert len(wanted) == len(cells)
    got = [columns.get(index, "-") for index in range(len(cells))]
    assert [g if w != "-" else "-" for g, w in zip(got, wanted, strict=True)] == wanted


@pytest.mark.parametrize(
    ("headers", "constants"),
    [
        (["Mass - kg (each)"], {"mass_unit": "kg"}),
        (["重量(克)"], {"mass_unit": "g"}),
        (["Масса, кг"], {"mass_unit": "kg"}),
        (["Stückpreis in €"], {"currency": "EUR"}),
        (["单价(元)"], {"currency": "CNY"}),
        (["Qty pcs"], {"unit": "pcs"}),
    ],
)
def test_the_unit_in_a_name_is_told(headers, constants):
    assert assign_roles(headers).constants == constants


DANGEROUS = """Value, Total, Class, Footprint, Gross weight, Qty min, Minimum order quantity, Fitted, Populate, Stock,
On hand, Lead time, Price incl. VAT, 含税单价, Component Yield Factor, Material group, 规格, Required quantity, MSRP"""


@pytest.mark.parametrize("name", [name.strip() for name in DANGEROUS.split(",")])
def test_a_dangerous_word_has_no_role(name):
    assert roles_of(read_header(name))[0] == ()


def test_names_are_written_as_they_are_looked_up() -> None:
    with files("deminimis.readers.tables").joinpath("columns.csv").open(encoding="utf-8") as stream:
        names = [row["name"] for row in csv.DictReader(stream)]
    assert [name for name in names if read_header(name).full != name] == []


@pytest.mark.parametrize(
    ("header", "role", "unit"),
    [
        ("Price per 100 EUR", "unit_value", "EUR/100"),
        ("Preis pro 100 EUR", "unit_value", "EUR/100"),
        ("Price / 1000 pcs CNY", "unit_value", "CNY/1000"),
        ("Cost Each in CNY", "unit_value", "CNY"),
        ("Cost Each in cny", "unit_value", "CNY"),
    ],
)
def test_a_price_whose_header_names_currency_and_number(header, role, unit):
    assert roles_of(read_header(header)) == ((role,), unit)


@pytest.mark.parametrize("header", ["Price per 100 kgs", "Price per 100 g", "Cost Each in months", "Quota", "Quote"])
def test_what_may_mean_something_else_has_no_role(header):
    assert roles_of(read_header(header))[0] == ()


@pytest.mark.parametrize("share", ["Quota %", "Quote %", "Share %", "Share (%)", "Quote [%]"])
def test_a_share_is_one_of_suppliers_only(share):
    assert assign_roles(["Part number", "Supplier", share]).columns["share_percent"] == 2
    for others in (["Part number", "Material", "Supplier"], ["Parent", "Child", "Qty"], ["Part number", "Description"]):
        roles = assign_roles([*others, share])
        assert "share_percent" not in roles.columns
        assert roles.unused == (share,)


@pytest.mark.parametrize("rate", ["Kurs", "Rate", "Exchange rate"])
def test_a_rate_is_one_of_currencies_only(rate):
    assert assign_roles(["Currency", rate]).columns["per_base"] == 1
    for others in (["Part number", "Currency"], ["Material", "Currency"], ["Qty", "Currency"], ["Description"]):
        assert "per_base" not in assign_roles([*others, rate]).columns
