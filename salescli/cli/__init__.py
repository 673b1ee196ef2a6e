"""Floor 4: the command line. One file a command; heavy imports only inside the functions that need them."""


def main() -> None:
    """Entry point of the console script."""
    import gc

    # One short run makes few cycles; looking for them less often saves a twentieth of a small command's time.
    gc.set_threshold(100_000, 50, 50)

    from salescli.cli.errors import guarded, leave
    from salescli.cli.group import cli

    leave(guarded(cli))
