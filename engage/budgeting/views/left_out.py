"""Everything that is not on the ballot, and why, for everybody."""

from collections.abc import Iterator
from typing import Any

from flask import Blueprint, Response

from engage.budgeting.exports import pounds_cell
from engage.budgeting.models import Proposal
from engage.budgeting.queries.rounds import proposals_by_stage, proposals_of
from engage.budgeting.queries.screening import (
    ShownCheck,
    checks_by_proposal,
    criteria_of,
    replies_of,
)
from engage.budgeting.queries.withdrawing import late_withdrawals, withdrawals_of
from engage.budgeting.rules.screening import CHECKING
from engage.budgeting.views.drafting import round_seen
from engage.web.access import public
from engage.web.pages import csv_download, page

bp = Blueprint("left_out", __name__)
HEADER = ["proposal", "title", "cost_pounds", "what", "reason", "not_met", "replied"]


@bp.get("/rounds/<slug>/left-out/")
@public
def listed(slug: str) -> Response:
    """What was left out, with the criteria that were not met and the reasons; how many passed."""
    round_ = round_seen(slug)
    ended = proposals_of(round_.id, "left_out")
    own = [proposal for proposal in ended if proposal.merged_into_id is None]
    left_out = [proposal for proposal in own if proposal.withdrawn_at is None]
    waiting = proposals_of(round_.id, "submitted")
    ids = [proposal.id for proposal in (*left_out, *waiting)]
    replies = replies_of(ids)
    return page(
        "proposals/left_out.html",
        round=round_,
        criteria=criteria_of(round_.id),
        stages=proposals_by_stage(round_.id),
        left_out=left_out,
        withdrawn=[proposal for proposal in own if proposal.withdrawn_at is not None],
        late=late_withdrawals(round_.id),
        withdrawals=withdrawals_of([proposal.id for proposal in own]),
        merged=[proposal for proposal in ended if proposal.merged_into_id is not None],
        again=[proposal for proposal in waiting if proposal.id in replies],
        checks=checks_by_proposal(round_.id, ids),
        replies=replies,
        is_checking=round_.stage in CHECKING,
    )


@bp.get("/rounds/<slug>/left-out.csv")
@public
def listed_csv(slug: str) -> Response:
    """The same as data: one row for each proposal that is not on the ballot."""
    round_ = round_seen(slug)
    left_out = proposals_of(round_.id, "left_out")
    ids = [proposal.id for proposal in left_out]
    checks, replies = checks_by_proposal(round_.id, ids), replies_of(ids)
    rows = _rows(left_out, checks, set(replies))
    return csv_download(f"{slug}-left-out.csv", HEADER, rows)


def _rows(
    left_out: list[Proposal], checks: dict[int, list[ShownCheck]], replied: set[int]
) -> Iterator[list[Any]]:
    for proposal in left_out:
        newest = next(iter(checks.get(proposal.id, [])), None)
        checked = proposal.merged_into_id is None and proposal.withdrawn_at is None
        not_met = newest.not_met if newest and checked else []
        yield [
            proposal.public_id,
            proposal.title,
            pounds_cell(proposal.cost_pence),
            _what(proposal),
            proposal.reason,
            "; ".join(f"{words}: {given.note}" for words, given in not_met),
            "yes" if proposal.id in replied else "no",
        ]


def _what(proposal: Proposal) -> str:
    if proposal.merged_into_id is not None:
        return "merged"
    return "left out" if proposal.withdrawn_at is None else "withdrawn"
