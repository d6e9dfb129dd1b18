"""`python -m fundraising` is the same as the command `fundraising`."""

from fundraising.cli import main

main()
