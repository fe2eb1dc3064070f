"""Parts of one manufacturer number told apart by their makers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from deminimis.readers.joining.number_matches import Match


def makers_of(parts: Iterable[str | None], names: Iterable[str]) -> dict[str, set[str]]:
    """Return the makers that each part names.

    Parameters
    ----------
    parts : iterable of str or None
        Own number of the part beside each name, None where no one part stands there.
    names : iterable of str
        As `loosely` spells them.

    Examples
    --------
    >>> makers_of(["A", None, "A"], ["one", "two", "one"])
    {'A': {'one'}}
    """
    found: dict[str, set[str]] = {}
    for own, name in zip(parts, names, strict=True):
        if own is not None:
            found.setdefault(own, set()).add(name)
    return found


def of_maker(match: Match, maker: str, makers: Mapping[str, set[str]], *, declared: bool) -> Match:
    """Return a match without the parts that are of another maker.

    Parameters
    ----------
    match : Match
    maker : str
        Whom the record names, "" for nobody.
    makers : mapping of own number to set of str
        Whom the parts name.
    declared : bool
        The record is a declaration: it holds for no other maker's part, be it the only one of that number.

    Returns
    -------
    Match
        Unclear where no part is left, or where nothing says which maker's part is meant.

    Notes
    -----
    A name stands for a longer one that begins with it, as "Sample" does for "Sample Works Ltd".

    Examples
    --------
    >>> both = Match("NUMBER_MATCHED", "M-1", "M-1", "mfr_number", ("A", "B"))
    >>> of_maker(both, "one", {"A": {"one"}, "B": {"two"}}, declared=True).own
    ('A',)
    >>> of_maker(both, "", {"A": {"one"}, "B": {"two"}}, declared=True).unclear
    'the parts are of different makers'
    """
    if match.unclear or match.kind == "customer_number" or match.spelling in match.own:
        return match
    known = {own: makers[own] for own in match.own if own in makers}
    if not maker:
        differ = len(match.own) > 1 and known and not set.intersection(*known.values())
        return replace(match, unclear="the parts are of different makers") if differ else match
    same = {own for own, names in known.items() if maker in names}
    same = same or {own for own, names in known.items() if any(_begins(maker, name) for name in names)}
    fitting = tuple(own for own in match.own if own in same or own not in known)
    if fitting:
        return replace(match, own=fitting)
    other = len(match.own) > 1 or declared
    return replace(match, unclear="the maker named is none of the part's") if other else match


def _begins(name: str, other: str) -> bool:
    return name.startswith(other) or other.startswith(name)
