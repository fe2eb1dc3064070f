from __future__ import annotations

from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deminimis.readers.workbooks.number_formats import (
    Styles,
    date_text,
    digit_pattern,
    is_date,
    read_styles,
    shown_digits,
    whole_digits,
)

CERTAIN = [
    ("00000", "123", "00123"),
    ("000-000", "123", "000-123"),
    ("00 00 00", "123", "00 01 23"),
    ('"PN-"0000', "123", "PN-0123"),
    ('"PN-"0000', "0", "PN-0000"),
    ('0000"-A"', "123", "0123-A"),
    ('"PN-"0', "123", "PN-123"),
    (r"\P\N0000", "7", "PN0007"),
    (r"00\.00", "123", "01.23"),
    ('00"/"00', "123", "01/23"),
    (r"00\"00", "123", '01"23'),
    ('"PN-"0000', "1234567", "PN-1234567"),
    ("000-000", "1234567", "1234-567"),
    ('0000""', "7", "0007"),
]
UNCERTAIN = [
    *("", "0", "General", "@", "#", "# ##0", "#,##0", "0,000", "0.0", "0.00", "000.000", "0/0", "000/000", "00%"),
    *("[<100]00;0000", "0000;-0000", "[Red]0000", "0.00E+00", "_-0000", "* 0000", "??000", '"PN"', "PN-000", "0000\\"),
    *('"PN-0000', "yyyy"),
]


@pytest.mark.parametrize(("code", "digits", "shown"), CERTAIN)
def test_what_is_certain_is_shown_as_the_spreadsheet_does(code, digits, shown):
    assert shown_digits(digits, digit_pattern(code)) == shown


@pytest.mark.parametrize("code", UNCERTAIN)
def test_what_is_not_certain_or_adds_nothing_is_left_alone(code):
    assert digit_pattern(code) is None


@given(st.integers(0, 10**14), st.integers(2, 18))
def test_zeros_add_what_python_adds(number, places):
    assert shown_digits(str(number), digit_pattern("0" * places)) == f"{number:0{places}d}"


@given(st.integers(0, 10**14), st.lists(st.sampled_from(["0", "-", " ", '"K"', r"\q"]), min_size=1, max_size=12))
def test_the_digits_stay_in_their_order(number, tokens):
    pattern = digit_pattern("".join(tokens))
    if pattern is not None:
        digits = "".join(sign for sign in shown_digits(str(number), pattern) if sign.isdigit())
        assert digits.lstrip("0") == str(number).lstrip("0")
        assert len(digits) == max(len(str(number)), tokens.count("0"))


@pytest.mark.parametrize(
    ("number", "digits"),
    [
        ("545636.0", "545636"),
        ("545636", "545636"),
        ("1E5", "100000"),
        ("1.5E+3", "1500"),
        ("0", "0"),
        ("12.5", None),
        ("-3", None),
        ("1E15", None),
        ("nan", None),
        ("inf", None),
        ("12 pcs", None),
    ],
)
def test_only_whole_numbers_have_digits(number, digits):
    assert whole_digits(number) == digits


DATES = [
    *("yyyy-mm-dd", "d-mmm", "M/D/YY", "h:mm", "[h]:mm:ss", "[h]", "[mm]", "[ss]", "mmm", "ss.00", "hh:mm AM/PM"),
    *(
        "[$-407]d. mmmm yyyy;@",
        "[$-F800]dddd",
        'yyyy"年"m"月"d"日"',
        "[Red]dd.mm.yyyy",
        "[$-411]ge.m.d",
        r"dd\.mm\.yyyy",
    ),
]
NO_DATES = [
    *("General", "0", "@", "#,##0.00", '0.0" days"', r"0.0\d", "[Red]0", "[Magenta]0;[Yellow]0", "0_d", "0*y", "0%"),
    *("#,##0.00 [$Rs-4009]", '"day" 0', '_-* #,##0.00\\ "DM"_-', "0.00E+00", "", "Standard", "[$USD] 0"),
]


@pytest.mark.parametrize("code", DATES)
def test_codes_of_days_and_times(code):
    assert is_date(200, code)


@pytest.mark.parametrize("code", NO_DATES)
def test_codes_of_numbers(code):
    assert not is_date(200, code)


def test_formats_without_code_are_told_by_their_number():
    dates = {number for number in range(164) if is_date(number, None)}
    assert dates == {*range(14, 23), *range(27, 37), 45, 46, 47, *range(50, 59)}


def test_a_code_goes_before_the_number():
    assert not is_date(14, "00000")
    assert is_date(1, "d-mmm")


@pytest.mark.parametrize(
    ("serial", "since_1904", "text"),
    [
        ("45794", False, "2025-05-17"),
        ("45794.0", False, "2025-05-17"),
        ("45794.75", False, "2025-05-17 18:00:00"),
        ("44332", True, "2025-05-17"),
        ("1", False, "1900-01-01"),
        ("59", False, "1900-02-28"),
        ("61", False, "1900-03-01"),
        ("0.25", False, "06:00:00"),
        ("1e300", False, "1e300"),
        ("nan", False, "nan"),
        ("2025-05-17T00:00:00", False, "2025-05-17T00:00:00"),
    ],
)
def test_serial_numbers_are_days(serial, since_1904, text):
    assert date_text(serial, since_1904) == text


def test_styles_of_all_writers():
    xml = """<x:styleSheet xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main">
      <x:numFmts><x:numFmt formatCode="d-mmm" numFmtId="170"/><x:numFmt numFmtId="171" formatCode="&quot;PN-&quot;00"/>
      <x:numFmt numFmtId="172"/></x:numFmts>
      <x:cellStyleXfs><x:xf numFmtId="14"><x:alignment indent="9"/></x:xf></x:cellStyleXfs>
      <x:cellXfs><x:xf/><x:xf numFmtId="170"/><x:xf numFmtId="171"><x:alignment indent="2" horizontal="left"/></x:xf>
      <x:xf numFmtId="14"><x:alignment indent="0"/></x:xf><x:xf numFmtId="172"/><x:xf numFmtId="many"/></x:cellXfs>
    </x:styleSheet>"""
    styles = read_styles(ElementTree.fromstring(xml))
    assert styles == Styles({2: ("PN-", None, None)}, frozenset({1, 3}), {2: 2}, words={2: "PN-"})


def test_a_workbook_without_styles_says_nothing():
    assert read_styles(ElementTree.fromstring("<styleSheet/>")) == Styles()
