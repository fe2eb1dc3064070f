"""Bytes to text: the encoding is stated, proven, or the one whose letters and words are the likeliest.

A guess weighs, for every encoding that could be meant, how likely its characters are in a parts list (a table beside
this module), where letters of two scripts meet inside a word, and whether header cells become words of the dictionary
of column names.
"""

from __future__ import annotations

import codecs
import csv
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from deminimis.readers.tables.headers import read_header, role_names

MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
STATED = {
    **dict.fromkeys(("ascii", "us-ascii", "iso-8859-1", "latin-1", "windows-1252"), "cp1252"),
    **dict.fromkeys(("gb2312", "gbk", "gb18030"), "gb18030"),
    **dict.fromkeys(("shift_jis", "shift-jis", "windows-31j", "x-sjis"), "cp932"),
    **dict.fromkeys(("euc-kr", "ks_c_5601-1987", "uhc"), "cp949"),
    **{f"windows-{page}": f"cp{page}" for page in range(1250, 1259) if page != 1252},
    **{name: name for name in ("utf-8", "iso-8859-2", "iso-8859-15", "euc-jp", "big5", "koi8-r")},
}
"""What a page or an XML file may call its encoding, and the encoding that holds all of it."""
SAMPLE = 1 << 14
UNLIKELY = math.log(1e-7)
"""Log chance of a character that the table does not list."""
DICTIONARY_WORD = 10.0
UNDECODED = -12.0
CERTAIN = math.log(1000)
"""By how much the best text must beat the next one, in natural logarithms."""
LOST = "\N{REPLACEMENT CHARACTER}"
CONTROL = re.compile("[\x00-\x08\x0e-\x19\x1c-\x1f\x7f-\x84\x86-\x9f]")


@dataclass(frozen=True, slots=True)
class Decoded:
    """The text of some bytes.

    Parameters
    ----------
    text : str
    encoding : str
        As Python names it.
    certain : bool
        Stated by the bytes themselves, or a thousand times likelier than any other reading.
    example : str
        A word that another encoding would spell differently, "" where certain.
    damaged : bool
        Some bytes are nothing in this encoding; each stands as U+FFFD.
    """

    text: str
    encoding: str
    certain: bool = True
    example: str = ""
    damaged: bool = False


def decode(data: bytes, stated: str = "") -> Decoded | None:
    """Decode the bytes of a text file.

    Parameters
    ----------
    data : bytes
        The whole file.
    stated : str, optional
        Name of the encoding that the file itself gives; not believed where its bytes say otherwise.

    Returns
    -------
    Decoded or None
        None where no encoding fits.

    Examples
    --------
    >>> decode("Teil;Stück".encode("cp1252"))
    Decoded(text='Teil;Stück', encoding='cp1252', certain=True, example='', damaged=False)
    >>> decode("品番,数量".encode("cp932")).encoding
    'cp932'
    """
    marked = marked_encoding(data)
    if marked:
        return _strict(data, marked) or (_nearly_utf8(data) if marked == "utf-8-sig" else None)
    known = STATED.get(stated.strip().casefold(), "")
    tried = ["ascii", "utf-8", *([known] if known else [])]
    for encoding in tried:
        if (decoded := _strict(data, encoding)) is not None:
            return decoded
    return _nearly_utf8(data) or _likeliest(data)


def marked_encoding(data: bytes) -> str:
    """Return the encoding that a byte-order mark or the places of the NULs give away, or "".

    Examples
    --------
    >>> marked_encoding("a;b".encode("utf-16-le")), marked_encoding(b"a;b")
    ('utf-16-le', '')
    """
    named = next((name for mark, name in MARKS if data.startswith(mark)), "")
    if named or b"\0" not in data[: 1 << 16]:
        return named
    start = data[: 1 << 16]
    big, little = start[::2].count(0), start[1::2].count(0)
    # Signs, digits and line ends leave one byte of the pair empty; few letters of any script empty the other one.
    if max(big, little) < 8 * min(big, little) or max(big, little) * 10 < len(start) or len(data) % 2:
        return ""
    encoding = "utf-16-be" if big > little else "utf-16-le"
    text = start[: len(start) // 2 * 2].decode(encoding, "replace")
    return "" if LOST in text[:-1] or "\ufeff" in text or CONTROL.search(text) else encoding


def _strict(data: bytes, encoding: str) -> Decoded | None:
    try:
        return Decoded(data.decode(encoding), encoding)
    except UnicodeDecodeError:
        return None


def _nearly_utf8(data: bytes) -> Decoded | None:
    """Return UTF-8 text with a few bad bytes: a cut field, or a line pasted from another file."""
    text = data.decode("utf-8-sig", "replace")
    lost = text.count(LOST)
    letters = sum(not sign.isascii() for sign in text) - lost
    return Decoded(text, "utf-8", damaged=True) if letters >= 4 * lost else None


def _likeliest(data: bytes) -> Decoded | None:
    sample = _sample(data)
    texts = {encoding: _lenient(sample, encoding) for encoding in chances()}
    points = {encoding: score(text, encoding) for encoding, text in texts.items()}
    whole: dict[str, str] = {}
    for encoding in sorted(points, key=lambda name: points[name], reverse=True)[:3]:
        whole[encoding] = data.decode(encoding, "replace")
        bad = whole[encoding].count(LOST) + len(CONTROL.findall(whole[encoding]))
        if not bad:
            break
        points[encoding] += UNDECODED * bad
    best = max(whole, key=lambda name: points[name])
    rivals = [name for name in points if texts[name] != texts[best]]
    next_best = max(rivals, key=lambda name: points[name])
    text = whole[best]
    if CONTROL.search(text) or text.count(LOST) * 10 > len(text) - len(re.findall("[\x00-\x7f]", text)):
        return None
    certain = points[best] - points[next_best] >= CERTAIN
    example = "" if certain else _example(texts[best], texts[next_best])
    return Decoded(text, best, certain, example, LOST in text)


def _sample(data: bytes) -> bytes:
    """Return the first lines that hold more than ASCII."""
    lines = re.finditer(rb"[^\r\n]*[\x80-\xff][^\r\n]*", data[: SAMPLE << 6])
    taken, size = [], 0
    for line in lines:
        taken.append(line[0])
        size += len(line[0])
        if size > SAMPLE:
            break
    if not taken:
        first = next(re.finditer(rb"[\x80-\xff]", data)).start()
        taken = [data[max(first - 1, 0) : first + SAMPLE]]
    return b"\n".join(taken)[:SAMPLE]


def _lenient(sample: bytes, encoding: str) -> str:
    # The incremental decoder keeps a character back that the end of the sample cuts.
    return codecs.getincrementaldecoder(encoding)("replace").decode(sample)


def score(text: str, encoding: str) -> float:
    """Return how likely a text is, if its bytes are in an encoding: the sum of log chances.

    Parameters
    ----------
    text : str
        Decoded from it.
    encoding : str
        One of `chances`.

    Returns
    -------
    float
        Only differences between readings of the same bytes mean something.

    Examples
    --------
    >>> data = "Größe".encode("cp1252")
    >>> score(data.decode("cp1252"), "cp1252") > score(data.decode("gb18030"), "gb18030")
    True
    """
    known = chances()[encoding]
    points = 0.0
    for match in re.finditer(r"[^\x00-\x7f]", text):
        at, sign = match.start(), match[0]
        points += known.get(sign, UNDECODED if sign == LOST else UNLIKELY)
        before, after = text[at - 1 : at], text[at + 1 : at + 2]
        points += seam(before, sign) + (seam(sign, after) if after.isascii() else 0)
    cells = {cell for cell in re.split(r'[,;\t|\r\n"]', text) if not cell.isascii()}
    return points + DICTIONARY_WORD * sum(read_header(cell).name in role_names() for cell in cells)


def seam(one: str, other: str) -> float:
    """Return the log penalty for two neighbouring characters that hardly meet inside one word.

    Examples
    --------
    >>> seam("r", "ö"), seam("r", "ц"), seam("r", "鲞")
    (0.0, -5.0, -2.0)
    """
    if not one or not other:
        return 0.0
    scripts = {_script(one), _script(other)}
    if scripts == {"latin", "cyrillic"}:
        return -5.0
    if one.islower() and other.isupper():
        return -4.0
    if scripts == {"latin", "sign"} and other.isalpha():
        return -3.0
    if one.isdigit() and _script(other) == "latin" and not other.isascii():
        return -2.0
    if "wide" in scripts and (one + other).isalpha() and any(sign.isascii() and sign.islower() for sign in one + other):
        return -2.0
    return -2.0 if scripts == {"latin"} and not one.isascii() and not other.isascii() else 0.0


def _script(sign: str) -> str:
    if not sign.isalpha():
        return "" if sign.isascii() else "sign"
    code = ord(sign)
    return "latin" if code < 0x250 else "cyrillic" if 0x400 <= code < 0x530 else "wide"


@cache
def chances() -> Mapping[str, Mapping[str, float]]:
    """Return for every encoding that is guessed the log chance of its characters, from the table beside this module."""
    table: dict[str, dict[str, float]] = {}
    with files(__package__).joinpath("encodings.csv").open(encoding="utf-8") as stream:
        for row in csv.DictReader(stream):
            known = table.setdefault(row["encoding"], {})
            signs = dict.fromkeys(row["characters"] or _in_range(row["encoding"], row["bytes"]))
            fresh = [sign for sign in signs if sign not in known]
            known.update(dict.fromkeys(fresh, math.log(float(row["share"]) / len(fresh))))
    return table


def _in_range(encoding: str, span: str) -> Iterator[str]:
    """Yield the characters whose bytes lie between two numbers, as in ``B0A1-D7F9``."""
    first, last = (int(end, 16) for end in span.split("-"))
    for number in range(first, last + 1):
        text = number.to_bytes(2 if first > 0xFF else 1, "big").decode(encoding, "ignore")
        if len(text) == 1 and not text.isascii():
            yield text


def _example(text: str, other: str) -> str:
    """Return the first word that another reading spells differently."""
    spelled = set(re.findall(r"\w+", other))
    words = re.findall(r"\w*[^\x00-\x7f]\w*", text)
    return next((word for word in words if word not in spelled), words[0] if words else "")[:40]
