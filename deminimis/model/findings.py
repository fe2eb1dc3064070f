"""Findings: faults in the user's data, with the place and the remedy."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

JSON_FIELDS = ("code", "severity", "file", "sheet", "row", "column", "value", "message", "remedy", "part_number")
SEVERITIES = ("error", "warning", "info")


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault, doubt or assumption.

    Notes
    -----
    `row` counts as the spreadsheet does, from 1; 0 means the finding is about no single row. `part_number` is the part
    an error makes unreliable: every good above it becomes undetermined.
    """

    code: str
    severity: str
    message: str
    remedy: str
    file: str = ""
    sheet: str = ""
    row: int = 0
    column: str = ""
    value: str = ""
    part_number: str = ""
    table: str = ""

    def as_dict(self) -> dict[str, Any]:
        """Return the fields of the JSON contract, in its order."""
        return {name: getattr(self, name) for name in JSON_FIELDS}


@cache
def finding_codes() -> dict[str, dict[str, str]]:
    """Return every finding code with its severity, message and remedy.

    Examples
    --------
    >>> finding_codes()["QTY_ZERO"]["severity"]
    'warning'
    """
    text = files(__package__).joinpath("findings.csv").read_text(encoding="utf-8")
    return {row["code"]: row for row in csv.DictReader(text.splitlines())}


def finding(
    code: str,
    *,
    file: str = "",
    sheet: str = "",
    row: int = 0,
    column: str = "",
    value: object = "",
    part_number: str = "",
    table: str = "",
    **details: object,
) -> Finding:
    """Make a finding from its code; the words come from the table of codes.

    Parameters
    ----------
    code : str
        A code of `finding_codes`.
    file, sheet, row, column, value
        Where, and what stands there.
    part_number : str
        The part made unreliable, if any.
    table : str
        The table at fault, if any.
    **details
        What the message's placeholders ask for besides.

    Returns
    -------
    Finding

    Examples
    --------
    >>> finding("NUMBER_NOT_READ", row=7, column="quantity", value="some").message
    'quantity is not a number: some'
    """
    words = finding_codes()[code]
    text = str(value)
    message = words["message"].format(value=text, column=column, **details)
    return Finding(
        code, words["severity"], message, words["remedy"], file, sheet, row, column, text, part_number, table
    )
