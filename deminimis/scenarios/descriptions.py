"""What the records of a bill call its parts."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from deminimis.model import Bom
from deminimis.model.part_codes import as_text


def descriptions_of(bom: Bom, part_numbers: pa.Array) -> list[str]:
    """Return the descriptions of parts, blank where there is none; the first record of a part counts.

    Parameters
    ----------
    bom : Bom
    part_numbers : pyarrow.StringArray (k,)

    Returns
    -------
    list of str (k,)

    Examples
    --------
    >>> from deminimis.readers import bom_from_tables
    >>> bom = bom_from_tables(parts={"part_number": ["fan", "pump"], "description": [None, "Sample pump"]})
    >>> descriptions_of(bom, pa.array(["pump", "fan", "magnet"]))
    ['Sample pump', '', '']
    """
    rows = pc.index_in(part_numbers, value_set=as_text(bom.parts["part_number"]).combine_chunks())
    return [text or "" for text in bom.parts["description"].combine_chunks().take(rows).to_pylist()]
