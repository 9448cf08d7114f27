"""The `engage tally` command: counts a Pabulib file without Flask or a database."""

import json
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any, TypeVar

import click

from engage.tally.election import (
    Completion,
    Count,
    CountRefused,
    Decision,
    Election,
    Fairness,
    Method,
    Rule,
    Utility,
)
from engage.tally.method import count, rules_for
from engage.tally.money import major_text, minor_units
from engage.tally.pabulib import PabulibFile, PabulibRefused, read_pabulib
from engage.tally.ties import TieRefused, read_tie_order

Command = TypeVar("Command", bound=Callable[..., None])


class Tally(click.Group):
    """`engage tally FILE` counts; `engage tally compare FILE` puts the rules side by side."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Take everything but the name of a command as the arguments of the count."""
        if not args or args[0] not in self.commands:
            args = ["count", *args]
        return super().parse_args(ctx, args)


@click.group(cls=Tally)
def tally() -> None:
    """Count a participatory budgeting election, or compare the rules on it."""


def of_a_file(command: Command) -> Command:
    """Give a command the file and what an election declares besides it."""
    for option in (
        click.option("--json", "as_json", is_flag=True, help="Print JSON instead of a table."),
        click.option(
            "--tie",
            default="file",
            show_default=True,
            metavar="ORDER",
            help="What settles equal votes, first things first: cost (the cheaper first), votes, "
            "lot (a column of the file), file (its order), set apart by commas.",
        ),
        click.option(
            "--support",
            metavar="PART",
            help="Ask a project of the whole pot for support from this part of the voters (1/3), "
            "and a cheaper one for as much less.",
        ),
        click.option(
            "--threshold",
            type=click.IntRange(min=0),
            help="The fewest votes with which a project may be funded; what the file says unless "
            "given.",
        ),
        click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path)),
    ):
        command = option(command)
    return command


@tally.command(name="count")
@of_a_file
@click.option(
    "--rule",
    type=click.Choice([choice.value for choice in Rule]),
    default=Rule.GREEDY.value,
    show_default=True,
)
@click.option(
    "--utility",
    type=click.Choice([choice.value for choice in Utility]),
    default=Utility.COST.value,
    show_default=True,
    help="What a funded project is worth to its supporters (equal-shares, knapsack).",
)
@click.option(
    "--completion",
    type=click.Choice([choice.value for choice in Completion]),
    default=Completion.NONE.value,
    show_default=True,
    help="How equal-shares spends what its first count leaves.",
)
@click.option(
    "--increment",
    default="1",
    show_default=True,
    metavar="AMOUNT",
    help="What add1 gives every voter more at each step, in the file's currency.",
)
@click.option("--comparison", is_flag=True, help="Take greedy where more voters gain by it.")
@click.option(
    "--result",
    "as_result",
    is_flag=True,
    help="Print the outcome as recount.py prints it, byte for byte.",
)
def count_file(
    file: Path,
    rule: str,
    utility: str,
    completion: str,
    increment: str,
    comparison: bool,
    threshold: int | None,
    support: str | None,
    tie: str,
    as_json: bool,
    as_result: bool,
) -> None:
    """Count the participatory budgeting election in FILE (.pb, the Pabulib format).

    Unless another rule is asked for, the projects with the most votes are funded first, and one
    that costs more than the money left is passed over. Money is shown in the file's own currency.
    `engage tally compare FILE` puts the rules side by side. Exit status 0 only when the file
    could be read and counted.
    """
    read, election = _read(file, tie, threshold, support)
    try:
        step = minor_units(increment)
    except ValueError as error:
        raise click.BadParameter("give an amount like 1 or 0.50", param_hint="increment") from error
    method = Method(Rule(rule), Utility(utility), Completion(completion), comparison, step)
    try:
        counted = count(election, method)
    except CountRefused as refusal:
        raise click.ClickException(str(refusal)) from refusal
    if as_result:
        click.echo(canonical(counted), nl=False)
    else:
        click.echo(as_text(counted) if as_json else _table(counted, read))


@tally.command(name="compare")
@of_a_file
def compare_file(
    file: Path, threshold: int | None, support: str | None, tie: str, as_json: bool
) -> None:
    """Put every rule side by side on the election in FILE.

    Equal shares stands here with cost utilities; its completions give every voter a pound more at
    each step, or a hundredth of their share where that is more. knapsack is the set of projects
    with the most votes together that the pot can pay for, a yardstick.
    """
    _, election = _read(file, tie, threshold, support)
    compared = []
    for method in rules_for(election):
        try:
            compared.append((method_words(method), count(election, method)))
        except CountRefused as refusal:
            click.echo(f"{method_words(method)}: {refusal}", err=True)
    if as_json:
        told = [{"method": words, **_outcome(counted)} for words, counted in compared]
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
    else:
        click.echo(_comparison(compared))


def method_words(method: Method) -> str:
    """Return a method as one name: “equal-shares add1”."""
    completion = "" if method.completion is Completion.NONE else f" {method.completion}"
    return f"{method.rule}{completion}"


def _read(
    file: Path, tie: str, threshold: int | None, support: str | None
) -> tuple[PabulibFile, Election]:
    """Read the file and what was declared; every vote outside the limits is named."""
    try:
        with file.open("rb") as stream:
            read = read_pabulib(stream)
        election = read.election(read_tie_order(tie))
    except (PabulibRefused, TieRefused) as refusal:
        raise click.ClickException(str(refusal)) from refusal
    for line, fault in read.miscounts():
        click.echo(f"Line {line}: {fault}", err=True)
    for line, fault in read.breaches():
        click.echo(f"Line {line}: outside the limits of the vote: {fault}", err=True)
    if threshold is not None:
        election = replace(election, threshold=threshold)
    if support is not None:
        election = replace(election, support=_part(support))
    return read, election


def _part(text: str) -> Fraction:
    try:
        part = Fraction(text)
    except (ValueError, ZeroDivisionError) as error:
        raise click.BadParameter("give a part like 1/3 or 0.25", param_hint="support") from error
    if not 0 < part <= 1:
        raise click.BadParameter("give a part above 0 and up to 1", param_hint="support")
    return part


# JSON -------------------------------------------------------------------------------------------


def as_text(counted: Count) -> str:
    """Return a count as JSON; amounts are numbers in the currency's unit."""
    decisions = [_decision(decision) for decision in counted.decisions]
    return json.dumps({**_outcome(counted), "decisions": decisions}, ensure_ascii=False, indent=2)


def canonical(counted: Count) -> str:
    """Return the outcome as `result.json` holds it: what the recount writes, byte for byte.

    One line; amounts in whole hundredths; winners in the order of choice.
    """
    outcome = {
        "cost": counted.cost,
        "unspent": counted.unspent,
        "winners": list(counted.winners),
    }
    return json.dumps(outcome, ensure_ascii=False, sort_keys=True, separators=(",", ":")) + "\n"


def _outcome(counted: Count) -> dict[str, Any]:
    told: dict[str, Any] = {
        "rule": counted.rule,
        "winners": counted.winners,
        "cost": _number(counted.cost),
        "unspent": _number(counted.unspent),
        "ballots": counted.ballots,
    }
    if counted.endowment is not None:
        told["endowment"] = str(counted.endowment / 100)
    if counted.fairness is not None:
        told["fairness"] = _fairness(counted.fairness)
    return told


def _fairness(figures: Fairness) -> dict[str, Any]:
    return {
        "with_a_project": figures.with_a_project,
        "projects_each": round(float(figures.projects_each), 4),
        "gini": None if figures.gini is None else round(float(figures.gini), 4),
        "areas": [
            {
                "name": area.name,
                "cost": _number(area.cost),
                "funded": area.funded,
                "projects": area.projects,
            }
            for area in figures.areas
        ],
    }


def _decision(decision: Decision) -> dict[str, Any]:
    told: dict[str, Any] = {
        "project": decision.project,
        "votes": decision.votes,
        "cost": _number(decision.cost),
        "funded": decision.funded,
        "award": _number(decision.award),
        "left_before": _number(decision.left_before),
        "why": decision.why,
        "settled_by": decision.settled_by,
        "reason": decision.reason,
    }
    if decision.payers is not None and decision.share is not None:
        told["payers"] = decision.payers
        told["share"] = str(decision.share / 100)
    if decision.held is not None:
        told["held"] = _number(decision.held)
    return told


def _number(minor: int) -> int | float:
    """Return an amount as JSON writes it: a decimal fraction is printed as it is, exactly."""
    amount = Decimal(major_text(minor))
    return int(amount) if amount == amount.to_integral_value() else float(amount)


# Tables -----------------------------------------------------------------------------------------


def _table(counted: Count, file: PabulibFile) -> str:
    names = file.column("name")
    lines = [f"{'project':>12}  {'votes':>8}  {'cost':>14}  {'money left':>14}  what became of it"]
    for d in counted.decisions:
        lines.append(
            f"{d.project:>12}  {d.votes:>8,}  {major_text(d.cost):>14}  "
            f"{major_text(d.left_before):>14}  {d.reason} {names.get(d.project, '')}".rstrip()
        )
    currency = f" {file.meta['currency']}" if file.meta.get("currency") else ""
    lines.append(
        f"{len(counted.winners)} of {len(counted.decisions)} projects funded by "
        f"{counted.ballots:,} ballots ({counted.rule}): {major_text(counted.cost)}{currency} "
        f"spent, {major_text(counted.unspent)}{currency} left over."
    )
    if counted.fairness is not None:
        lines.append(_with_a_project(counted.fairness))
    return "\n".join([*lines, *_official(counted, file)])


def _with_a_project(figures: Fairness) -> str:
    return (
        f"{figures.with_a_project:,} of {figures.voters:,} voters supported at least one of "
        f"them, {float(figures.projects_each):.2f} on average."
    )


def _official(counted: Count, file: PabulibFile) -> list[str]:
    """Say how the count differs from what the file says was selected."""
    if "selected" not in file.project_header:
        return []
    official, ours = file.official_winners, set(counted.winners)
    if official == ours:
        return ["The file says the same projects were selected."]
    lines = []
    for words, projects in (("were", official - ours), ("were not", ours - official)):
        if projects:
            named = ", ".join(p for p in file.column("selected") if p in projects)
            lines.append(f"The file says that these {words} selected: {named}.")
    return lines


def _comparison(compared: list[tuple[str, Count]]) -> str:
    lines = [
        f"{'rule':<30}  {'funded':>6}  {'spent':>14}  {'left over':>14}  {'with a project':>14}  "
        f"{'each':>5}  {'Gini':>5}"
    ]
    for words, counted in compared:
        figures = counted.fairness
        if figures is None:
            continue
        share = 100 * figures.with_a_project / (figures.voters or 1)
        gini = "-" if figures.gini is None else f"{float(figures.gini):.2f}"
        lines.append(
            f"{words:<30}  {len(counted.winners):>6}  {major_text(counted.cost):>14}  "
            f"{major_text(counted.unspent):>14}  {share:>13.1f}%  "
            f"{float(figures.projects_each):>5.2f}  {gini:>5}"
        )
    return "\n".join(lines)
