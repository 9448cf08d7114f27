"""The `engage audit` commands."""

import json
import sys

import click
from flask.cli import AppGroup

from engage.audit.queries import faults, head
from engage.audit.rules import parse_anchor

audit = AppGroup("audit", help="The trail of what officers and the system did.")


@audit.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option(
    "--expect",
    metavar="SEQ:HASH",
    multiple=True,
    help="An entry that was noted outside the database (`engage audit head`). Only this shows a "
    "trail that was cut short by somebody who also rewrote its end. May be given several times.",
)
def verify(as_json: bool, expect: tuple[str, ...]) -> None:
    """Check that no entry was changed, taken out, put in or cut off. Exit status 1 if one was."""
    try:
        anchors = dict(parse_anchor(text) for text in expect)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--expect") from error
    found = list(faults(anchors))
    seq, digest = head()
    if as_json:
        click.echo(
            json.dumps({"holds": not found, "entries": seq, "head": digest, "faults": found})
        )
    elif found:
        click.echo("\n".join(found))
        click.echo(f"The trail does NOT hold: {len(found)} faults in {seq} entries.")
    else:
        click.echo(f"The trail holds: {seq} entries, the last with hash {digest}.")
    sys.exit(1 if found else 0)


@audit.command("head")
def show_head() -> None:
    """Print the number and hash of the last entry, to be noted outside the database."""
    seq, digest = head()
    click.echo(f"{seq}:{digest}")
