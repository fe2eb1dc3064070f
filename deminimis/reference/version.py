"""Which edition of the reference tables a result was made with."""

from __future__ import annotations

from functools import cache

from deminimis.reference.tables import tables_hash

COMPILED = "2026-11-22"


@cache
def reference_version() -> str:
    """Return the day the tables were compiled and a hash over all of them, so that an edited table shows.

    Examples
    --------
    >>> reference_version()[:11]
    '2026-11-22+'
    """
    return f"{COMPILED}+{tables_hash('deminimis.reference')}"
