from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from sample_books import Sheets, write_book


@pytest.fixture
def book(tmp_path: Path) -> Callable[..., Path]:
    def make(sheets: Sheets, name: str = "bom.xlsx", **place: int) -> Path:
        return write_book(tmp_path / name, sheets, **place)

    return make


@pytest.fixture
def text(tmp_path: Path) -> Callable[..., Path]:
    def make(content: str | bytes, name: str = "bom.csv", encoding: str = "utf-8") -> Path:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
        return path

    return make
