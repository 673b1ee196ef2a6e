"""Floor 4: the command line. One file a command; heavy imports only inside the functions that need them."""


def main() -> None:
    """Entry point of the console script."""
    import sys

    from salescli.cli.errors import guarded
    from salescli.cli.group import cli

    sys.exit(guarded(cli))
