"""How numbers of parts are written: as they stand, without leading zeros, without capitals and separators."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

SHORTEST = 3
"""Characters below which a number tells no part: "0", "R2"."""
FILLER = r"^(0+|9+|x+0*)$"


def telling(numbers: pa.Array) -> pa.Array:
    """Return which numbers can tell a part from others: "N/A", "none", "TBD" and "000" stand in many rows.

    Examples
    --------
    >>> telling(pa.array(["N/A", "000", "R2", "R2-7"])).to_pylist()
    [False, False, False, True]
    """
    plain = loosely(numbers)
    long = pc.greater_equal(pc.utf8_length(plain), SHORTEST)
    filler = pc.match_substring_regex(plain, FILLER)
    return pc.and_(long, pc.and_(pc.match_substring_regex(plain, r"\d"), pc.invert(filler)))


def as_written(numbers: pa.Array) -> pa.Array:
    """Return numbers as they stand."""
    return numbers


def without_zeros(numbers: pa.Array) -> pa.Array:
    """Return numbers of digits without their leading zeros, null for others.

    Examples
    --------
    >>> without_zeros(pa.array(["00123", "123", "A0123", "000"])).to_pylist()
    ['123', '123', None, None]
    """
    plain = pc.utf8_ltrim(numbers, characters="0")
    return pc.if_else(pc.match_substring_regex(plain, r"^[0-9]+$"), plain, pa.scalar(None, pa.string()))


def loosely(numbers: pa.Array) -> pa.Array:
    """Return numbers without capitals, blanks and separators; a point or slash between digits stays.

    Examples
    --------
    >>> loosely(pa.array(["AB-12 34", "ab_1234", "M10.5", "M105", "1/2/3"])).to_pylist()
    ['ab1234', 'ab1234', 'm10.5', 'm105', '1/2/3']
    """
    text = pc.utf8_lower(pc.utf8_normalize(numbers, form="NFKC"))
    # 10.5 is not 105: kept marks are set aside; twice, since two marks may share a digit
    for mark, aside in ((".", "\x1e"), ("/", "\x1f")):
        for _ in range(2):
            text = pc.replace_substring_regex(text, rf"([0-9])[{mark}]([0-9])", rf"\1{aside}\2")
    text = pc.replace_substring_regex(text, r"[\p{Z}\s\p{Pd}\x{2212}_./]", "")
    return pc.replace_substring(pc.replace_substring(text, "\x1e", "."), "\x1f", "/")
