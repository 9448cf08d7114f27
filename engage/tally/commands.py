"""The `engage tally` command: counts a Pabulib file without Flask or a database."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import click

from engage.tally.election import Count, Decision
from engage.tally.greedy import greedy
from engage.tally.money import major_text
from engage.tally.pabulib import PabulibFile, PabulibRefused, read_pabulib
from engage.tally.ties import TieRefused, read_tie_order

#: Kinds of ballots that say which projects a voter chose, and nothing more.
CHOICES = ("approval", "choose-1")


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--tie",
    default="file",
    show_default=True,
    metavar="ORDER",
    help="What settles equal votes, first things first: cost (the cheaper first), votes, "
    "lot (a column of the file), file (its order), set apart by commas.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of a table.")  # fmt: skip
def tally(file: Path, tie: str, as_json: bool) -> None:
    """Count the participatory budgeting election in FILE (.pb, the Pabulib format).

    The projects with the most votes are funded first; one that costs more than the money left is
    passed over. Money is shown in the file's own currency. Exit status 0 only when the file
    could be read and counted.
    """
    try:
        with file.open("rb") as stream:
            election_file = read_pabulib(stream)
        order = read_tie_order(tie)
    except (PabulibRefused, TieRefused) as refusal:
        raise click.ClickException(str(refusal)) from refusal
    kind = election_file.meta["vote_type"]
    if kind not in CHOICES:
        raise click.ClickException(f"{kind} ballots can't be counted by number of votes")
    for line, fault in election_file.breaches():
        click.echo(f"Line {line}: outside the limits of the vote: {fault}", err=True)
    count = greedy(election_file.election(order))
    click.echo(as_text(count) if as_json else _table(count, election_file))


def as_text(count: Count) -> str:
    """Return a count as JSON; amounts are numbers in the currency's unit."""
    return json.dumps(
        {
            "rule": count.rule,
            "winners": count.winners,
            "cost": _number(count.cost),
            "unspent": _number(count.unspent),
            "ballots": count.ballots,
            "decisions": [_decision(decision) for decision in count.decisions],
        },
        ensure_ascii=False,
        indent=2,
    )


def _decision(decision: Decision) -> dict[str, Any]:
    return {
        "project": decision.project,
        "votes": decision.votes,
        "cost": _number(decision.cost),
        "funded": decision.funded,
        "left_before": _number(decision.left_before),
        "reason": decision.reason,
    }


def _number(minor: int) -> int | float:
    """Return an amount as JSON writes it: a decimal fraction is printed as it is, exactly."""
    amount = Decimal(major_text(minor))
    return int(amount) if amount == amount.to_integral_value() else float(amount)


def _table(count: Count, file: PabulibFile) -> str:
    names = file.column("name")
    lines = [f"{'project':>12}  {'votes':>8}  {'cost':>14}  {'money left':>14}  what became of it"]
    for d in count.decisions:
        lines.append(
            f"{d.project:>12}  {d.votes:>8,}  {major_text(d.cost):>14}  "
            f"{major_text(d.left_before):>14}  {d.reason} {names.get(d.project, '')}".rstrip()
        )
    currency = file.meta.get("currency", "")
    lines.append(
        f"{len(count.winners)} of {len(count.decisions)} projects funded by {count.ballots:,} "
        f"ballots: {major_text(count.cost)} {currency} spent, "
        f"{major_text(count.unspent)} {currency} left over."
    )
    return "\n".join(lines)
