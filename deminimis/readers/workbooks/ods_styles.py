"""Styles of OpenDocument workbooks: what they say of number formats, indents and strikes.

Source: OASIS Open Document Format 1.3, part 3, sections 16 (styles) and 20 (formatting properties), 2021-04-27.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial
from typing import NamedTuple

from deminimis.readers.workbooks.number_formats import is_date
from deminimis.readers.workbooks.ods_formats import (
    DAY,
    NUMBER,
    PARTS,
    TIME,
    currency_sign,
    digits,
    fitted,
    joined_sections,
    literal,
)
from deminimis.readers.workbooks.ods_xml import Attributes, Elements

OFFICE, STYLE, TABLE, FO = "office:", "style:", "table:", "fo:"
NAME = f"{STYLE}name"
LENGTH = re.compile(r"([0-9]{0,6}\.?[0-9]{1,12})(mm|cm|in|pt|pc|px)")
POINTS = {"mm": 72 / 25.4, "cm": 72 / 2.54, "in": 72.0, "pt": 1.0, "pc": 12.0, "px": 0.75}
STEP, NARROWEST, WIDEST = 10.0, 7.5, 12.5
"""Points of one step of indent: those of LibreOffice, and the bounds of what the fonts of others make of it."""
MOST_STEPS = 250
DEEPEST = 50
"""Parents of a style beyond which it is refused."""


@dataclass(slots=True)
class _Format:
    """A data style: the parts of its code, and other styles for values that meet a condition."""

    kind: str = ""
    country: str = ""
    is_elapsed: bool = False
    parts: list[str] = field(default_factory=list)
    maps: list[tuple[str, str]] = field(default_factory=list)
    digits: Attributes = field(default_factory=dict)
    among: list[tuple[int, str]] = field(default_factory=list)

    @property
    def code(self) -> str:
        return "".join(self.parts)


class Look(NamedTuple):
    """What a style says (None for nothing): its data style, the points of its indent, whether it strikes out."""

    format: str | None = None
    indent: float | None = None
    struck: bool | None = None


class Styles(Elements):
    """The styles of a workbook, from styles.xml and then from content.xml, whose names come first."""

    def __init__(self) -> None:
        # those in styles.xml that have no name for the user are for page headers alone
        super().__init__([], (f"{OFFICE}automatic-styles", f"{OFFICE}master-styles"))
        self.hidden_tables: set[str] = set()
        self._formats: dict[str, _Format] = {}
        self._own: dict[tuple[str, str], tuple[str, Look]] = {}
        self._looks: dict[tuple[str, str], Look] = {}
        self._codes: dict[str, str] = {}
        self._unit = 0.0
        self._format = _Format()
        self._style: tuple[str, str] | None = None
        self._said: Attributes = {}
        for kind in ("number", "currency", "percentage", "date", "time", "boolean", "text"):
            self.begins[f"{NUMBER}{kind}-style"] = partial(self._begin_format, kind)
            self.ends[f"{NUMBER}{kind}-style"] = self._end_format
        self.begins |= {f"{NUMBER}{part}": partial(self._add, part) for part in PARTS}
        self._take("number", self._begin_digits, self._end_digits)
        self._take("text", self._begin_words, self._end_text)
        self._take("currency-symbol", self._begin_words, self._end_sign)
        self._take("embedded-text", self._begin_words, self._end_embedded)
        for name in ("style", "default-style"):
            self.begins[f"{STYLE}{name}"], self.ends[f"{STYLE}{name}"] = self._begin_style, self._end_style
        self.begins |= {
            f"{STYLE}map": self._map,
            f"{STYLE}text-properties": self._strike,
            f"{STYLE}paragraph-properties": self._indent,
            f"{STYLE}table-properties": self._display,
        }

    def look(self, family: str, name: str) -> Look:
        """Return what a style and its parents say.

        Parameters
        ----------
        family : str
            Such as ``table-cell``.
        name : str
            Name of the style.

        Raises
        ------
        ValueError
            It has more than 50 parents.
        """
        if (family, name) not in self._looks:
            said, at = Look(), name
            for _ in range(DEEPEST):
                parent, own = self._own.get((family, at), ("", Look()))
                said = Look(
                    own.format if said.format is None else said.format,
                    own.indent if said.indent is None else said.indent,
                    own.struck if said.struck is None else said.struck,
                )
                if not at:
                    break
                at = parent
            else:
                raise ValueError("a style has too many parents")
            self._looks[family, name] = said
        return self._looks[family, name]

    def steps(self, points: float | None) -> int:
        """Return the steps of an indent; how wide one is depends on the program and on the font."""
        if not points:
            return 0
        self._unit = self._unit or step_width(look.indent for _, look in self._own.values() if look.indent)
        return min(max(round(points / self._unit), 1), MOST_STEPS)

    def code(self, name: str | None, kind: str, currency: str = "", is_whole: bool = True) -> str:
        """Return the code of a data style, or where it does not fit the value, another; see `fitted`."""
        name = name or ""
        if name not in self._codes:
            base = self._formats.get(name, _Format(parts=["General"]))
            mapped = [(when, self._formats[other].code) for when, other in base.maps if other in self._formats]
            self._codes[name] = joined_sections(mapped, base.code) or "General"
        return fitted(self._codes[name], kind, currency, is_whole)

    def _take(self, part: str, begin: Callable[[Attributes], None], end: Callable[[], None]) -> None:
        self.begins[f"{NUMBER}{part}"], self.ends[f"{NUMBER}{part}"] = begin, end

    def _begin_format(self, kind: str, said: Attributes) -> None:
        elapsed = said.get(f"{NUMBER}truncate-on-overflow") == "false"
        self._format = self._formats[said.get(NAME, "")] = _Format(kind, said.get(f"{NUMBER}country", ""), elapsed)

    def _end_format(self) -> None:
        code = self._format.code
        if self._format.kind in ("date", "time") and not is_date(0, code):
            self._format.parts = [DAY if self._format.kind == "date" else TIME]
        self._format = _Format()

    def _begin_words(self, said: Attributes) -> None:
        self._said = said
        self.words.clear()

    def _end_text(self) -> None:
        text = "".join(self.words)
        texts = text.split("%") if self._format.kind == "percentage" else [text]
        self._format.parts.append("%".join(map(literal, texts)))

    def _end_sign(self) -> None:
        country = self._said.get(f"{NUMBER}country", self._format.country)
        self._format.parts.append(currency_sign("".join(self.words), country))

    def _begin_digits(self, said: Attributes) -> None:
        self._format.digits, self._format.among = said, []

    def _end_embedded(self) -> None:
        place = self._said.get(f"{NUMBER}position", "")
        self._format.among.append((int(place) if re.fullmatch("[0-9]{1,2}", place) else 0, "".join(self.words)))

    def _end_digits(self) -> None:
        general = self._format.kind not in ("currency", "percentage")
        self._format.parts.append(digits(self._format.digits, self._format.among, general))

    def _add(self, part: str, said: Attributes) -> None:
        code = PARTS[part](said)
        if self._format.is_elapsed and part in ("hours", "minutes", "seconds"):
            code, self._format.is_elapsed = f"[{code}]", False
        self._format.parts.append(code)

    def _map(self, said: Attributes) -> None:
        self._format.maps.append((said.get(f"{STYLE}condition", ""), said.get(f"{STYLE}apply-style-name", "")))

    def _begin_style(self, said: Attributes) -> None:
        self._style = said.get(f"{STYLE}family", ""), said.get(NAME, "")
        self._own[self._style] = said.get(f"{STYLE}parent-style-name", ""), Look(said.get(f"{STYLE}data-style-name"))

    def _end_style(self) -> None:
        self._style = None

    def _strike(self, said: Attributes) -> None:
        lines = {said[key] for what in ("style", "type") if (key := f"{STYLE}text-line-through-{what}") in said}
        if lines and self._style:
            parent, look = self._own[self._style]
            self._own[self._style] = parent, look._replace(struck="none" not in lines)

    def _indent(self, said: Attributes) -> None:
        margin = said.get(f"{FO}margin-left")
        if margin is not None and self._style and self._style[0] == "table-cell":
            length = LENGTH.fullmatch(margin)
            parent, look = self._own[self._style]
            points = float(length[1]) * POINTS[length[2]] if length else 0.0
            self._own[self._style] = parent, look._replace(indent=points)

    def _display(self, said: Attributes) -> None:
        if self._style and said.get(f"{TABLE}display") == "false":
            self.hidden_tables.add(self._style[1])


def step_width(indents: Iterable[float]) -> float:
    """Return the points of one step of indent that fit all indents of a workbook best.

    Parameters
    ----------
    indents : iterable of float
        In points, above 0; at least one.

    Examples
    --------
    >>> round(step_width([20.0, 40.0]), 1), round(step_width([10.49, 21.0, 157.4]), 2), step_width([4.0, 8.0])
    (10.0, 10.49, 4.0)
    """
    wide = sorted(set(indents))[:MOST_STEPS]
    ways = [wide[0] / steps for steps in range(1, MOST_STEPS) if NARROWEST <= wide[0] / steps <= WIDEST]

    def misfit(unit: float) -> tuple[float, float]:
        return round(sum(abs(one / unit - round(one / unit)) for one in wide) / len(wide), 1), abs(unit - STEP)

    return min(ways, key=misfit, default=wide[0])
