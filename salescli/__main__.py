"""`python -m salescli`."""

from salescli.cli import main

main()
