"""The `engage tally` command: counts a Pabulib file without Flask or a database."""

import click


@click.command()
def tally() -> None:
    """Count a participatory budgeting election from a Pabulib file."""
