from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deminimis.errors import InputError
from deminimis.readers.declared.xml_tree import DEPTH_LIMIT, ELEMENTS_LIMIT, parse_xml

LAUGHS = '<!DOCTYPE a [<!ENTITY x "ha"><!ENTITY y "&x;&x;&x;">]><a>&y;</a>'
OUTSIDE = '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///nothing">]><a>&x;</a>'


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (LAUGHS, "declares a document type"),
        (OUTSIDE, "declares a document type"),
        ("<!DOCTYPE a><a/>", "declares a document type"),
        ("<a>\n<b></a>", r"damaged XML \(line 2: mismatched tag\)"),
        ("<a>", "damaged XML"),
        ("<a>&x;</a>", "undefined entity"),
        ("<?xml version='1.0' encoding='klingon'?><a/>", "damaged XML"),
        ("<a>" * (DEPTH_LIMIT + 1), "levels or"),
        ("<a>" + "<b/>" * ELEMENTS_LIMIT + "</a>", "levels or"),
        (b"<a>\xff\xfe</a>", "damaged XML"),
        (b"", "damaged XML"),
    ],
)
def test_unsafe_and_damaged_files_are_refused_in_one_sentence(content, why):
    with pytest.raises(InputError, match=why) as refused:
        parse_xml("sample.xml", content if isinstance(content, bytes) else content.encode())
    assert str(refused.value).startswith("sample.xml ")
    assert str(refused.value).endswith(".")


@given(st.binary(max_size=200))
def test_no_bytes_break_it(data):
    try:
        parse_xml("sample.xml", b"<a" + data)
    except InputError as refused:
        assert refused.file == "sample.xml"  # noqa: PT017


def test_names_attributes_lines_and_text():
    root = parse_xml("sample.xml", "<p:a xmlns:p='urn:x' p:k=' v '>\n<b>ä</b>\n</p:a>".encode("utf-16"))
    below = root.children[0]
    assert (root.name, root.namespace, root.attributes) == ("a", "urn:x", {"k": "v"})
    assert (below.name, below.text, below.line) == ("b", "ä", 2)
    assert [e.name for e in root.every("a", "b")] == ["a", "b"]
