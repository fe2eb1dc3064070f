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


def set_up(*, with_pandas: bool = False) -> None:
    """Set a process up for one command; numpy must not be imported yet.

    Parameters
    ----------
    with_pandas : bool
        A library of the command needs pandas.

    Notes
    -----
    A check makes millions of small objects that all live to its end: collecting garbage meanwhile costs a twentieth of
    its time, so it is not done. Where pandas is installed, Arrow imports it the first time it makes an array, which
    costs a tenth, though nothing here uses it. A virtual machine may hand large free pages back to its host, and must
    ask for each anew: a catalogue of 8 million lines then spends a seventh of its time on them, so numpy is told to do
    without, as its own variable says.
    """
    gc.disable()
    os.environ.setdefault("NUMPY_MADVISE_HUGEPAGE", "0")
    if not with_pandas:
        keep_out("pandas")


def run() -> None:
    """Run the command line as a process of its own.

    Notes
    -----
    Its objects are not freed one by one at the end.
    """
    set_up(with_pandas=not USE_PANDAS.isdisjoint(sys.argv[1:]))
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
