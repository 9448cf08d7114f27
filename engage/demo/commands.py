"""The `engage demo` command."""

import click
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy.exc import OperationalError, ProgrammingError

from engage.demo import jobs
from engage.demo.queries import a_postcode, is_empty, is_told
from engage.demo.rules.people import PASSWORD, PEOPLE


@click.command()
@click.option("--seed", type=int, default=1, show_default=True, help="Draws another Strathlyle.")
@with_appcontext
def demo(seed: int) -> None:
    """Fill an empty database with Strathlyle, an invented partnership.

    It takes a minute or so, since one vote really opens and closes meanwhile. In a database that
    holds the demo already nothing is filled twice; in one that holds anything else, nothing is
    done. Not for a live site: everybody knows the password.
    """
    if current_app.config["ENGAGE_ENV"] == "production":
        raise click.ClickException(
            "This is a live site, and everybody knows the demo's password. Nothing was done."
        )
    try:
        told, empty = is_told(), is_empty()
    except (OperationalError, ProgrammingError) as error:
        raise click.ClickException(
            "The database has no tables yet. Run `engage db upgrade` first."
        ) from error
    if told:
        click.echo("Strathlyle stands here already; nothing was filled again.")
        _show(jobs.Told(codes=jobs.more_codes()))
        return
    if not empty:
        raise click.ClickException(
            "The database is not empty, and the demo fills only an empty one. Nothing was done. "
            "Set DATABASE_URL to another database, or delete var/demo.db if it holds a demo that "
            "was stopped half-way."
        )
    _show(jobs.tell_story(seed, say=lambda words: click.echo(f"{words} …", err=True)))


def _show(told: jobs.Told) -> None:
    """Print where to go, who can sign in, and what opens the vote and the follow page."""
    where = current_app.config["BASE_URL"]
    click.echo(f"\nStrathlyle is at {where}\n\nSign in at {where}/sign-in/ with “{PASSWORD}”:")
    for person in PEOPLE:
        click.echo(f"  {person.email:<22} {person.what}")
    if told.codes:
        click.echo(f"\nVote at {where}/vote with a code, and a postcode like {a_postcode()}:")
        for code, whose in zip(told.codes, ["Aisha’s", *["another"] * 9], strict=False):
            click.echo(f"  {code}  {whose}")
    if told.parted:
        click.echo(f"  {told.parted}  for a fund in two parts")
    if told.references:
        click.echo(f"\nFollow what somebody sent at {where}/follow/ with a reference:")
        for words, reference in told.references.items():
            click.echo(f"  {reference}  {words}")
