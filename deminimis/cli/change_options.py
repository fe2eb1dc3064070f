"""Options that say what shall be different, and how they are read."""

from __future__ import annotations

from collections.abc import Callable, Collection
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from deminimis.cli.options import FILE

if TYPE_CHECKING:
    from deminimis.assessment import Calculation
    from deminimis.scenarios import Change, Scenario

EXAMPLES = {
    "origin": ("PART=COUNTRY", "The material in a part comes from another country: MAG-1=Japan, MAG-1=unknown."),
    "supplier": ("PART=NAME", "A part is bought from this supplier alone."),
    "grade": ("PART=GRADE", "A magnet has another grade: MAG-1=N42SH."),
    "value": ("PART=AMOUNT", "One unit of a part is worth this: MAG-1=12.5, or 'MAG-1=12.5 EUR'."),
    "price": ("MATERIAL=AMOUNT", "A material costs this per kg: terbium_metal=2000, or 'terbium_metal=2 USD/g'."),
    "quantity": (
        "PARENT/CHILD=N",
        "A line has another quantity; PARENT/CHILD:POSITION=N where several name the child.",
    ),
    "swap": ("OLD=NEW[@PARENT]", "A part takes the place of another, everywhere or in one parent."),
    "declare": (
        "PART=DECLARATION",
        "A part is declared anew: 'MAG-1=terbium_metal 0.25 g_per_piece Japan', MAG-1=none.",
    ),
    "drop_declarations": ("PART", "The declarations of a part do not count."),
}


def change_options(command: Any) -> Any:
    """Add an option for each kind of change, and those that read saved changes, to a command."""
    command = click.option(
        "--changes", "saved", type=FILE, multiple=True, help="Changes saved with --save; repeatable."
    )(command)
    for name, (metavar, words) in reversed(EXAMPLES.items()):
        flag = f"--{name.replace('_', '-')}"
        command = click.option(flag, name, multiple=True, metavar=metavar, help=f"{words} Repeatable.")(command)
    return command


def read_changes(calculation: Calculation, saved: tuple[Path, ...], name: str, given: dict[str, Any]) -> Scenario:
    """Return the changes that the options name, and those of the files, as one scenario.

    Part numbers may hold the signs that part a change: each is parted where the bill knows the part before the sign.
    """
    from deminimis.scenarios import read_scenario
    from deminimis.scenarios.scenario import scenario_of

    known = frozenset(calculation.part_numbers)
    changes = [READERS[kind](text, known) for kind in EXAMPLES for text in given[kind]]
    return scenario_of([*(read_scenario(path) for path in saved), *changes], name)


def _parted(text: str, sign: str, known: Collection[str], option: str) -> tuple[str, str]:
    """Return what stands before and after a sign, that one of several which has a known part before it."""
    ways = [(text[:at], text[at + 1 :]) for at, letter in enumerate(text) if letter == sign]
    ways = [(before, after) for before, after in ways if before and after]
    if not ways:
        raise click.UsageError(f"--{option} {text}: write {EXAMPLES[option.replace('-', '_')][0]}")
    sure = [way for way in ways if way[0] in known]
    surer = [way for way in sure if way[1] in known] or sure
    if len(surer) > 1:
        raise click.UsageError(
            f"--{option} {text}: this can be read in {len(surer)} ways; say it in a file: --changes."
        )
    return surer[0] if surer else ways[0]


def _last(text: str, option: str) -> tuple[str, str]:
    """Return what stands before and after the last equals sign: no number, country or grade holds one."""
    part, _, said = text.rpartition("=")
    if not part or not said:
        raise click.UsageError(f"--{option} {text}: write {EXAMPLES[option][0]}")
    return part, said


def _number(text: str, option: str, whole: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise click.UsageError(
            f"--{option} {whole}: {text} is no number; write digits, with a decimal point."
        ) from None


def _amount(text: str, option: str, whole: str) -> tuple[float, str]:
    """Return the amount and the currency behind it."""
    number, _, currency = text.strip().partition(" ")
    return _number(number, option, whole), currency.strip()


def _origin(text: str, _: Collection[str]) -> Change:
    from deminimis.scenarios import OriginChange

    return OriginChange(*_last(text, "origin"))


def _supplier(text: str, known: Collection[str]) -> Change:
    from deminimis.scenarios import SupplierChange

    return SupplierChange(*_parted(text, "=", known, "supplier"))


def _grade(text: str, _: Collection[str]) -> Change:
    from deminimis.scenarios import GradeChange

    return GradeChange(*_last(text, "grade"))


def _value(text: str, _: Collection[str]) -> Change:
    from deminimis.scenarios import ValueChange

    part, amount = _last(text, "value")
    return ValueChange(part, *_amount(amount, "value", text))


def _price(text: str, _: Collection[str]) -> Change:
    from deminimis.scenarios import PriceChange

    material, amount = _last(text, "price")
    amount, _, unit = amount.partition("/")
    return PriceChange(material.strip(), *_amount(amount, "price", text), unit=unit.strip() or "kg")


def _quantity(text: str, known: Collection[str]) -> Change:
    from deminimis.scenarios import QuantityChange

    line, _, number = text.rpartition("=")
    parent, child = _parted(line, "/", known, "quantity")
    position = ""
    if child not in known and ":" in child:
        child, _, position = child.rpartition(":")
    return QuantityChange(parent, child, _number(number, "quantity", text), position)


def _swap(text: str, known: Collection[str]) -> Change:
    from deminimis.scenarios import Swap

    old, new = _parted(text, "=", known, "swap")
    parent = ""
    if new not in known and "@" in new:
        places = [at for at, sign in enumerate(new) if sign == "@" and new[at + 1 :] in known]
        at = places[0] if places else new.rindex("@")
        new, parent = new[:at], new[at + 1 :]
    return Swap(old, new, parent)


def _declare(text: str, _: Collection[str]) -> Change:
    from deminimis.model import schema
    from deminimis.scenarios import Declare

    part, said = _last(text, "declare")
    if not said.replace(",", " ").strip():
        raise click.UsageError(f"--declare {text}: write {EXAMPLES['declare'][0]}")
    material, *words = said.replace(",", " ").split()
    fields: dict[str, Any] = {}
    if words:
        fields = {"amount": _number(words[0], "declare", text), "basis": "".join(words[1:2])}
    origin = []
    for word in words[2:]:
        column = next((c for c in ("evidence", "scope") if word in schema()["declarations"][c].choices), "")
        fields |= {column: word} if column else {}
        origin += [] if column else [word]
    return Declare(part, material, **fields, material_origin=" ".join(origin))


def _drop(text: str, _: Collection[str]) -> Change:
    from deminimis.scenarios import DropDeclarations

    return DropDeclarations(text)


READERS: dict[str, Callable[[str, Collection[str]], Change]] = {
    "origin": _origin,
    "supplier": _supplier,
    "grade": _grade,
    "value": _value,
    "price": _price,
    "quantity": _quantity,
    "swap": _swap,
    "declare": _declare,
    "drop_declarations": _drop,
}
