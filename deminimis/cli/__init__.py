"""The command line: each command reads its options, calls one public function and prints what it returns.

Only click is imported at the top of every module here; everything else costs a third of a second that `--help` must not
pay.
"""

from deminimis.cli.check import check
from deminimis.cli.files import ask, inspect, template
from deminimis.cli.group import main
from deminimis.cli.law import rules

for _command in (check, inspect, ask, rules, template):
    main.add_command(_command)

__all__ = ["main"]
