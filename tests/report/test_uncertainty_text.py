"""What is printed of draws: proven told from never drawn, tiny things visible, sides of the line kept by rounding."""

from __future__ import annotations

from dataclasses import replace

from rich.console import Console

from deminimis.assessment import Interval
from deminimis.report.uncertainty_text import input_text, licence_lines, print_simulation, print_tornado, shares_text
from deminimis.uncertainty import Swing, Tornado, UncertainInput, simulate, tornado
from tests.uncertainty.bills import motor, pumps


def test_licences_say_what_is_shared_and_who_is_left_out() -> None:
    found = simulate(pumps(1.0, 1.0, low=0.2, high=2.0))
    first, second = licence_lines(found)
    assert first.startswith("Expected at or above 0.1 %: 1.")
    assert first.endswith("of 2 finished goods; in 9 of 10 draws 0 to 2")
    assert "it would be 0." in second
    left = replace(found, licences=replace(found.licences, left_out=3))
    assert licence_lines(left)[-1] == "Not counted: 3 finished goods without a probability"
    none = replace(found, licences=replace(found.licences, goods=0, left_out=2, standard_deviation=0.0))
    assert licence_lines(none)[0] == "No finished good has a probability"
    certain = replace(found, licences=replace(found.licences, expected=2.0, standard_error=0.0, standard_deviation=0.0))
    assert licence_lines(certain) == ["Expected at or above 0.1 %: 2 of 2 finished goods, in every draw"]


def test_an_interval_that_an_error_feeds_is_not_shown_as_one() -> None:
    found = simulate(pumps(1.0, low=0.2, high=2.0))
    good = replace(found.goods[0], probability=None, standard_error=None, quantiles=None)
    assert shares_text(found, replace(good, reason="an error in the data feeds it")) == "–"
    assert shares_text(found, replace(good, reason="something in it has no value")).startswith("exact 0")


def test_inputs_are_named_by_what_they_are_about() -> None:
    about = UncertainInput("amount", 1.0, 2.0, 3.0, "terbium_metal", "MAG-7", "Sample East", unit="g")
    assert input_text(about, "USD") == "amount of terbium metal in MAG-7 from Sample East, 1 … 3 g"
    assert input_text(replace(about, unit="value"), "USD").endswith("1.00 … 3.00 USD")
    assert (
        input_text(replace(about, kind="form"), "USD")
        == "form of terbium metal in MAG-7 from Sample East: listed or not"
    )
    alternative = UncertainInput("alternative", 0.0, 0.0, 2.0, "", "MAG-7")
    assert input_text(alternative, "USD") == "which of 3 suppliers or ways of making MAG-7 it is"


def test_a_long_tornado_says_how_many_inputs_it_leaves_out() -> None:
    found = tornado(motor(low=0.5, high=3.0, material_origin=None), "motor")
    console = Console(width=100)
    with console.capture() as capture:
        print_tornado(found, console, top=1)
    assert "and 2 more inputs that do less: --json lists all" in capture.get()
    assert "┃ is the 0.1 % line" in capture.get()


def test_what_hardly_moves_still_has_a_sign_in_its_bar() -> None:
    about = UncertainInput("price", 1.0, 1.0, 1.0, "terbium_metal", unit="value_per_g")
    found = tornado(motor(low=0.5, high=3.0), "motor")
    tiny = Tornado("P", "undetermined", "USD", found.threshold, Interval(0, 1, 1), (Swing(about, 0.0005, 0.00050001),))
    console = Console(width=100)
    with console.capture() as capture:
        print_tornado(tiny, console)
    assert capture.get().count("█") == 1


def test_part_numbers_are_printed_as_they_are_not_as_markup() -> None:
    found = simulate(pumps(1.0, low=0.2, high=2.0))
    odd = replace(found, goods=(replace(found.goods[0], part_number="[bold]P"),))
    console = Console(width=100)
    with console.capture() as capture:
        print_simulation(odd, console)
    assert "[bold]P" in capture.get()
