"""`python -m deminimis` is the command `deminimis`."""

import gc
import io
import os
import sys

USE_PANDAS = frozenset({"uncertainty"})
"""Commands with an option whose library needs pandas."""


class _Absent:
    """Says of one library that it is not there."""

    def __init__(self, name: str) -> None:
        self.name = name

    def find_spec(self, name: str, *_: object) -> None:
        """Refuse the library, and leave every other to the finders behind."""
        if name == self.name:
            raise ModuleNotFoundError(f"{name} is not needed here", name=name)


def keep_out(library: str) -> None:
    """Let a library be absent from this process, whether or not it is installed."""
    sys.meta_path.insert(0, _Absent(library))


def run() -> None:
    """Run the command line as a process of its own.

    Notes
    -----
    A check makes millions of small objects that all live to its end: collecting garbage meanwhile and freeing them one
    by one afterwards costs a tenth of its time, so neither is done. Where pandas is installed, Arrow imports it the
    first time it makes an array, which costs another tenth, though nothing here uses it.
    """
    gc.disable()
    if USE_PANDAS.isdisjoint(sys.argv[1:]):
        keep_out("pandas")
    for stream in (sys.stdout, sys.stderr):
        # A terminal without UTF-8 shows "?" for the marks beside the words; the words carry the meaning.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    from deminimis.cli import main

    status: object = 0
    try:
        main()
    except SystemExit as end:
        status = end.code
    code = status if isinstance(status, int) else int(status is not None)
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except BrokenPipeError:
        code = 1
    os._exit(code)


if __name__ == "__main__":
    run()
