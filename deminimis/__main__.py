"""`python -m deminimis` is the command `deminimis`."""

from deminimis.cli import main

main()
