"""The command `deminimis` itself: one sentence and exit 2 for whatever stops a command."""

from __future__ import annotations

from typing import Any, NoReturn

import click

from deminimis import __version__
from deminimis.errors import DeminimisError

INPUT_WRONG = 2


class Commands(click.Group):
    """The commands; a fault in the input is one sentence and exit 2, never a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command and turn what stops it into one sentence."""
        try:
            return super().invoke(ctx)
        except DeminimisError as fault:
            _stop(str(fault), ctx)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except BrokenPipeError:
            raise
        except UnicodeEncodeError as fault:
            _stop(f"{fault.object!a} holds bytes that are no text: write it in UTF-8, or in a file.", ctx)
        except Exception as fault:
            if ctx.params.get("debug"):
                raise
            _stop(f"internal fault, please report it: {type(fault).__name__}: {fault} (--debug shows where)", ctx)


def _stop(sentence: str, ctx: click.Context) -> NoReturn:
    click.echo(f"deminimis: {sentence}", err=True)
    ctx.exit(INPUT_WRONG)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="deminimis")
@click.option("--debug", is_flag=True, help="Show tracebacks of internal faults.")
def main(debug: bool) -> None:
    """Which products cross China's 0.1 % line (MOFCOM Announcement 61 of 2025).

    \b
    Example:
      deminimis check pump.xlsx --on 2026-11-22 --report pump-report.xlsx
    """
