"""The `engage demo` command."""

import click
from flask.cli import with_appcontext


@click.command()
@with_appcontext
def demo() -> None:
    """Fill an empty database with an invented partnership."""
