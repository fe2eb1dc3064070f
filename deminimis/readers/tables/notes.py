"""Rows of words below and between the rows of a list: notes and remarks in one cell."""

from __future__ import annotations

import re
from collections.abc import Sequence

WORDS = (
    "notes?|remarks?|comments?|n\\.?b\\.?|hinweise?|anmerkung(en)?|bemerkung(en)?|remarques?|notas?|nota bene|"
    "observaci[oó]n(es)?|observa[cç](ão|ões)|osservazion[ei]|uwag[ai]|poznámk[ay]|opmerking(en)?|anmärkning(ar)?|"
    "примечани[ея]|açıklama(lar)?|notlar|ghi chú|备注|備考|备考|注|注意|说明|説明|비고|참고"
)
NOTE = rf"(?i:^\s*[(*\[]*\s*({WORDS})\s*[0-9]*\s*[:：.)\]-])"
"""Also as Arrow reads it."""
FEW = 3
"""Words from which on the only cell of a row is a sentence and no part number."""


def is_note(cells: Sequence[str], parent: int = -1) -> bool:
    """Return whether a row holds nothing but a note: a cell that begins with a word for it, or words for a parent.

    Parameters
    ----------
    cells : sequence of str
        The row.
    parent : int
        Column of the parents, -1 for none.

    Returns
    -------
    bool

    Examples
    --------
    >>> is_note(["", "Note: see drawing"]), is_note(["Note: see drawing", "2"]), is_note(["Notebook", ""])
    (True, False, False)
    >>> is_note(["all lengths in mm", ""], parent=0), is_note(["P-100", ""], parent=0)
    (True, False)
    """
    filled = [at for at, cell in enumerate(cells) if cell.strip()]
    if len(filled) != 1:
        return False
    only = cells[filled[0]]
    return bool(re.match(NOTE, only)) or (filled[0] == parent and len(only.split()) >= FEW)
