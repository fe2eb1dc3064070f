"""Assessments made by hand: three verdicts, open ends, hostile words."""

from __future__ import annotations

import datetime as dt
from typing import Any

from deminimis.assessment import Assessment, Contribution, Good, Interval
from deminimis.assessment import TestedItem as Item
from deminimis.model import Finding, Input, Reading, finding
from deminimis.rules import ruling

DAY = dt.date(2026, 11, 22)
HOSTILE = ("=1+1", "@SUM(A1)", "+cmd|' /C calc'!A0", "-2+3", "\tTAB", "<script>alert(1)</script>", "[red]bold[/red]")
LONG = "MAGNET-ASSEMBLY-WITH-A-PART-NUMBER-THAT-NO-COLUMN-HOLDS-0123456789-0123456789-END"


def point(value: float) -> Interval:
    return Interval(value, value, value)


def make_good(part_number: str, verdict: str = "below", **fields: Any) -> Good:
    """Return a good of 800 USD with 0.0944 % in it, unless told otherwise."""
    given = {
        "description": "",
        "currency": "USD",
        "article_value": point(800.0),
        "controlled_value": point(0.7552),
        "share": point(0.000944),
        "routes": {"value": "clear", "technology": "unknown", "origin": "clear"},
        "margin": -0.0448,
        "break_even_value": point(755.2),
    }
    return Good(part_number=part_number, verdict=verdict, **{**given, **fields})


def make_assessment(*goods: Good, findings: tuple[Finding, ...] = (), **fields: Any) -> Assessment:
    reading = fields.pop("reading", Reading())
    on = fields.pop("on", DAY)
    rule = fields.pop("ruling", ruling(on=on, scenario=reading.scenario))
    inputs = (Input("=pump.xlsx", "a" * 64),)
    return Assessment("0.1.0", on, rule, reading, inputs, "2026-11-22+abc", goods, findings)


def make_findings() -> tuple[Finding, ...]:
    place = {"file": "pump.xlsx", "sheet": "BOM"}
    return (
        finding("QTY_MISSING", **place, row=7, column="quantity"),
        finding("NUMBER_NOT_READ", **place, row=8, column="quantity", value='=HYPERLINK("http://x.invalid")'),
        *(finding("QTY_ZERO", **place, row=row, column="quantity", value="0") for row in (9, 10, 11)),
        finding("CARRIER_ESTIMATED", value="MOT-1", detail="a motor of 120 USD holds magnets of 20 to 30 %"),
        finding("NO_SIGN_OF_CARRIER", value="SCREW-M4", count=412),
        finding("VALUE_ROLLED_UP", value="PUMP-100"),
        finding("VALUE_ROLLED_UP", value="PUMP-300"),
    )


def make_pumps() -> Assessment:
    """Three goods, one of each verdict; the undetermined one has no upper end."""
    above = make_good(
        "PUMP-100",
        "at_or_above",
        description="Canned motor pump, 400 V",
        article_value=point(3120.0),
        controlled_value=Interval(9.8, 11.52, 11.5204),
        share=Interval(0.003141, 0.0036923, 0.0036924),
        routes={"value": "caught", "technology": "caught", "origin": "clear"},
        tested_items=(
            Item("ROTOR-7", Interval(0.021, 0.0247, 0.02471), "at_or_above", 2),
            Item("MAG-N48SH", Interval(0.24, 0.28, 0.281), "at_or_above", 0),
            Item("MAG-N35", point(0.0002), "below", 0),
            Item(LONG, Interval(0.0, 0.0004, 0.00099999), "below", 3),
        ),
        contributions=(
            Contribution(
                "MAG-N48SH", "dysprosium_oxide", 12.0, 10.1, 9.8, 10.1004, "lab", "CN", "Example Magnets", "", 31.2
            ),
            Contribution(
                LONG, "terbium_iron_alloy", 0.125, 1.42, 0.0, 1.42, "estimate", "", "", "0.8 to 2 % of mass", 0.9
            ),
        ),
        margin=8.4,
        break_even_value=Interval(9800.0, 11520.0, 11520.4),
        headroom_grams=-22.75,
        headroom_material="dysprosium_oxide",
        valid_until=dt.date(2027, 3, 31),
    )
    open_ended = make_good(
        "=1+1",
        "undetermined",
        description="@SUM(A1)\nsecond line <b>",
        article_value=Interval(0.0, None, None),
        controlled_value=Interval(0.0, None, None),
        share=Interval(0.0, None, None),
        routes={"value": "unknown", "technology": "unknown", "origin": "unknown"},
        tested_items=(Item("-2+3", Interval(0.0, None, None), "undetermined", 0),),
        contributions=(Contribution("+cmd|' /C calc'!A0", "terbium", 1.0, 0.0, 0.0, None, "signed"),),
        margin=None,
        break_even_value=Interval(0.0, None, None),
        reasons=("something in it has no value", "a controlled material in it has no price or no limit"),
    )
    below = make_good("PUMP-300", description="Drum pump", valid_until=dt.date(2027, 1, 10))
    return make_assessment(above, open_ended, below, findings=make_findings())


def make_hostile() -> Assessment:
    """Every text a spreadsheet, a browser or a terminal might obey."""
    goods = [
        make_good(
            word,
            "undetermined",
            description=word,
            contributions=(Contribution(word, word, 1.0, 1.0, 1.0, 1.0, word, word, word, word),),
            tested_items=(Item(word, point(0.5), "at_or_above"),),
            reasons=(word,),
            headroom_grams=1.0,
            headroom_material=word,
        )
        for word in (*HOSTILE, "\x1b[2Jwiped", "\ud800half", "http://x.invalid", "007", "1E5", "x" * 40_000)
    ]
    findings = tuple(Finding("CODE", "info", word, word, word, word, 1, word, word, word) for word in HOSTILE)
    return make_assessment(*goods, findings=findings)
