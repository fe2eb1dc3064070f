"""Hand-made samples, no real products: declarations built element by element."""

from __future__ import annotations

from xml.sax.saxutils import quoteattr

from deminimis.model.checks import check_table
from deminimis.readers.declared import read_declared
from deminimis.readers.files.files import FileRead

IPC = "http://webstds.ipc.org/175x/2.0"
IPC_B = "https://webstds.ipc.org/175x/1752B/1752B"
IEC = "http://std.iec.ch/iec62474"
SIGNED = (
    '<BusinessInfo><Response><SupplyCompany name="Sample Supply"/><Authorizer name="Sample"/></Response></BusinessInfo>'
)
CAS = {"Nd": "7440-00-8", "Dy": "7429-91-6", "Fe": "7439-89-6", "B": "7440-42-8", "Cu": "7440-50-8", "Co": "7440-48-4"}
CAS |= {"Sm": "7440-19-9", "Dy2O3": "1308-87-8", "Y2O3": "1314-36-9", "Tb": "7440-27-9", "Sm2O3": "12060-58-1"}


def tag(name, /, *content, **attributes):
    said = "".join(f" {key}={quoteattr(str(value))}" for key, value in attributes.items())
    return f"<{name}{said}>{''.join(content)}</{name}>"


def amount(value, unit="g"):
    return tag("Amount", value=value, UOM=unit)


def substance(name, *amounts, cas=None):
    number = CAS.get(name, "") if cas is None else cas
    return tag("Substance", tag("SubstanceID", identity=number, authority="CAS") if number else "", *amounts, name=name)


def material(name, mass, *substances):
    lists = tag("SubstanceCategoryList", tag("SubstanceCategory", *substances, name="Supplier"))
    return tag("HomogeneousMaterial", mass, lists, name=name)


def product(*content, number="SAMPLE-1", mass="", name="Product", **attributes):
    own = tag("ProductID", mass, itemNumber=number, itemName="sample")
    return tag(name, own, *content, **({"unitType": "Each"} | attributes if name == "Product" else attributes))


def ipc(*products, info=SIGNED, space=IPC):
    head = f'<?xml version="1.0"?>\n<!-- hand-made sample, no real product -->\n<MainDeclaration xmlns="{space}">'
    return "\n".join((head, info, *products, "</MainDeclaration>"))


def magnet(*more, iron="6.5", mass="10"):
    """A magnet alloy of 10 g unless told otherwise: 2.5 g Nd, 1 g B, iron, and what is given."""
    parts = [substance("Nd", amount("2.5")), substance("Fe", amount(iron)), substance("B", amount("1"))]
    return material("Sintered alloy", amount(mass), *parts, *more)


def as_file(content, name="sample.xml"):
    return FileRead(name, content if isinstance(content, bytes) else content.encode(), "", "text")


def read(content, name="sample.xml"):
    return read_declared(as_file(content, name))


def rows_of(read):
    """The typed rows of declarations, blanks left out."""
    tables = [check_table(name, raw, 0) for name, raw in read.raw]
    assert [found for table in tables for found in table.findings] == []
    rows = [row for table in tables for row in table.table.to_pylist()]
    return [{key: value for key, value in row.items() if value is not None and key != "place"} for row in rows]


def grams_of(read):
    return {row["material"]: (row.get("low"), row.get("amount"), row.get("high")) for row in rows_of(read)}


def codes_of(read):
    return [found.code for found in read.findings]
