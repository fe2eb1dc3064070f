"""Signs that a part without a declaration may hold rare earths: its item class, its customs code, its words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from deminimis.reference.tables import ROWS, sourced_rows

Texts: TypeAlias = pa.ChunkedArray | pa.Array
Signs: TypeAlias = tuple[pa.Array, pa.Array]
"""Carrier and reason of each text, null for none."""
NO_SIGN = -1
# what NFKC changes in the ten languages: loose accents and letters, wide and narrow forms, blanks, ligatures
NOT_NFKC = (
    r"[\x{00A0}\x{0300}-\x{036F}\x{1100}-\x{11FF}\x{2000}-\x{200F}\x{3000}"
    r"\x{3099}\x{309A}\x{FB00}-\x{FB06}\x{FF00}-\x{FFEF}]"
)


@dataclass(frozen=True, slots=True)
class WordSigns:
    """The words of the table as patterns of RE2, ready to run over a column.

    Parameters
    ----------
    any_word : str
        Matches a text that has a word of any carrier.
    not_words : str
        Phrases that name a carrier without being one: motor mount, speaker cable, ferrite magnet.
    carriers, patterns : tuple of str
        Per rank, carrier and its words; the first rank that matches wins.
    """

    any_word: str
    not_words: str
    carriers: tuple[str, ...]
    patterns: tuple[str, ...]


@cache
def sign_rows(text: str | None = None) -> ROWS:
    """Return the rows of the table of signs; `text` is another table in place of the package's."""
    return sourced_rows(__package__, "signs.csv", text)


@cache
def word_signs() -> WordSigns:
    """Return the words of the table; rows of one carrier that stand together are one rank."""
    words = [row for row in sign_rows() if row["kind"] == "words"]
    ranks = [(carrier, either(list(rows))) for carrier, rows in groupby(words, key=lambda row: row["carrier"])]
    not_words = either([row for row in sign_rows() if row["kind"] == "not_words"])
    return WordSigns(either(words), not_words, tuple(c for c, _ in ranks), tuple(p for _, p in ranks))


def either(rows: list[dict[str, str]]) -> str:
    """Return one pattern that matches what any row's pattern matches."""
    return "|".join(row["pattern"] for row in rows)


@cache
def item_class_carriers() -> dict[str, str]:
    """Return the carrier of each item class that is one; ``other`` is none and silences every other sign.

    Examples
    --------
    >>> item_class_carriers()["smco_magnet"]
    'smco_magnet'
    """
    return {row["pattern"]: row["carrier"] for row in sign_rows() if row["kind"] == "item_class"}


def find_signs(descriptions: Texts, hs_codes: Texts) -> tuple[pa.Array, pa.Array]:
    """Return the carrier each part looks like and why, null where nothing points to one.

    Parameters
    ----------
    descriptions, hs_codes : pyarrow.Array or pyarrow.ChunkedArray of string (n,)
        What the parts are, in any of ten languages, and their customs codes with or without dots; null where unknown.

    Returns
    -------
    carriers : pyarrow.StringArray (n,)
        Ids of `carriers`, or null.
    reasons : pyarrow.StringArray (n,)
        The code or the word found, or null.

    Notes
    -----
    A customs code outweighs words. Phrases such as "motor mount" are taken out of the text before its words are looked
    for, so a motor mount is no motor, while "motor with mount" and "motor mount, 2 magnets" still show a sign.

    Examples
    --------
    >>> parts = pa.array(["BLDC motor 24 V", "motor mount", "Lautsprecher", "screw M3"])
    >>> found, reasons = find_signs(parts, pa.array([None, None, None, "8505.11.00"]))
    >>> found.to_pylist()
    ['permanent_magnet_motor', None, 'loudspeaker', 'magnet']
    >>> reasons.to_pylist()
    ["the description says 'bldc'", None, "the description says 'lautsprecher'", 'the customs code begins with 850511']
    """
    by_code, by_word = distinct_first(hs_codes, code_signs), description_signs(descriptions)
    return pc.coalesce(by_code[0], by_word[0]), pc.coalesce(by_code[1], by_word[1])


def distinct_first(column: Texts, judge: Callable[[pa.Array], Signs]) -> Signs:
    """Return what `judge` says of each distinct text, spread over the column."""
    encoded = flat(column).dictionary_encode()
    if not len(encoded.dictionary):
        return pa.nulls(len(column), pa.string()), pa.nulls(len(column), pa.string())
    carriers, reasons = judge(encoded.dictionary)
    return carriers.take(encoded.indices), reasons.take(encoded.indices)


def flat(column: Texts) -> pa.Array:
    """Return a column as one array of strings."""
    return (column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column).cast(pa.string())


def code_signs(codes: pa.Array) -> Signs:
    """Return carrier and reason per customs code."""
    digits = pc.replace_substring_regex(codes, r"\D+", "")
    rows = [row for row in sign_rows() if row["kind"] == "hs_code"]
    rank = np.full(len(codes), NO_SIGN)
    for number, row in enumerate(rows):
        rank[as_mask(pc.starts_with(digits, row["pattern"]))] = number
    why = pa.array([f"the customs code begins with {row['pattern']}" for row in rows], pa.string())
    return by_rank([row["carrier"] for row in rows], rank), why.take(nullable(rank))


def description_signs(descriptions: Texts) -> Signs:
    """Return carrier and reason per description."""
    texts = plain(flat(descriptions))
    hits = np.flatnonzero(as_mask(pc.match_substring_regex(texts, word_signs().any_word)))
    place = np.full(len(texts), NO_SIGN)
    place[hits] = np.arange(len(hits))
    # few texts hit, so only these are worth making distinct
    carriers, reasons = distinct_first(texts.take(pa.array(hits)), hit_signs)
    return carriers.take(nullable(place)), reasons.take(nullable(place))


def hit_signs(texts: pa.Array) -> Signs:
    """Return carrier and reason per text, for texts in which some word was found."""
    signs = word_signs()
    left = pc.replace_substring_regex(texts, signs.not_words, " ")
    rank, words = np.full(len(texts), NO_SIGN), np.full(len(texts), None, dtype=object)
    rest = np.arange(len(texts))
    for number, pattern in enumerate(signs.patterns):
        found = as_mask(pc.match_substring_regex(left, pattern))
        said = pc.extract_regex(left.filter(pa.array(found)), f"(?P<word>{pattern})")
        rank[rest[found]], words[rest[found]] = number, pc.struct_field(said, "word").to_pylist()
        rest, left = rest[~found], left.filter(pa.array(~found))
    said = pc.utf8_trim_whitespace(pa.array(words, pa.string()))
    return by_rank(list(signs.carriers), rank), pc.binary_join_element_wise("the description says '", said, "'", "")


def plain(texts: pa.Array) -> pa.Array:
    """Return texts in lower case, letters of other widths and loose accents made the plain ones (NFKC)."""
    if pc.all(pc.string_is_ascii(texts)).as_py():
        return pc.ascii_lower(texts)
    lower, loose = pc.utf8_lower(texts), pc.match_substring_regex(texts, NOT_NFKC)
    if not pc.any(loose).as_py():
        return lower
    # normalising is slow, and few texts need it
    return pc.replace_with_mask(lower, loose, pc.utf8_normalize(lower.filter(loose), form="NFKC"))


def by_rank(carriers: list[str], rank: npt.NDArray[np.int64]) -> pa.Array:
    """Return the carrier of each rank, null for none."""
    return pa.array(carriers, pa.string()).take(nullable(rank))


def nullable(rank: npt.NDArray[np.int64]) -> pa.Array:
    """Return ranks as indices, null for none."""
    return pa.array(rank, mask=rank == NO_SIGN)


def as_mask(found: pa.Array) -> npt.NDArray[np.bool_]:
    """Return a boolean array, null as False."""
    return np.asarray(found.fill_null(False).to_numpy(zero_copy_only=False), dtype=bool)
