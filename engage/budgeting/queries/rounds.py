"""Reads of rounds, proposals, projects and results."""

import json
from collections.abc import Collection, Sequence
from dataclasses import fields
from datetime import datetime

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import contains_eager, joinedload

from engage.bodies.models import CommunityBody
from engage.bodies.queries.register import addresses_of
from engage.budgeting.models import (
    CoAuthor,
    Pot,
    Project,
    Proposal,
    Result,
    Round,
    RoundCount,
    RuleVersion,
)
from engage.budgeting.queries.approvals import waiting_of
from engage.budgeting.queries.charter import charter_missing
from engage.budgeting.queries.pots import short_pot
from engage.budgeting.queries.reviews import undecided
from engage.budgeting.queries.screening import replies_due
from engage.budgeting.queries.sheets import is_tested
from engage.budgeting.rules.approvals import What
from engage.budgeting.rules.charter import Moment
from engage.budgeting.rules.proposing import Contribution
from engage.budgeting.rules.rounds import RoundRules, read_rules
from engage.budgeting.rules.stages import Situation, Stage
from engage.engagements.models import Engagement
from engage.extensions import db
from engage.messages.actions import reference_address
from engage.places.models import Locality

#: Asked by nearly every page of a round, and so put together once.
_BY_SLUG = (
    select(Round)
    .join(Round.engagement)
    .where(Engagement.slug == bindparam("slug"))
    .options(contains_eager(Round.engagement))
)


def round_by_slug(slug: str) -> Round | None:
    """Return the round at this address, in any stage, with its engagement."""
    return db.session.scalar(_BY_SLUG, {"slug": slug})


def public_round(slug: str) -> Round | None:
    """Return the round at this address if residents may see it: its rules are fixed."""
    round_ = round_by_slug(slug)
    return None if round_ is None or round_.stage == Stage.PREPARING else round_


def all_rounds() -> list[Round]:
    """Return every round, the one that closes last first."""
    return list(
        db.session.scalars(
            select(Round)
            .options(joinedload(Round.engagement))
            .order_by(Round.voting_closes_at.desc(), Round.id.desc())
        )
    )


def public_rounds() -> list[Round]:
    """Return the rounds that residents may see, the one that closes last first."""
    return [round_ for round_ in all_rounds() if round_.stage != Stage.PREPARING]


def open_rounds(at: datetime) -> list[Round]:
    """Return the rounds that are under way at ``at``, closing soonest first.

    Under way: from the opening of proposals (rules fixed) until voting closes by the clock, the
    weeks of checks between included. ``rules.stages.takes_proposals`` and ``takes_votes`` say
    what a resident can do.
    """
    return list(
        db.session.scalars(
            select(Round)
            .where(
                Round.stage.in_((Stage.PROPOSALS, Stage.SCREENING, Stage.VOTING)),
                Round.proposals_open_at <= at,
                Round.voting_closes_at > at,
            )
            .options(joinedload(Round.engagement))
            .order_by(Round.voting_closes_at, Round.id)
        )
    )


def rules_of(round_: Round) -> RoundRules:
    """Return the rules of a round as values, to be judged or hashed."""
    return RoundRules(**{f.name: getattr(round_, f.name) for f in fields(RoundRules)})


def versions_of(round_id: int) -> list[RuleVersion]:
    """Return the versions of a round's rules, the first one first."""
    query = select(RuleVersion).where(RuleVersion.round_id == round_id).order_by(RuleVersion.n)
    return list(db.session.scalars(query))


def latest_version(round_id: int) -> RuleVersion | None:
    """Return the newest version of a round's rules; None where none was kept."""
    return next(reversed(versions_of(round_id)), None)


def rule_changes(round_id: int) -> list[tuple[RuleVersion, RoundRules, RoundRules]]:
    """Return each later version of a round's rules with the rules before and after it."""
    versions = versions_of(round_id)
    read = [read_rules(json.loads(version.rules)) for version in versions]
    return list(zip(versions[1:], read, read[1:], strict=False))


def area_name(round_: Round) -> str:
    """Return the name of the locality that a round is for; '' is the whole area."""
    locality_id = round_.engagement.locality_id
    locality = db.session.get(Locality, locality_id) if locality_id is not None else None
    return locality.name if locality is not None else ""


def situation(round_: Round, at: datetime) -> Situation:
    """Return what decides which moves the round can make now."""
    stages = proposals_by_stage(round_.id)
    count = latest_count(round_.id)
    asked = count and waiting_of(round_.id, What.CERTIFY, f"count:{count.id}")
    return Situation(
        stage=round_.stage,
        at=at,
        proposals_close_at=round_.proposals_close_at,
        voting_closes_at=round_.voting_closes_at,
        waiting=stages.get("submitted", 0),
        accepted=stages.get("accepted", 0),
        min_choices=round_.min_choices,
        outside_awards=_outside_awards(round_),
        without_pot=_without_pot(round_),
        short_pot=short_pot(round_),
        has_proposals=round_.has_proposals,
        charter_missing=charter_missing(round_.id, Moment.BEFORE),
        counted=count is not None,
        in_review=undecided(round_.id),
        replies_due=replies_due(round_, at) if round_.stage == Stage.SCREENING else 0,
        asked=bool(asked),
        sheets_tested=round_.stage != Stage.SCREENING or (is_tested(None) and is_tested(round_)),
    )


def _outside_awards(round_: Round) -> int:
    """Return how many accepted proposals cost more or less than one project may get."""
    cost = func.coalesce(Proposal.checked_cost_pence, Proposal.cost_pence)
    most = func.coalesce(Pot.pence, round_.max_award_pence)
    outside = (
        select(func.count())
        .select_from(Proposal)
        .outerjoin(Pot, Pot.id == Proposal.pot_id)
        .where(
            Proposal.round_id == round_.id,
            Proposal.stage == "accepted",
            ~cost.between(round_.min_award_pence, round_.max_award_pence) | (cost > most),
        )
    )
    return db.session.scalar(outside) or 0


def _without_pot(round_: Round) -> int:
    """Return how many accepted proposals ask no part of a fund that has parts."""
    if not round_.pots_each_voter:
        return 0
    none = select(func.count()).where(
        Proposal.round_id == round_.id, Proposal.stage == "accepted", Proposal.pot_id.is_(None)
    )
    return db.session.scalar(none) or 0


def proposals_by_stage(round_id: int) -> dict[str, int]:
    """Return how many proposals of a round stand at each stage."""
    rows = db.session.execute(
        select(Proposal.stage, func.count())
        .where(Proposal.round_id == round_id)
        .group_by(Proposal.stage)
    )
    return dict(rows.all())


_PROPOSALS = (
    select(Proposal)
    .where(Proposal.round_id == bindparam("round_id"))
    .order_by(Proposal.submitted_at, Proposal.id)
)
_PROPOSALS_AT = _PROPOSALS.where(Proposal.stage == bindparam("stage"))


def proposals_of(round_id: int, stage: str = "") -> list[Proposal]:
    """Return a round's proposals in the order they came, all of them or those at one stage."""
    query = _PROPOSALS_AT if stage else _PROPOSALS
    asked = {"round_id": round_id, "stage": stage} if stage else {"round_id": round_id}
    return list(db.session.scalars(query, asked))


def proposal_in(round_id: int, public_id: str) -> Proposal | None:
    """Return the round's proposal with this public id."""
    return db.session.scalar(
        select(Proposal).where(Proposal.round_id == round_id, Proposal.public_id == public_id)
    )


def proposal_by_reference(reference: str) -> Proposal | None:
    """Return the proposal whose sender holds this reference (as ``read_reference`` gives it)."""
    return db.session.scalar(
        select(Proposal).where(Proposal.reference_hash == reference_address(reference))
    )


def body_names(body_ids: Collection[int | None]) -> dict[int, str]:
    """Return the names of bodies by id."""
    wanted = {body_id for body_id in body_ids if body_id is not None}
    if not wanted:
        return {}
    rows = db.session.execute(
        select(CommunityBody.id, CommunityBody.name).where(CommunityBody.id.in_(wanted))
    )
    return dict(rows.all())


def proposal_contributions(engagement_id: int) -> list[Contribution]:
    """Return the proposals of a round's engagement as contributions that findings draw on.

    What was left out counts too: it was said. The proposer's own name is never given.
    """
    proposals = list(
        db.session.scalars(
            select(Proposal)
            .join(Proposal.round)
            .where(Round.engagement_id == engagement_id)
            .order_by(Proposal.submitted_at, Proposal.id)
        )
    )
    names = body_names([proposal.body_id for proposal in proposals])
    return [
        Contribution(
            kind="proposal",
            id=proposal.id,
            where=proposal.title,
            text=proposal.summary,
            who=names.get(proposal.body_id or 0, "A resident"),
            may_publish=True,
        )
        for proposal in proposals
    ]


def proposer_addresses(ids: Sequence[int]) -> list[tuple[str, str]]:
    """Return where the senders of these proposals can be told something: (channel, address).

    Always a notice to the reference and to those of co-authors; by e-mail where one was given,
    and to a body's representatives where the proposal was a body's; the senders of what became
    part of it are told, too, unless they withdrew. Each address once, in a steady order.
    """
    found: dict[tuple[str, str], None] = {}
    co_authors = _co_author_addresses(ids)
    proposals = db.session.scalars(
        select(Proposal)
        .where(
            Proposal.id.in_(ids)
            | (Proposal.merged_into_id.in_(ids) & Proposal.withdrawn_at.is_(None))
        )
        .order_by(Proposal.id)
    )
    for proposal in proposals:
        found["notice", proposal.reference_hash] = None
        found.update({("notice", address): None for address in co_authors.get(proposal.id, ())})
        if proposal.email:
            found["email", proposal.email] = None
        if proposal.body_id is not None:
            found.update({("email", address): None for address in addresses_of(proposal.body_id)})
    return list(found)


def _co_author_addresses(ids: Sequence[int]) -> dict[int | None, list[str]]:
    rows = db.session.execute(
        select(CoAuthor.proposal_id, CoAuthor.reference_hash)
        .where(CoAuthor.proposal_id.in_(ids))
        .order_by(CoAuthor.number)
    )
    found: dict[int | None, list[str]] = {}
    for proposal_id, address in rows:
        found.setdefault(proposal_id, []).append(address)
    return found


def projects_of(round_id: int) -> list[Project]:
    """Return the projects on a round's ballot paper, in its order."""
    return list(
        db.session.scalars(
            select(Project).where(Project.round_id == round_id).order_by(Project.number)
        )
    )


def latest_count(round_id: int) -> RoundCount | None:
    """Return the newest count of a round, declared or not."""
    return db.session.scalar(
        select(RoundCount)
        .where(RoundCount.round_id == round_id)
        .order_by(RoundCount.id.desc())
        .limit(1)
    )


def result_of(round_id: int) -> Result | None:
    """Return the declared result of a round, None before it is declared."""
    return db.session.get(Result, round_id)
