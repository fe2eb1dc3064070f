"""`python -m deminimis` is the command `deminimis`."""

import gc
import io
import os
import sys


def run() -> None:
    """Run the command line as a process of its own.

    Notes
    -----
    A check makes millions of small objects that all live to its end: collecting garbage meanwhile and freeing them one
    by one afterwards costs a tenth of its time, so neither is done.
    """
    gc.disable()
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
