"""IPC-1752A and 1752B declarations, and IPC-1754 of the same family: their class and their composition."""

from __future__ import annotations

from deminimis.readers.declared.names import names
from deminimis.readers.declared.result import DeclaredRead, read_composition
from deminimis.readers.declared.xml_tree import Element

FORM = "ipc1752"
SPACE = "webstds.ipc.org/175x"


def is_ipc1752(root: Element) -> bool:
    """Say whether a parsed file is a declaration of the IPC-175x family.

    Examples
    --------
    >>> from deminimis.readers.declared.xml_tree import parse_xml
    >>> is_ipc1752(parse_xml("sample.xml", b"<MainDeclaration xmlns='http://webstds.ipc.org/175x/2.0'/>"))
    True
    """
    return root.name == "MainDeclaration" and (SPACE in root.namespace.casefold() or not root.namespace)


def read_ipc1752(root: Element, file: str, sheet: str = "") -> DeclaredRead:
    """Read an IPC-175x declaration.

    Parameters
    ----------
    root : Element
    file, sheet : str
        Where it stands.

    Returns
    -------
    DeclaredRead
        One row per product and material, grams in one piece of the whole product, its subproducts counted as often as
        they are in it. Classes without amounts declare nothing: a yes or no about a list is never "contains none".

    Notes
    -----
    Structure as public parsers of IPC-1752A Amendment 3 read it (2026-11-22); names are compared without namespace.
    """
    kind = _kind(root)
    why = f"the root element MainDeclaration, read as {kind}"
    return read_composition(root, FORM, kind, why, file, sheet)


def _kind(root: Element) -> str:
    spaces = " ".join([root.namespace, *(below.name + below.namespace for below in root.children)])
    family = "ipc1754" if "1754" in spaces else "ipc1752b" if "1752B" in spaces else "ipc1752a"
    if any(True for _ in root.every(*names(FORM)["material"])):
        return f"{family}_class_d"
    said = {e.attributes.get("name", "").casefold() for e in root.every("SubSectional")}
    return f"{family}_class_{next((letter for letter in 'dcba' if letter in said), 'c')}"
