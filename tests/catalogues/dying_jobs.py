"""Jobs that end their process; apart from the tests, for every process that does one imports this module."""

from __future__ import annotations

import os
import signal
from pathlib import Path


def dies_of_some(number: int) -> int:
    if number in (5, 17):
        os.kill(os.getpid(), signal.SIGKILL)
    return number * number


def dies_once(marks: Path) -> str:
    if not (marks / "died").exists():
        (marks / "died").touch()
        os._exit(1)
    return "done"


def fails_of_some(number: int) -> int:
    if number == 5:
        raise ValueError("a sample")
    return number
