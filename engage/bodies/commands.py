"""The `engage bodies` commands."""

import json
from dataclasses import asdict
from pathlib import Path

import click
from flask.cli import AppGroup

from engage import clock
from engage.bodies.actions.importing import import_bodies
from engage.bodies.jobs import keep_register
from engage.bodies.queries.importing import Preview, preview
from engage.bodies.rules.importing import ImportRefused, text_of
from engage.bodies.rules.register import BodyRefused
from engage.extensions import db
from engage.messages.jobs import deliver_waiting

bodies = AppGroup("bodies", help="The register of community groups.")


@bodies.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Only say what would be added.")
@click.option("--add-alike", is_flag=True, help="Add groups too whose names look like others.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def import_(file: Path, dry_run: bool, add_alike: bool, as_json: bool) -> None:
    """Put groups on the register from a CSV file: all of it, or nothing.

    Groups of a name that stands already are left out, and those whose name looks like another one
    unless --add-alike. Repeating an import is safe.
    """
    try:
        seen = preview(text_of(file.read_bytes()))
    except ImportRefused as refusal:
        raise click.ClickException(str(refusal)) from refusal
    if seen.faults:
        _say(seen, [], as_json)
        raise click.ClickException(f"{len(seen.faults)} faults: nothing was added")
    rows = seen.chosen({twin.row.line for twin in seen.alike} if add_alike else set())
    if rows and not dry_run:
        try:
            import_bodies(rows, at=clock.now(), today=clock.today(), by=None)
        except BodyRefused as refusal:
            raise click.ClickException(str(refusal)) from refusal
        db.session.commit()
    _say(seen, [row.details.name for row in rows], as_json, dry_run=dry_run)


@bodies.command()
def review() -> None:
    """Ask groups whose yearly review is due, and end invitations that ran out. Run it every day."""
    kept = keep_register()
    deliver_waiting(limit=100)
    click.echo(
        f"{kept.asked} asked, {kept.unreached} without an address, "
        f"{kept.expired} invitations ended."
    )


def _say(seen: Preview, added: list[str], as_json: bool, *, dry_run: bool = False) -> None:
    if as_json:
        told = {
            "added": added,
            "dry_run": dry_run,
            "standing": [twin.row.details.name for twin in seen.standing],
            "alike": [twin.row.details.name for twin in seen.alike],
            "faults": [asdict(fault) for fault in seen.faults],
        }
        click.echo(json.dumps(told, ensure_ascii=False))
        return
    for fault in seen.faults:
        column = f", {fault.column}" if fault.column else ""
        click.echo(f"Line {fault.line}{column}: {fault.message}")
    for twin in seen.standing:
        click.echo(f"Line {twin.row.line}: {twin.row.details.name} stands already")
    for twin in seen.alike:
        other = twin.body.name if twin.body else f"line {twin.line}"
        click.echo(f"Line {twin.row.line}: {twin.row.details.name} looks like {other}")
    if not seen.faults:
        click.echo(f"{len(added)} groups {'would be added' if dry_run else 'added'}.")
