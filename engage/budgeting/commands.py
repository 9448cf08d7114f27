"""The `engage budgeting` commands."""

import hashlib
import json
import os
import sys
from pathlib import Path
from typing import TextIO

import click
from flask import current_app
from flask.cli import AppGroup

from engage import clock
from engage.audit.actions import record
from engage.audit.rules import Happening
from engage.budgeting.actions.closing import close_if_due
from engage.budgeting.actions.codes import HandedOverRefused, hand_over
from engage.budgeting.actions.counting import count_round
from engage.budgeting.actions.importing import import_election, round_of_file
from engage.budgeting.cards import SHAPES, card_words, print_codes
from engage.budgeting.counting import tally_id
from engage.budgeting.exports import bundle_of
from engage.budgeting.jobs import (
    close_due_rounds,
    erase_due_drafts,
    erase_due_posts,
    finish_batch,
    go_on_counting,
    hand_on_turnout,
    let_keys_go,
    make_batch,
    put_rows_in_order,
    remind_late_awards,
    run_count,
    seal_open_rounds,
    wipe_old_details,
)
from engage.budgeting.models import Round
from engage.budgeting.queries.rounds import all_rounds
from engage.budgeting.queries.voters import round_named
from engage.budgeting.rules.ballots import KeysRefused
from engage.budgeting.rules.bundle import BundleWithheld
from engage.budgeting.rules.codes import MOST_CODES_EVER, Batch
from engage.budgeting.rules.imports import ImportRefused
from engage.budgeting.rules.refusals import RoundRefused
from engage.budgeting.rules.results import Outcome, read_outcome
from engage.budgeting.rules.unpacking import Bundle, BundleRefused, read_bundle
from engage.budgeting.rules.verifying import Check, is_of_votes_alone, verify
from engage.budgeting.rules.ways import NotUsedRefused
from engage.extensions import db
from engage.tally.pabulib import PabulibRefused, read_pabulib

#: How far a process steps back that works beside the server.
NICE = 10
#: How many faults of a file are listed; a file with more has one cause for most of them.
MOST_FAULTS = 50

budgeting = AppGroup("budgeting", help="Participatory budgeting rounds.")
as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON for other programs.")


@budgeting.command("import-pabulib")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@as_json
def import_pabulib(file: Path, as_json: bool) -> None:
    """Import an election from a Pabulib FILE (.pb) as a closed round, ready to be counted.

    Every vote is checked against the limits that the file declares. One vote that breaks them,
    or one bad row, and nothing is imported; each is listed by its line. Importing the same file
    again changes nothing and prints the round that it became.
    """
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    round_ = round_of_file(digest)
    if round_ is None:
        round_ = _import(file, digest)
        words = f"Imported as round {round_.id}: {round_.engagement.title}"
    else:
        words = f"This file is here already, as round {round_.id}: nothing was changed"
    click.echo(json.dumps({"round": round_.id}) if as_json else words)


def _import(file: Path, digest: str) -> Round:
    try:
        with file.open("rb") as stream:
            election = read_pabulib(stream)
        with click.progressbar(
            length=len(election.votes), label="Writing ballots", file=sys.stderr
        ) as bar:
            round_ = import_election(election, digest, at=clock.now(), seen=bar.update)
            db.session.commit()
    except PabulibRefused as refusal:
        raise _refused([str(refusal)]) from refusal
    except ImportRefused as refusal:
        raise _refused(
            [f"Line {line}: {words}" if line else words for line, words in refusal.faults]
        ) from refusal
    except KeysRefused as refusal:
        raise click.ClickException(str(refusal)) from refusal
    return round_


def _refused(faults: list[str]) -> click.ClickException:
    db.session.rollback()
    more = len(faults) - MOST_FAULTS
    listed = faults[:MOST_FAULTS] + ([f"and {more:,} more"] if more > 0 else [])
    return click.ClickException("Nothing was imported.\n  " + "\n  ".join(listed))


@budgeting.command("count")
@click.argument("round_name", metavar="ROUND")
@as_json
def count(round_name: str, as_json: bool) -> None:
    """Count a closed ROUND (its id or its address) by its declared rule.

    A round whose voting has ended is closed first. Counting again gives the same outcome.
    """
    round_ = _named(round_name)
    at = clock.now()
    close_if_due(round_, at)
    try:
        outcome = read_outcome(count_round(round_, at=at, by=None).outcome)
    except RoundRefused as refusal:
        db.session.rollback()
        raise click.ClickException(str(refusal)) from refusal
    db.session.commit()
    _tell(round_, outcome, as_json)


def _tell(round_: Round, outcome: Outcome, as_json: bool) -> None:
    titles = {tally_id(project): project.title for project in round_.projects}
    labels = {tally_id(p): p.reference or str(p.number) for p in round_.projects}
    if as_json:
        told = {
            "round": round_.id,
            "rule": outcome.rule,
            "winners": [labels[winner] for winner in outcome.winners],
            "ballots": outcome.ballots,
            "pot": outcome.pot_pence,
            "cost": outcome.cost_pence,
            "unspent": outcome.unspent_pence,
        }
        if outcome.pots:
            told["pots"] = [
                {
                    "number": pot.number,
                    "name": pot.name,
                    "ballots": pot.ballots,
                    "pot": pot.pence,
                    "cost": pot.cost_pence,
                    "unspent": pot.unspent_pence,
                }
                for pot in outcome.pots
            ]
        click.echo(json.dumps(told))
        return
    funded = len(outcome.winners)
    click.echo(f"{round_.engagement.title}: {outcome.ballots:,} ballots, {funded} projects funded")
    for winner in outcome.winners:
        click.echo(f"  {labels[winner]}  {titles[winner]}")


@budgeting.command("bundle")
@click.argument("round_name", metavar="ROUND")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--openings", is_flag=True, help="Add what each receipt's vote was, for scrutineers.")
def bundle(round_name: str, file: Path, openings: bool) -> None:
    """Write the bundle of a declared ROUND (its id or its address) to FILE.

    It is what everybody can download from the result page. With --openings it is made for
    scrutineers, however few voted: whoever holds it and somebody's receipt sees their vote. That
    it was made is kept in the trail, and only its owner can read the file.
    """
    round_ = _named(round_name)
    try:
        packed = bundle_of(round_, opened=openings)
    except (BundleWithheld, RoundRefused) as refusal:
        raise click.ClickException(str(refusal)) from refusal
    if openings:
        record(Happening.VOTES_OPENED, f"round:{round_.id}", at=clock.now(), actor_id=None)
        db.session.commit()
    try:
        file.unlink(missing_ok=True)
        file.touch(0o600 if openings else 0o644)
        file.write_bytes(packed)
    except OSError as error:
        raise click.ClickException(f"{file} can't be written: {error.strerror}") from error
    click.echo(f"Written to {file}")


@budgeting.command("codes")
@click.argument("round_name", metavar="ROUND")
@click.argument("number", type=click.IntRange(1, MOST_CODES_EVER))
@click.option(
    "--out",
    "file",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="Where the codes go: a new file that only its owner can read.",
)
@click.option(
    "--shape",
    type=click.Choice(["all", *SHAPES]),
    default="all",
    show_default=True,
    help="Cards and letters are PDF, csv is a list, all is a ZIP file of the three.",
)
def codes(round_name: str, number: int, file: Path, shape: str) -> None:
    """Make NUMBER voting codes for ROUND (its id or its address) and write them, once, to a file.

    A thousand take about half a minute. They are made in parts, and the page of the fund's codes
    shows how far it is. What breaks off half way is dropped there, and its codes open nothing.
    """
    round_ = _named(round_name)
    try:
        with file.open("xb") as out:
            file.chmod(0o600)
            with click.progressbar(length=number, label="Making codes", file=sys.stderr) as bar:
                batch = make_batch(round_.id, number, by=None, role="system", seen=bar.update)
            round_ = db.session.get_one(Round, round_.id)
            handed = hand_over(round_, batch, at=clock.now(), by=None, role="system")
            font = current_app.config["PRINT_FONT"]
            slug = round_.engagement.slug
            out.write(print_codes(handed, card_words(round_), shape, slug, font)[1])
        db.session.commit()
    except OSError as error:
        raise click.ClickException(f"{file} can't be written: {error.strerror}") from error
    except (RoundRefused, NotUsedRefused, KeysRefused, HandedOverRefused) as refusal:
        db.session.rollback()
        file.unlink()
        raise click.ClickException(str(refusal)) from refusal
    click.echo(f"{number:,} codes are written to {file}. They can't be written again")


@budgeting.command("finish-codes", hidden=True)
@click.argument("round_id", type=int)
@click.argument("given", type=click.File())
def finish_codes(round_id: int, given: TextIO) -> None:
    """Make the codes of a batch whose name and maker come as JSON in a file or a pipe.

    The page of voting codes starts it; it leaves the processor to whoever votes meanwhile.
    """
    os.nice(NICE)
    told = json.load(given)
    batch = Batch(told["name"], told["number"], tuple(told["skipped"]))
    try:
        finish_batch(round_id, batch, by=told["by"], role=told["role"])
    except RoundRefused as refusal:
        db.session.rollback()
        raise click.ClickException(str(refusal)) from refusal


@budgeting.command("finish-count", hidden=True)
@click.argument("run_id", type=int)
def finish_count(run_id: int) -> None:
    """Do a count that an officer asked for. The page of the round starts it."""
    os.nice(NICE)
    run_count(run_id)


def _named(round_name: str) -> Round:
    round_ = round_named(round_name)
    if round_ is None:
        raise click.ClickException(f"There is no round “{round_name}”. See: engage budgeting list")
    return round_


@budgeting.command("verify", with_appcontext=False)
@click.argument("file", metavar="BUNDLE.zip", type=click.Path(exists=True, path_type=Path))
@click.option("--receipt", metavar="CODE", help="Ask, too, whether this receipt is in it.")
@as_json
def verify_bundle(file: Path, receipt: str | None, as_json: bool) -> None:
    """Check that the bundle of a declared round agrees with itself, and count it again.

    Exit status 0 only when all agrees. The database is not asked. Compare the fingerprint that
    is printed with one that somebody noted when voting closed.
    """
    try:
        with file.open("rb") as stream:
            read = read_bundle(stream)
    except (BundleRefused, OSError) as refusal:
        words = str(refusal) if isinstance(refusal, BundleRefused) else "It can't be read"
        if as_json:
            click.echo(json.dumps({"agrees": False, "refused": words}, ensure_ascii=False))
        raise click.ClickException(words) from refusal
    checks = verify(read, receipt)
    agrees = not any(check.fault for check in checks)
    if as_json:
        told = [{"check": c.holds, "agrees": not c.fault, "fault": c.fault} for c in checks]
        fingerprint, ballots = read.sealed.hash, len(read.leaves)
        summary = {"agrees": agrees, "ballots": ballots, "fingerprint": fingerprint, "checks": told}
        click.echo(json.dumps(summary, ensure_ascii=False))
    else:
        _tell_checks(checks, read)
    sys.exit(0 if agrees else 1)


def _tell_checks(checks: list[Check], read: Bundle) -> None:
    for check in checks:
        click.echo(f"  no   {check.fault}" if check.fault else f"  yes  {check.holds}")
    if read.openings is None:
        click.echo(
            "  –    Which vote belongs to which receipt is not in this bundle, so that nobody can "
            "see how somebody voted. Scrutineers check it."
        )
    if read.account is None and read.paper.rules.get("takes_paper"):
        click.echo(
            "  –    The account of the papers is not in this bundle. It is left out where few "
            "people voted in one of the ways."
        )
    if is_of_votes_alone(read):
        click.echo(
            "  –    The seal is of an earlier version and holds the votes alone. Compare the rules "
            "and what was changed with what was published before the vote."
        )
    click.echo(f"Fingerprint of the votes: {read.sealed.hash}")
    failed = sum(1 for check in checks if check.fault)
    click.echo(f"{failed} of {len(checks)} checks failed" if failed else "All agrees")


@budgeting.command("close-due")
def close_due() -> None:
    """Close every round whose voting has ended, and seal its ballots. Run it every few minutes.

    Drafts of proposals that were never sent are erased two weeks after proposals closed, the
    bank details of awards 90 days after these ended, the addresses of askers and the words of
    what was held back four weeks after the vote. Whoever has an award is reminded once of what is
    overdue, and the officers are told. Counts that stopped half way are gone on with.
    """
    closed, wiped = close_due_rounds(), wipe_old_details()
    click.echo(f"{len(closed)} closed" if closed else "No round was due")
    if gone_on := go_on_counting():
        click.echo(f"{gone_on} counts that had stopped were gone on with")
    if erased := erase_due_drafts():
        click.echo(f"{erased} drafts of proposals erased")
    if wiped:
        click.echo(f"Bank details deleted of {wiped}")
    if late := remind_late_awards():
        click.echo(f"Reminded of {late} overdue steps, reports or answers of awards")
    if erased := erase_due_posts():
        click.echo(f"{erased} questions and answers: what we keep only for a while is erased")


@budgeting.command("seal")
def seal() -> None:
    """Seal the votes of every open round and note the seal outside. Run it every hour."""
    sealed, failed = seal_open_rounds()
    click.echo(f"{len(sealed)} sealed" if sealed else "No round was due")
    if failed:
        listed = ", ".join(map(str, failed))
        raise click.ClickException(f"Not sealed or not noted outside: round {listed}. See the log")


@budgeting.command("turnout")
def turnout() -> None:
    """Hand on who has voted so far, as counts by area, never what. Run it every night."""
    handed_on = hand_on_turnout()
    click.echo(f"{len(handed_on)} handed on" if handed_on else "No round was due")


@budgeting.command("keys")
def keys() -> None:
    """End the keys of declared rounds, and erase registers whose challenge is over.

    Run it every night. Exit status 0 also where there was nothing to do.
    """
    removed, erased = let_keys_go()
    click.echo(f"{len(removed)} keys removed, {len(erased)} registers erased")


@budgeting.command("rewrite")
def rewrite() -> None:
    """Write ballots, voters, passes and sessions anew in the order of their keys.

    Nothing in the database tells afterwards in which order people registered, signed in and voted.
    close-due does it too. Exit status 1 where something was busy all the time: run it again.
    """
    if not put_rows_in_order():
        raise click.ClickException("Some tables were busy. Run this again")
    click.echo("Rows stand in the order of their keys")


@budgeting.command("list")
@as_json
def list_rounds(as_json: bool) -> None:
    """List all rounds with their id, stage and address."""
    rounds = all_rounds()
    rows = [
        {"round": r.id, "stage": r.stage, "slug": r.engagement.slug, "title": r.engagement.title}
        for r in rounds
    ]
    if as_json:
        click.echo(json.dumps(rows))
        return
    for row in rows:
        click.echo(f"{row['round']:>4}  {row['stage']:<10}  {row['slug']}")
    if not rows:
        click.echo("There are no rounds yet")
