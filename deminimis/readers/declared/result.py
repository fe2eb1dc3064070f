"""What one file of a standard declaration format gave."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from deminimis.model import Finding, finding
from deminimis.model.checks import RawTable
from deminimis.readers.declared.composition import read_products
from deminimis.readers.declared.declarations import Rows, product_rows, raw_declarations, unreached
from deminimis.readers.declared.names import names
from deminimis.readers.declared.xml_tree import Element


@dataclass(frozen=True)
class SmelterOrigins:
    """Where the rare earths of a supplier are smelted, as an RMI template says.

    Parameters
    ----------
    supplier : str
    scope : {"company", "product", "user"}
        Everything of the supplier, the products listed, or what the supplier wrote.
    part_numbers : tuple of str
        The products listed, the maker's numbers and the requester's.
    countries : tuple of str
        ISO codes of all rare-earth smelters, sorted; "" for one that is not named or whose country is not known.
    file : str
    rows : tuple of int
        Rows of the smelter list.
    """

    supplier: str
    scope: str
    part_numbers: tuple[str, ...]
    countries: tuple[str, ...]
    file: str
    rows: tuple[int, ...]


@dataclass(frozen=True)
class DeclaredRead:
    """How a declaration was read.

    Parameters
    ----------
    kind : str
        Such as ipc1752a_class_d, iec62474, chemsherpa, amrt.
    why : str
        What it was recognised by, in one sentence.
    raw : tuple of (table name, RawTable)
        Declarations to be checked as those of any other file.
    findings : tuple of Finding
    origins : tuple of SmelterOrigins
    rows : int
        Substances, or smelters, that the file names.
    skipped : tuple of (row, reason)
        Those of them that are in no table; the others are used.
    """

    kind: str
    why: str
    raw: tuple[tuple[str, RawTable], ...] = ()
    findings: tuple[Finding, ...] = ()
    origins: tuple[SmelterOrigins, ...] = ()
    rows: int = 0
    skipped: tuple[tuple[int, str], ...] = ()


def read_composition(root: Element, form: str, kind: str, why: str, file: str, sheet: str = "") -> DeclaredRead:
    """Read every product of a parsed declaration.

    Parameters
    ----------
    root : Element
    form : str
        Format of `names`.
    kind, why : str
        As in `DeclaredRead`.
    file, sheet : str
        Where it stands.

    Returns
    -------
    DeclaredRead
    """
    products = [product_rows(product, file, sheet) for product in read_products(root, form)]
    rows = tuple(row for product in products for row in product.rows)
    lines = [e.line for e in root.every(*names(form)["substance"])]
    outside = unreached(lines, [line for product in products for line in product.reached])
    told = (*(f for product in products for f in product.findings), *_of_file(products, rows, file, sheet))
    skipped = (*(s for product in products for s in product.skipped), *outside)
    raw = (("declarations", raw_declarations(rows, file, sheet)),) if rows else ()
    return DeclaredRead(kind, why, raw, told, (), len(lines), tuple(sorted(skipped)))


def _of_file(products: list[Rows], rows: Iterable[dict[str, Any]], file: str, sheet: str) -> Iterable[Finding]:
    """Yield what is told once per file."""
    place: dict[str, Any] = {"file": file, "sheet": sheet}
    ignored = [name for product in products for name in product.ignored]
    if ignored:
        yield finding("SUBSTANCES_IGNORED", **place, value=ignored[0], count=len(ignored))
    used = [name for product in products for name in product.names]
    if used:
        yield finding("ORIGIN_NOT_IN_FORMAT", **place, value=used[0], count=len(used))
    if list(rows):
        yield finding("DECLARATION_THRESHOLD", **place, value=file)
    if not any(product.reached for product in products):
        yield finding("DECLARATION_YES_NO", **place, value=file)
