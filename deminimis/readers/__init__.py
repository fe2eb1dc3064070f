"""Files to a Bom: sheets as text, layouts as data, and the reason for every choice."""

from importlib import import_module
from typing import Any

_HOMES = {
    "Choices": "choices",
    "Inspection": "inspection",
    "bom_from_tables": "in_memory",
    "inspect_file": "reading",
    "read_bom": "reading",
    "read_file": "files.files",
    "remember_layout": "reading",
}

__all__ = sorted(_HOMES)


def __getattr__(name: str) -> Any:
    # A file can be read from the disk while Arrow, which the tables need, is still being imported.
    if name in _HOMES:
        value = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
        globals()[name] = value
        return value
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
