from __future__ import annotations

import io
import zipfile

import pytest

from deminimis.errors import InputError
from deminimis.readers.declared.iec62474 import MEMBERS_LIMIT
from tests.readers.declared.sample_declarations import CAS, IEC, SIGNED, codes_of, grams_of, read, rows_of, tag


def mass(value, unit="g"):
    return tag("Mass", mass=value, unitOfMeasure=unit)


def substance(name, *said):
    return tag("Substance", tag("SubstanceID", identity=CAS[name], authority="CAS"), *said, name=name)


def iec(*products):
    head = f'<?xml version="1.0"?>\n<!-- hand-made sample, no real product -->\n<Main xmlns="{IEC}">'
    return "\n".join((head, SIGNED, *products, "</Main>"))


def product(*content, number="SAMPLE-2", grams=100):
    return tag("Product", tag("ProductID", mass(grams), name="sample", identifier=number), *content, unitType="each")


def magnet():
    parts = (
        substance("Nd", mass("2600", "mg")),
        substance("Dy", tag("MassPercent", massPercent="4")),
        substance("Fe", mass(6)),
    )
    return tag("Material", mass(10), *parts, substance("B", mass(1)), name="alloy")


STEEL = tag("Material", mass(60), substance("Fe", mass(60)), name="steel")
PART = tag("ProductPart", mass(10), magnet(), name="magnet", numberOfUnits=4)


def zipped(members):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return stream.getvalue()


def test_a_composition_by_hand():
    # 4 magnets of 10 g with 4 % dysprosium; 0.1 % of 40 g may hide terbium
    found = read(iec(product(tag("Composition", PART, STEEL))))
    assert found.kind == "iec62474"
    assert grams_of(found) == {
        "neodymium_metal": (10.4, 10.4, 10.4),
        "dysprosium_metal": (1.6, 1.6, 1.6),
        "terbium_metal": (0, 0, 0.04),
    }
    assert {(row["part_number"], row["scope"], row["evidence"]) for row in rows_of(found)} == {
        ("SAMPLE-2", "whole", "signed")
    }
    assert (found.rows, len(found.skipped)) == (5, 3)


def test_a_number_of_pieces_under_a_name_nobody_knows_leaves_the_declaration_open():
    part = tag("ProductPart", mass(10), magnet(), name="magnet", howMany=4)
    found = read(iec(product(tag("Composition", part, STEEL))))
    assert "DECLARATION_INCOMPLETE" in codes_of(found)
    assert {row["scope"] for row in rows_of(found)} == {"own"}


def test_compliance_alone_declares_nothing():
    answers = tag("Compliance", tag("DsDsg", name="Lead"), tag("Substance", name="Dysprosium"))
    found = read(iec(product(answers)))
    assert (found.raw, codes_of(found)) == ((), ["DECLARATION_YES_NO"])
    assert (found.rows, [reason for _, reason in found.skipped]) == (1, ["outside of any composition"])


def test_a_composition_of_declarable_substances_only_is_incomplete():
    oxide = tag("Material", mass("0.5"), substance("Dy2O3", mass("0.5")), name="layer")
    found = read(iec(product(tag("Composition", oxide))))
    assert grams_of(found) == {"dysprosium_oxide": (0, 0.5, 0.5)}
    assert "DECLARATION_INCOMPLETE" in codes_of(found)


def test_a_number_as_an_attribute():
    odd = tag("Substance", mass(1), name="x", casNumber="1308-87-8")
    found = read(iec(product(tag("Composition", tag("Material", mass(1), odd)), grams=1)))
    assert grams_of(found) == {"dysprosium_oxide": (1, 1, 1)}


def test_an_archive_of_declarations():
    one, two = (iec(product(tag("Composition", PART, STEEL), number=number)) for number in ("A-1", "A-2"))
    found = read(zipped({"one.xml": one, "two.xml": two, "index.xml": "<index/>", "note.txt": "x"}), "sample.shai")
    assert found.kind == "chemsherpa"
    assert {row["part_number"] for row in rows_of(found)} == {"A-1", "A-2"}
    assert [raw.sheet for _, raw in found.raw] == ["one.xml", "two.xml"]
    assert found.rows == 11
    assert (1, "index.xml is no IEC 62474 declaration") in found.skipped


def test_other_archives_are_not_ours():
    declaration = iec(product(STEEL))
    for members in ({"a.txt": "x"}, {"a.xml": "<a/>"}, {"[Content_Types].xml": "<a/>", "x.xml": declaration}):
        assert read(zipped(members), "sample.zip") is None


def test_archives_that_cannot_be_read_are_refused():
    declaration = iec(product(STEEL))
    many = zipped({f"{n}.xml": declaration for n in range(MEMBERS_LIMIT + 1)})
    bomb = zipped({"a.xml": declaration + " " * (65 << 20)})
    cut = zipped({"a.xml": declaration})
    for data, why in ((many, "more than is sane"), (bomb, "more than is sane"), (cut[:-30], "damaged or protected")):
        with pytest.raises(InputError, match=why) as refused:
            read(data, "sample.shai")
        assert str(refused.value).startswith("sample.shai ")
    with pytest.raises(InputError, match="declares a document type"):
        read(zipped({"a.xml": declaration.replace("<Main", "<!DOCTYPE Main>\n<Main")}), "sample.shai")
