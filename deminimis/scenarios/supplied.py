"""Who supplies a part today, and whose word a declaration without a name is."""

from __future__ import annotations

import numpy as np

from deminimis.model import Bom
from deminimis.scenarios.edited import Rows, rows_where, with_cells


def suppliers_today(bom: Bom, part_number: str) -> list[str]:
    """Return the suppliers that a bill names for a part, that of its record first.

    Parameters
    ----------
    bom : Bom
    part_number : str
    """
    found = [
        name
        for table in ("parts", "sourcing")
        for name in bom.table(table)["supplier"].take(rows_where(bom, table, part_number=part_number)).to_pylist()
    ]
    return list(dict.fromkeys(name for name in found if name))


def unnamed_declarations(bom: Bom, part_number: str) -> Rows:
    """Return the rows in which a part is declared and no supplier named."""
    rows = rows_where(bom, "declarations", part_number=part_number)
    blank = [not name for name in bom.declarations["supplier"].take(rows).to_pylist()]
    return np.asarray(rows[np.array(blank, dtype=bool)])


def with_names(bom: Bom, part_number: str, supplier: str) -> Bom:
    """Return the Bom in which unnamed declarations of a part are not those of a supplier that is new to it.

    Parameters
    ----------
    bom : Bom
    part_number : str
    supplier : str
        From whom the part is bought then.

    Notes
    -----
    Without a name a declaration speaks of the part as it is bought today. Where today's suppliers are known and the new
    one is none of them it gets the name of the first of them, so that it proves nothing about another's part.
    """
    today = suppliers_today(bom, part_number)
    if not today or supplier in today:
        return bom
    return with_cells(bom, "declarations", unnamed_declarations(bom, part_number), {"supplier": today[0]})
