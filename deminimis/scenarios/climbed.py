"""Where a part is used, and the totals of everything above it calculated again: nothing else can have changed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from deminimis.model import Codes, Floats, Structure
from deminimis.structure.levels import grouped, spans


@dataclass(frozen=True)
class WhereUsed:
    """The lines of a structure by their child.

    Parameters
    ----------
    structure : Structure
    first : ndarray (n + 1,)
        Lines with part i as child stand at first[i] to first[i + 1] - 1 of `line`.
    line : ndarray (m,)
        Place of each line in the structure.
    parent : ndarray (m,)
        Code of the parent, by the line's place in the structure.
    """

    structure: Structure
    first: Codes
    line: Codes
    parent: Codes

    @classmethod
    def of(cls, structure: Structure) -> WhereUsed:
        """Return the lines of a structure by their child."""
        return cls(structure, *grouped(structure.child, structure.part_count), structure.parent_of_line())

    def above(self, part: int, quantity: Floats) -> Codes:
        """Return the parts that contain a part over lines whose quantity is not zero.

        Parameters
        ----------
        part : int
        quantity : ndarray (m,)

        Returns
        -------
        ndarray (k,)
            Codes, ascending, so that what a part contains comes before it; without the part itself.
        """
        reached = np.empty(0, dtype=np.int32)
        step = np.array([part], dtype=np.int32)
        while len(step):
            lines = self.line[spans(self.first[step], self.first[step + 1])]
            parents = np.unique(self.parent[lines[quantity[lines] != 0]])
            step = np.setdiff1d(parents, reached, assume_unique=True)
            reached = np.union1d(reached, step)
        return reached


def climb(
    structure: Structure, quantity: Floats, totals: Floats, own: Floats, part: int, new: Floats, above: Codes
) -> Floats:
    """Return the totals of the parts above one whose own total is another.

    Parameters
    ----------
    structure : Structure
    quantity : ndarray (m,)
    totals : ndarray (n, k)
        As they were.
    own : ndarray (j, k)
        Own amounts of the parts above, without what is beneath them.
    part : int
    new : ndarray (k,)
        Its total now.
    above : ndarray (j,)
        What contains it, as `WhereUsed.above` gives it.

    Returns
    -------
    ndarray (j, k)

    Notes
    -----
    total[i] = own[i] + sum over lines of quantity x total[child], as in `roll_up`, for the parts above alone.
    """
    codes = np.concatenate([np.array([part], dtype=np.int32), above])
    now = np.empty((len(codes), len(new)))
    now[0] = new
    levels = np.searchsorted(structure.level_start, codes, side="right")
    ends = np.flatnonzero(np.diff(levels, append=levels[-1] + 1)) + 1
    begin = 1
    for end in ends.tolist():
        if end <= begin:
            continue
        parents = codes[begin:end]
        lines = spans(structure.first[parents], structure.first[parents + 1])
        children = structure.child[lines]
        amounts = totals[children]
        place = np.minimum(np.searchsorted(codes[:begin], children), begin - 1)
        changed = codes[place] == children
        amounts[changed] = now[place[changed]]
        size = structure.first[parents + 1] - structure.first[parents]
        starts = np.cumsum(size) - size
        now[begin:end] = own[begin - 1 : end - 1] + np.add.reduceat(quantity[lines, None] * amounts, starts)
        begin = end
    return now[1:]
