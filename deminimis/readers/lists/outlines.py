"""Outline numbers: 1, 1.1, 1.1.2."""

from __future__ import annotations

import re
from collections.abc import Sequence


def is_outline(words: Sequence[str]) -> bool:
    """Return whether words are outline numbers: all have their form, and what stands above a dotted one is there.

    What is missing above others is an error of the list and no reason to read it as one without structure.

    Examples
    --------
    >>> is_outline(["1", "1.1", "1.2", "2", "2.1"]), is_outline(["1", "2", "3"]), is_outline(["10.20", "10.30"])
    (True, False, False)
    """
    codes = [word.strip().rstrip(".") for word in words if word.strip()]
    if not codes or not all(re.fullmatch(r"\d{1,6}([.]\d{1,6})*", code) for code in codes):
        return False
    known, dotted = set(codes), [code for code in codes if "." in code]
    above = sum(code.rpartition(".")[0] in known for code in dotted)
    tops = {code.partition(".")[0] for code in dotted}
    return bool(dotted) and (above > 0 or (len(tops) == 1 and _under_one(dotted, known)))


def _under_one(dotted: Sequence[str], known: set[str]) -> bool:
    """Return whether all stand under one top that is not a row itself."""
    first = min(code.count(".") for code in dotted)
    return any(code.rpartition(".")[0] in known for code in dotted if code.count(".") > first)
