"""The command line: each command reads its options, calls one public function and prints what it returns.

Only click is imported at the top of every module here; everything else costs a third of a second that `--help` must not
pay.
"""

from deminimis.cli.ask import ask
from deminimis.cli.breakeven import breakeven
from deminimis.cli.catalogue import catalogue
from deminimis.cli.check import check
from deminimis.cli.explain import explain
from deminimis.cli.files import inspect, template
from deminimis.cli.group import main
from deminimis.cli.law import rules
from deminimis.cli.resource import resource
from deminimis.cli.uncertainty import uncertainty
from deminimis.cli.whatif import whatif

for _command in (check, catalogue, explain, whatif, breakeven, uncertainty, inspect, ask, resource, rules, template):
    main.add_command(_command)

__all__ = ["main"]
