"""The two routes without a threshold: Chinese technology and Chinese origin. Passing the value route clears neither."""

from __future__ import annotations

import numpy as np

from deminimis.assessment.measures import HIGH, Measures
from deminimis.content import CHINA
from deminimis.model import Bom, Reading
from deminimis.reference import country_code, materials
from deminimis.rollup import marked_above

ITEMS = ("ndfeb_magnet", "smco_magnet", "rare_earth_target", "part1_material")


def read_routes(bom: Bom, measures: Measures, reading: Reading) -> dict[str, list[str]]:
    """Return caught, clear or unknown by technology and by origin, for each finished good.

    Parameters
    ----------
    bom : Bom
    measures : Measures
    reading : Reading

    Returns
    -------
    dict of str to list of str
        By technology and by origin, in the order of the finished goods.

    Notes
    -----
    Technology: caught if a part inside was made with Chinese rare-earth technology, clear if every item of Annex 1
    inside says no or there is none; the material's origin and amount do not matter. Origin: caught if the good carries
    controlled material and is itself made in China.

    Source
    ------
    MOFCOM Announcement 61 of 2025, art. 1(2) and 1(3); neither has a percentage (2025-10-09).
    """
    structure, goods = measures.structure, measures.structure.finished_goods
    carrying = np.asarray(measures.controlled[:, HIGH] > 0, dtype=bool) | measures.controlled_open
    technology = _column(bom, measures, "cn_technology")
    used, silent = np.zeros_like(carrying), np.zeros_like(carrying)
    used[[code for code, word in technology.items() if word == "yes"]] = True
    silent[[code for code in annex_items(measures) if technology.get(code) not in ("yes", "no")]] = True
    caught, open_ = marked_above(structure, used), marked_above(structure, silent)
    origins, china = _column(bom, measures, "origin"), CHINA[reading.china]
    by_technology = np.where(caught[goods], "caught", np.where(open_[goods], "unknown", "clear"))
    by_origin = np.where(carrying[goods], "unknown", "clear").tolist()
    for row in np.flatnonzero(carrying[goods]).tolist() if origins else ():
        by_origin[row] = _origin_route(origins.get(int(goods[row])), china)
    return {"technology": by_technology.tolist(), "origin": by_origin}


def annex_items(measures: Measures) -> set[int]:
    """Return the parts that are or hold an item of Annex 1, of whatever origin and however little.

    Source
    ------
    MOFCOM Announcement 61 of 2025, Annex 1: Part 1 materials; Part 2 magnets and targets (2025-10-09).
    """
    held = {c.part for c in measures.contents.contents if materials()[c.claim.material].listed or c.high or c.unbounded}
    made = {sign.part for sign in measures.contents.signs if sign.carrier in ITEMS and sign.part not in held}
    return held | (made - set(measures.contents.declared))


def _origin_route(origin: str | None, china: frozenset[str]) -> str:
    code = country_code(origin) if origin else None
    return "unknown" if code is None else "caught" if code in china else "clear"


def _column(bom: Bom, measures: Measures, name: str) -> dict[int, str]:
    """Return a text column of the records by code of the part, where it is filled."""
    rows = np.flatnonzero(bom.known("parts", name))
    if not len(rows):
        return {}
    codes = measures.structure.codes(bom.parts["part_number"])[rows].tolist()
    return dict(zip(reversed(codes), reversed(bom.parts[name].take(rows).to_pylist()), strict=True))
