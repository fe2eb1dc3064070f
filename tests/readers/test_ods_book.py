"""OpenDocument spreadsheets: every value exactly, and how each is shown; the small files are made here."""

import io
import re
import zipfile
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deminimis.readers.workbooks.book import Cell, Style, write_book
from deminimis.readers.workbooks.ods_book import CELLS_LIMIT, read_ods
from deminimis.readers.workbooks.ods_styles import step_width

SPACES = {
    **dict.fromkeys(("office", "table", "text", "style", "draw", "number", "fo")),
    "draw": "drawing",
    "number": "datastyle",
    "fo": "xsl-fo-compatible",
}
ROOT = (
    " ".join(f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{of or name}:1.0"' for name, of in SPACES.items())
    + ' xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"'
)
KIND = "application/vnd.oasis.opendocument.spreadsheet"


def packed(content, styles=""):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", KIND)
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
        if content is not None:
            archive.writestr("content.xml", content)
        if styles:
            archive.writestr("styles.xml", f"<office:document-styles {ROOT}>{styles}</office:document-styles>")
    return stream.getvalue()


def spreadsheet(body, automatic="", styles=""):
    return packed(
        f"<office:document-content {ROOT}><office:automatic-styles>{automatic}</office:automatic-styles>"
        f"<office:body><office:spreadsheet>{body}</office:spreadsheet></office:body></office:document-content>",
        styles,
    )


def table(*rows, more="", before=""):
    told = "".join(f"<table:table-row>{row}</table:table-row>" for row in rows)
    return f'<table:table table:name="list" {more}>{before}{told}</table:table>'


def cell(attributes="", inner="", tag="table-cell"):
    return f"<table:{tag} {attributes}>{inner}</table:{tag}>"


def of_type(kind, value, more="", said="office:value", shown=""):
    return cell(f'office:value-type="{kind}" {said}="{value}" {more}', f"<text:p>{shown}</text:p>")


def repeated_row(count, cells):
    return f'<table:table-row table:number-rows-repeated="{count}">{cells}</table:table-row>'


def words(inner, more=""):
    return cell(
        f'office:value-type="string" {more}', inner if inner.startswith("<text:p") else f"<text:p>{inner}</text:p>"
    )


def read(body, automatic="", styles=""):
    """Return the book and the cells of its first sheet by (row, column)."""
    book = read_ods(spreadsheet(body, automatic, styles))
    rows = list(book.sheets[0].rows)
    return book, {(row.index, one.column): one for row in rows for one in row.cells}


def values(*cells, **more):
    return [one.value for one in read(table("".join(cells)), **more)[1].values()]


def shown(one, automatic="", styles=""):
    """Return the style of the only cell."""
    book, cells = read(table(one), automatic, styles)
    [found] = cells.values()
    return book.styles[found.style]


def data_style(inner, kind="number", more="", name="N1"):
    return f'<number:{kind}-style style:name="{name}" {more}>{inner}</number:{kind}-style>'


def cell_style(inner="", name="ce1", more='style:data-style-name="N1"'):
    return f'<style:style style:name="{name}" style:family="table-cell" {more}>{inner}</style:style>'


def code(inner, kind="number", value="float", more="", cell_says=""):
    styles = data_style(inner, kind, more) + cell_style()
    if value in ("date", "time"):
        said, at = f"office:{value}-value", {"date": "2025-05-17", "time": "PT01H30M00S"}[value]
        return shown(of_type(value, at, 'table:style-name="ce1"', said), styles).code
    return shown(of_type(value, 5, f'table:style-name="ce1" {cell_says}', shown="$ 5.00"), styles).code


def digits(places=0, whole=1, more="", inner=""):
    said = f'number:decimal-places="{places}" number:min-integer-digits="{whole}" {more}'
    return f"<number:number {said}>{inner}</number:number>"


def literal(text):
    return f"<number:text>{text}</number:text>"


# --- values


def test_numbers_texts_and_truths_are_exact():
    yes, no = (of_type("boolean", said, said="office:boolean-value") for said in ("true", "false"))
    found = values(
        of_type("float", "0.1"), of_type("percentage", "0.05"), of_type("currency", "12345678.9"),
        yes, no, words("a &lt; b &amp; c"), cell("", "<text:p>no type</text:p>"),
    )  # fmt: skip
    assert found == [0.1, 0.05, 12345678.9, True, False, "a < b & c", "no type"]
    assert [type(value) for value in found[3:5]] == [bool, bool]


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_every_double_is_read_as_it_is_written(value):
    assert values(of_type("float", repr(value))) == [value]


@pytest.mark.parametrize("said", ["1E999", "NaN", "1_000", "seven"])
def test_numbers_that_are_none_stay_texts(said):
    assert values(of_type("float", said)) == [said]


@pytest.mark.parametrize(
    ("inner", "text"),
    [
        ("<text:p><text:s text:c='2'/>lead</text:p>", "  lead"),
        ("<text:p>trail <text:s/></text:p>", "trail  "),
        ("<text:p>a</text:p><text:p/><text:p>b</text:p><text:p/>", "a\n\nb\n"),
        ("<text:p/><text:p>b</text:p>", "\nb"),
        ("<text:p>a<text:tab/>b<text:line-break/>c</text:p>", "a\tb\nc"),
        ("<text:p>see <text:a>here</text:a><text:span> now</text:span></text:p>", "see here now"),
        ("<text:p>ünï 中文 😀</text:p>", "ünï 中文 😀"),
    ],
)
def test_texts_keep_their_blanks_and_line_breaks(inner, text):
    assert values(words(inner)) == [text]
    assert values(words(inner.replace("</text:p>", "</text:p>\n  "))) == [text]


def test_the_value_of_a_text_stands_before_what_is_shown():
    assert values(words("5 kg", 'office:string-value="5"')) == ["5"]
    assert values(words("5", 'office:string-value=""')) == ["5"]


def test_comments_shapes_and_changes_are_no_values():
    comment = "<office:annotation><text:p>comment</text:p></office:annotation>"
    shape = "<draw:frame><draw:text-box><text:p>drawn</text:p></draw:text-box></draw:frame>"
    inside = "<table:table><table:table-row><table:table-cell><text:p>in</text:p></table:table-cell></table:table-row>"
    cells = [
        words(f"<text:p>one</text:p>{comment}"),
        cell("", comment), cell("", shape), cell("", f"{inside}</table:table>"), words("two"),
    ]  # fmt: skip
    changes = f"<table:tracked-changes><table:table>{words('old')}</table:table></table:tracked-changes>"
    help_text = "<table:content-validations><text:p>help</text:p></table:content-validations>"
    found = read(changes + help_text + table("".join(cells), before=f"<table:shapes>{shape}</table:shapes>"))[1]
    assert {place: one.value for place, one in found.items()} == {(0, 0): "one", (0, 4): "two"}


@pytest.mark.parametrize(
    ("said", "serial", "style"),
    [
        ("2025-05-17", 45794.0, "yyyy-mm-dd"),
        ("2025-05-17T12:00:00", 45794.5, "yyyy-mm-dd hh:mm:ss"),
        ("1900-02-28", 59.0, "yyyy-mm-dd"),
        ("1900-03-01", 61.0, "yyyy-mm-dd"),
        ("1899-12-30T06:00:00", 0.25, "yyyy-mm-dd hh:mm:ss"),
        ("2025-13-01", "2025-13-01", "yyyy-mm-dd"),
    ],
)
def test_days_are_serial_numbers_with_the_style_of_a_date(said, serial, style):
    book, found = read(table(of_type("date", said, said="office:date-value")))
    assert found[0, 0].value == serial
    assert book.styles[found[0, 0].style].code == style


@pytest.mark.parametrize(("start", "serial", "since_1904"), [("1904-01-01", 44332, True), ("1899-12-30", 45794, False)])
def test_days_count_from_the_day_that_the_workbook_says(start, serial, since_1904):
    said = f'<table:calculation-settings><table:null-date table:date-value="{start}"/></table:calculation-settings>'
    book, found = read(said + table(of_type("date", "2025-05-17", said="office:date-value")))
    assert (found[0, 0].value, book.since_1904) == (serial, since_1904)


def test_days_that_count_from_an_unusual_day_are_refused():
    with pytest.raises(ValueError, match="its days count from 1900-01-01"):
        read('<table:null-date table:date-value="1900-01-01"/>' + table())


@pytest.mark.parametrize(
    ("said", "days"), [("PT36H00M00S", 1.5), ("PT00H00M08.64S", 0.0001), ("-PT6H", -0.25), ("P1DT12H", 1.5), ("x", "x")]
)
def test_times_are_parts_of_days(said, days):
    book, found = read(table(of_type("time", said, said="office:time-value")))
    assert found[0, 0].value == days
    assert book.styles[found[0, 0].style].code == "[h]:mm:ss"


ERROR = 'table:formula="of:=1/0" office:value-type="string" office:string-value="" calcext:value-type="error"'


@pytest.mark.parametrize(
    ("attributes", "text", "name"),
    [
        (ERROR, "#DIV/0!", "#DIV/0!"),
        (ERROR, "#REF!", "#REF!"),
        (ERROR, "Err:502", "#VALUE!"),
        (ERROR, "Err:503", "#NUM!"),
        (ERROR, "Err:525", "#NAME?"),
        (ERROR, "#BEZUG!", "#VALUE!"),
        ('table:formula="of:=1/0" office:value-type="float" office:value="0"', "#DIV/0!", "#DIV/0!"),
    ],
)
def test_errors_stand_by_their_names(attributes, text, name):
    [found] = read(table(cell(attributes, f"<text:p>{text}</text:p>")))[1].values()
    assert found.error == name


def test_a_text_that_looks_like_an_error_is_a_text():
    formula = words("#REF!", 'table:formula="of:=A1" calcext:value-type="string"')
    assert [(one.value, one.error) for one in read(table(words("#N/A") + formula))[1].values()] == [
        ("#N/A", ""),
        ("#REF!", ""),
    ]


def test_formulas_are_their_saved_values():
    formula = 'table:formula="of:=A1"'
    cells = [
        of_type("float", "2", formula), words("x y", f'{formula} office:string-value="x y"'),
        cell(formula), cell(f'{formula} office:value-type="float"'), cell(f'{formula} office:value-type="string"'),
        cell(formula, "<text:p/>"), cell(f'{formula} office:value-type="string" office:string-value=""'),
    ]  # fmt: skip
    found = read(table("".join(cells)))[1]
    assert {place: one.value for place, one in found.items()} == {
        (0, 0): 2.0, (0, 1): "x y", (0, 2): None, (0, 3): None, (0, 4): None,
    }  # fmt: skip


def test_a_number_without_value_is_refused():
    with pytest.raises(ValueError, match="a cell of the type float has no value"):
        read(table(cell('office:value-type="float"', "<text:p>5</text:p>")))


# --- places


def test_rows_and_columns_stand_at_their_places():
    twice = 'table:number-columns-repeated="2"'
    empty = cell('table:number-columns-repeated="16384"')
    filled = cell(twice) + of_type("float", 7, twice) + cell("", tag="covered-table-cell") + words("x")
    rows = repeated_row(3, empty), repeated_row(2, filled), repeated_row(1_048_571, empty)
    body = f"<table:table><table:table-header-rows>{rows[0]}</table:table-header-rows>{''.join(rows[1:])}</table:table>"
    found = read(body)[1]
    assert {place: one.value for place, one in found.items()} == {
        (row, column): value for row in (3, 4) for column, value in ((2, 7.0), (3, 7.0), (5, "x"))
    }


def test_merged_cells_are_told_and_what_they_cover_stays():
    spanned = 'table:number-columns-spanned="2" table:number-rows-spanned="3"'
    book, found = read(
        table(cell(), cell() + words("a", spanned) + cell("", "<text:p>b</text:p>", "covered-table-cell"))
    )
    assert book.sheets[0].merged == ((1, 1, 3, 2),)
    assert [one.value for one in found.values()] == ["a", "b"]


def test_groups_of_rows_are_levels_and_hidden_rows_are_told():
    def row(said, more=""):
        return f"<table:table-row {more}>{words(said)}</table:table-row>"

    def group(inner, more=""):
        return f"<table:table-row-group {more}>{inner}</table:table-row-group>"

    body = (
        row("0") + group(row("1") + group(row("2")) + row("1")) + row("filtered", 'table:visibility="filter"')
        + row("collapsed", 'table:visibility="collapse"') + group(row("closed"), 'table:display="false"') + row("end")
    )  # fmt: skip
    book = read_ods(spreadsheet(f'<table:table table:name="list">{body}</table:table>'))
    assert [(row.level, row.hidden) for row in book.sheets[0].rows] == [
        (0, False), (1, False), (2, False), (1, False), (0, True), (0, True), (1, True), (0, False),
    ]  # fmt: skip


def test_sheets_keep_their_names_and_hidden_ones_are_told():
    off = '<style:table-properties table:display="false"/>'
    hidden = f'<style:style style:name="ta1" style:family="table">{off}</style:style>'
    body = table(words("x")) + '<table:table table:name="a &amp; b" table:style-name="ta1"/>'
    book = read_ods(spreadsheet(body, hidden))
    assert [(sheet.name, sheet.hidden) for sheet in book.sheets] == [("list", False), ("a & b", True)]


# --- styles


@pytest.mark.parametrize(
    ("inner", "expected"),
    [
        ('<number:number number:min-integer-digits="1"/>', "General"),
        (digits(), "0"),
        (digits(2), "0.00"),
        (digits(whole=5), "00000"),
        (digits(2, more='number:grouping="true"'), "#,##0.00"),
        (digits(2, whole=0), "#.00"),
        (digits(2, more='number:min-decimal-places="0"'), "0.##"),
        (digits(1, more='number:display-factor="1000"') + literal("k"), '0.0,"k"'),
        (literal("PN-") + digits(whole=4), '"PN-"0000'),
        (digits(1) + literal(" kg"), '0.0" kg"'),
        (literal("3&quot;") + digits(), r'"3"\"0'),
        (digits(whole=6, inner='<number:embedded-text number:position="3">-</number:embedded-text>'), "000-000"),
        ('<number:scientific-number number:decimal-places="3" number:min-exponent-digits="2"/>', "0.000E+00"),
        ('<number:fraction number:min-integer-digits="0"/>', "# ?/?"),
        ("<number:text-content/>", "@"),
        ("", "General"),
    ],
)
def test_number_styles_become_codes(inner, expected):
    assert code(inner) == expected


@pytest.mark.parametrize(
    ("symbol", "expected"),
    [
        ('<number:currency-symbol number:language="zh" number:country="CN">¥</number:currency-symbol>', "[$¥-804]0"),
        ('<number:currency-symbol number:language="ja" number:country="JP">￥</number:currency-symbol>', "[$￥-411]0"),
        ('<number:currency-symbol number:language="de" number:country="DE">€</number:currency-symbol>', "[$€]0"),
        ('<number:currency-symbol number:country="CN"/>', "[$CNY]0"),
        ("<number:currency-symbol>CHF</number:currency-symbol>", "[$CHF]0"),
    ],
)
def test_currencies_of_styles_are_named_as_excel_names_them(symbol, expected):
    assert code(symbol + digits(), "currency", "currency", cell_says='office:currency="USD"') == expected
    assert code(symbol + digits(), "currency", "float") == expected


def test_a_style_may_say_the_country_of_its_sign():
    sign = "<number:currency-symbol>¥</number:currency-symbol>"
    assert code(sign + digits(), "currency", "currency", 'number:country="CN"') == "[$¥-804]0"


@pytest.mark.parametrize(
    ("inner", "cell_says", "expected"),
    [
        (digits(2), 'office:currency="CNY"', "[$CNY] #,##0.00"),
        (literal("¥") + digits(2), 'office:currency="CNY"', "[$CNY] #,##0.00"),
        ("<number:currency-symbol>¥</number:currency-symbol>" + digits(2), 'office:currency="CNY"', "[$CNY]0.00"),
        ("<number:currency-symbol>$</number:currency-symbol>" + digits(2), 'office:currency="AUD"', "[$AUD]0.00"),
        ("<number:currency-symbol/>" + digits(2), 'office:currency="CNY"', "[$CNY]0.00"),
        ("<number:currency-symbol/>" + digits(2), "", "[$$]0.00"),
        (digits(2) + literal(" EUR"), 'office:currency="CNY"', '0.00" EUR"'),
    ],
)
def test_the_currency_of_a_cell_counts_where_its_style_names_none(inner, cell_says, expected):
    assert code(inner, "currency", "currency", cell_says=cell_says) == expected


def test_a_cell_of_a_currency_without_style_shows_it():
    assert shown(of_type("currency", 5, 'office:currency="CNY"')).code == "[$CNY] #,##0.00"


@pytest.mark.parametrize(
    ("inner", "kind", "expected"),
    [
        (digits() + literal("%"), "percentage", "0%"),
        (digits(2) + literal(" %"), "percentage", "0.00 %"),
        (digits(2), "number", "0.00%"),
    ],
)
def test_per_cent_is_shown_as_such(inner, kind, expected):
    assert code(inner, kind, "percentage") == expected


def test_a_percent_sign_of_another_style_is_but_a_text():
    assert code(digits() + literal("%")) == '0"%"'


LONG = 'number:style="long"'


@pytest.mark.parametrize(
    ("inner", "kind", "expected"),
    [
        (
            f"<number:day {LONG}/>{literal('.')}<number:month {LONG}/>{literal('.')}<number:year {LONG}/>",
            "date",
            'dd"."mm"."yyyy',
        ),
        ("<number:day/>-<number:month number:textual='true'/><number:year/>", "date", "dmmmyy"),
        (f"<number:day-of-week/><number:month number:textual='true' {LONG}/>", "date", "dddmmmm"),
        ("<number:quarter/>", "date", "yyyy-mm-dd"),
        (
            "<number:hours/><number:minutes/><number:seconds number:decimal-places='1'/><number:am-pm/>",
            "time",
            "hms.0AM/PM",
        ),
    ],
)
def test_days_and_times_keep_their_styles(inner, kind, expected):
    assert code(inner, kind, kind) == expected


def test_hours_beyond_a_day_are_told():
    inner = f"<number:hours/>{literal(':')}<number:minutes {LONG}/>"
    assert code(inner, "time", "time", 'number:truncate-on-overflow="false"') == '[h]":"mm'


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("value()&gt;=0", '0.0" kg";0'),
        ("value()&lt;0", '0;0.0" kg"'),
        ("value()&lt;=1E+308", '0.0" kg";0'),
        ("odd", '0;0.0" kg"'),
    ],
)
def test_the_section_of_positive_numbers_comes_first(condition, expected):
    mapped = data_style(digits(1) + literal(" kg"), name="N1P0")
    style = mapped + data_style(f'{digits()}<style:map style:condition="{condition}" style:apply-style-name="N1P0"/>')
    assert shown(of_type("float", 1, 'table:style-name="ce1"'), style + cell_style()).code == expected


def test_styles_have_parents_in_the_other_file():
    common = f"<office:styles>{data_style(digits(whole=5))}{STRUCK}</office:styles>"
    headers = f"<office:automatic-styles>{data_style(digits(2))}</office:automatic-styles>"
    one = cell_style(more='style:data-style-name="N1" style:parent-style-name="Gone"')
    assert shown(of_type("float", 1, 'table:style-name="ce1"'), one, common + headers) == Style("00000", 0, True)


LINE = '<style:text-properties style:text-line-through-{}="{}"/>'
STRUCK = cell_style(LINE.format("style", "solid"), "Gone", "")


def test_columns_and_rows_have_styles_for_their_cells():
    columns = (
        '<table:table-column table:number-columns-repeated="2" table:default-cell-style-name="Default"/>'
        '<table:table-column table:default-cell-style-name="ce1"/>'
    )
    plain = of_type("float", 1, 'table:number-columns-repeated="3"')
    gone = f'<table:table-row table:default-cell-style-name="Gone">{plain}</table:table-row>'
    body = f"<table:table>{columns}<table:table-row>{plain}</table:table-row>{gone}</table:table>"
    book, found = read(body, data_style(digits(whole=5)) + cell_style() + STRUCK)
    assert [book.styles[one.style].code for one in found.values()][:3] == ["General", "General", "00000"]
    assert [book.styles[one.style].struck for one in found.values()] == [False] * 3 + [True] * 3


@pytest.mark.parametrize(
    "margins",
    [
        ("0.353cm", "0.706cm", "1.058cm"),
        ("10pt", "20pt", "30pt"),
        ("0.1457in", "0.2917in", "0.4374in"),
        ("3.5mm", "7mm", "10.5mm"),
    ],
)
def test_margins_are_steps_of_indent(margins):
    styles = "".join(
        cell_style(f'<style:paragraph-properties fo:margin-left="{margin}"/>', f"ce{at}", "")
        for at, margin in enumerate(("0cm", *margins, "5%"))
    ) + cell_style(name="child", more='style:parent-style-name="ce2"')
    names = [*(f"ce{at}" for at in range(5)), "child"]
    book, found = read(table("".join(words("x", f'table:style-name="{name}"') for name in names)), styles)
    assert [book.styles[one.style].indent for one in found.values()] == [0, 1, 2, 3, 0, 2]


@given(st.floats(8, 12), st.sets(st.integers(1, 12), min_size=1))
def test_deeper_indents_are_more_steps(width, steps):
    unit = step_width([width * step for step in steps])
    found = [round(width * step / unit) for step in sorted(steps)]
    assert all(one < other for one, other in pairwise(found))


@pytest.mark.parametrize(
    ("what", "how", "struck"),
    [("style", "solid", True), ("type", "double", True), ("style", "none", False), ("type", "none", False)],
)
def test_lines_through_cells_are_strikes(what, how, struck):
    assert shown(words("x", 'table:style-name="ce1"'), cell_style(LINE.format(what, how))).struck is struck


def text_style(name, how):
    return f'<style:style style:name="{name}" style:family="text">{LINE.format("type", how)}</style:style>'


def test_parts_that_are_struck_out_are_runs():
    spans = "keep <text:span text:style-name='T1'>gone <text:span text:style-name='T2'>back</text:span></text:span> end"
    styles = text_style("T1", "single") + text_style("T2", "none")
    book, found = read(table(words(spans)), styles)
    assert found[0, 0].value == "keep gone back end"
    assert found[0, 0].runs == (("keep ", False), ("gone ", True), ("back", False), (" end", False))
    assert not book.styles[found[0, 0].style].struck


def test_a_text_struck_in_all_parts_is_struck_by_its_style():
    whole = "<text:span text:style-name='T1'>all</text:span> <text:span text:style-name='T1'>gone</text:span>"
    back = "<text:span text:style-name='T2'>not</text:span>"
    styles = text_style("T1", "single") + text_style("T2", "none") + STRUCK
    book, found = read(table(words(whole) + words(back, 'table:style-name="Gone"')), styles)
    assert [(one.runs, book.styles[one.style].struck) for one in found.values()] == [((), True), ((), False)]


# --- damaged and hostile files


def repeated(rows, columns, inner="<text:p>x</text:p>"):
    row = repeated_row(rows, cell(f'table:number-columns-repeated="{columns}"', inner))
    return f"<table:table>{row}</table:table>"


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (repeated(1_000_000, 6), "it holds more than 5000000 cells"),
        (repeated(1000, 1000, f"<text:p>{'x' * 600}</text:p>"), "536870912 characters"),
        (repeated(1, 1000, f"<text:p>{'x' * 600_000}<text:span>x</text:span></text:p>"), "536870912 characters"),
        (repeated(1_048_577, 1), "it has cells beyond row 1048576"),
        (repeated(1, 16_385), "it has cells beyond column 16384"),
        (repeated(1, "1e3"), "a number of repetitions is none"),
        (table(words("<text:s text:c='9999999'/>")), "it holds more than 4194304 blanks"),
    ],
)
def test_hostile_repetitions_are_refused(body, reason):
    with pytest.raises(ValueError, match=reason):
        read(body)


def test_a_stray_cell_far_away_is_refused():
    far = cell('table:number-columns-repeated="99"') + words("x")
    rows = repeated_row(1, words("x")) + repeated_row(1_000_000, "") + repeated_row(1, far)
    body = f"<table:table>{rows}</table:table>"
    with pytest.raises(ValueError, match=r"a sheet spans \d+ cells, most of them empty") as refused:
        read(body)
    assert int(re.findall(r"\d+", str(refused.value))[0]) > CELLS_LIMIT


def test_repeated_empty_rows_cost_nothing():
    assert read(repeated(1_048_576, 16_384, ""))[1] == {}


def test_styles_that_are_their_own_parents_are_refused():
    ring = cell_style(name="a", more='style:parent-style-name="b"') + cell_style(
        name="b", more='style:parent-style-name="a"'
    )
    with pytest.raises(ValueError, match="a style has too many parents"):
        read(table(words("x", 'table:style-name="a"')), ring)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"no zip", "it cannot be read"),
        (packed(None), "it cannot be read"),
        (packed(f"<office:document-content {ROOT}>"), "it cannot be read"),
        (packed(f"<office:document-content {ROOT}/>"), "it is no spreadsheet"),
        (packed(f"<!-- --><!DOCTYPE a><office:document-content {ROOT}/>"), "it declares XML entities"),
        (packed(f"<o:document-content {ROOT.replace('xmlns:office=', 'xmlns:o=')}/>"), "its XML has unusual prefixes"),
        (packed('<a xmlns:office="http://openoffice.org/2000/office"/>'), "its XML has unusual prefixes"),
    ],
)
def test_what_is_no_spreadsheet_is_refused(data, reason):
    with pytest.raises(ValueError, match=reason):
        read_ods(data)


def test_the_book_is_written_as_xlsx():
    book = read_ods(spreadsheet(table(of_type("percentage", "0.05") + words("a"))))
    xml = zipfile.ZipFile(io.BytesIO(write_book(book))).read("xl/worksheets/sheet1.xml").decode()
    assert '<c r="A1" s="1"><v>0.05</v></c><c r="B1" t="inlineStr">' in xml
    assert read(table(words("a")))[1] == {(0, 0): Cell(0, "a")}
