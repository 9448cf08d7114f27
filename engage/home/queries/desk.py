"""What waits on an officer's desk, in the order of the story."""

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, func, select

from engage.bodies.models import CommunityBody
from engage.budgeting.models import Proposal, Round, RoundCount
from engage.clock import UK
from engage.consultations.models import Consultation
from engage.engagements.models import Declination, Engagement, SupportNeed
from engage.engagements.queries.declinations import WAITING
from engage.engagements.queries.planning import any_engagement_between
from engage.evidence.models import PublishedEvidence
from engage.extensions import db
from engage.home.rules import last_full_year
from engage.influence.models import Finding, Influence
from engage.places.models import (
    DataZone,
    DeprivationIndex,
    Locality,
    LocalityZone,
    PopulationEstimate,
    Postcode,
)


@dataclass(frozen=True)
class PlacesState:
    """What of the places is loaded; ``unplaced`` counts the council's zones in no locality."""

    has_index: bool
    has_estimate: bool
    has_postcodes: bool
    localities: int
    unplaced: int


@dataclass(frozen=True)
class Running:
    """A consultation or a round that is under way, or should move on.

    ``due`` is what stands next: “opens”, “closes”, “proposals”, “checks”, “votes”, “count”,
    “declare” or “findings”; ``at`` when it happens, or was due to.
    """

    kind: str
    slug: str
    title: str
    due: str
    at: datetime
    waiting: int = 0

    def is_due(self, at: datetime) -> bool:
        """Say whether its next step waits for an officer: its time has come, or all is checked."""
        return self.at <= at or (self.due == "checks" and not self.waiting)


@dataclass(frozen=True)
class Desk:
    """Everything that waits. ``evidence_year`` is a reporting year without a published report."""

    places: PlacesState
    groups_proposed: int
    reasons_late: int
    needs_open: int
    running: list[Running]
    findings_undecided: int
    contributors_untold: int
    evidence_year: date | None


def desk_state(council_code: str | None, today: date) -> Desk:
    """Return what waits; ``today`` is the day as people in Scotland count it."""
    running = [*_consultations(), *_rounds()]
    proposed, late, unsettled, undecided, untold = _ask_at_once(
        _count(CommunityBody.stage == "proposed"),
        _count(Declination.state.in_(WAITING) & (Declination.due_on < today), Declination),
        _count(SupportNeed.outcome == "", SupportNeed),
        _count(~select(Influence.id).where(_of_finding()).exists(), Finding),
        _count(Influence.told_at.is_(None), Influence),
    )
    return Desk(
        places=places_state(council_code),
        groups_proposed=proposed,
        reasons_late=late,
        needs_open=unsettled,
        running=sorted(running, key=lambda r: (r.at, r.title)),
        findings_undecided=undecided,
        contributors_untold=untold,
        evidence_year=_unpublished_year(today),
    )


def places_state(council_code: str | None) -> PlacesState:
    """Return what of the places is loaded for the partnership's council area."""
    own = DataZone.council_code == council_code
    placed = select(LocalityZone.zone_code).where(LocalityZone.zone_code == DataZone.code)
    index, estimate, postcodes, localities, unplaced = _ask_at_once(
        select(DeprivationIndex.id).limit(1).scalar_subquery(),
        select(PopulationEstimate.id).limit(1).scalar_subquery(),
        select(Postcode.postcode).limit(1).scalar_subquery(),
        _count(Locality.council_code == council_code, Locality),
        _count(own & ~placed.exists(), DataZone),
    )
    return PlacesState(
        has_index=index is not None,
        has_estimate=estimate is not None,
        has_postcodes=postcodes is not None,
        localities=localities,
        unplaced=unplaced,
    )


def _of_finding() -> ColumnElement[bool]:
    return Influence.finding_id == Finding.id


def _count(
    condition: ColumnElement[bool],
    model: type[db.Model] = CommunityBody,  # type: ignore[name-defined]
) -> ScalarSelect[int]:
    return select(func.count()).select_from(model).where(condition).scalar_subquery()


def _ask_at_once(*questions: ScalarSelect[Any]) -> tuple[Any, ...]:
    """Return the answers to several small questions in one read: the desk asks many."""
    return tuple(db.session.execute(select(*questions)).one())


def _consultations() -> list[Running]:
    found = select(Finding.id).where(Finding.engagement_id == Engagement.id).exists()
    rows = db.session.execute(
        select(Consultation.stage, Engagement)
        .join(Engagement, Engagement.id == Consultation.engagement_id)
        .where(~found)
    )
    return [
        Running(
            "consultation",
            engagement.slug,
            engagement.title,
            "opens" if stage == "preparing" else "closes" if stage == "open" else "findings",
            engagement.opens_at if stage == "preparing" else engagement.closes_at,
        )
        for stage, engagement in rows
    ]


def _rounds() -> list[Running]:
    waiting = (
        select(func.count(Proposal.id))
        .where(Proposal.round_id == Round.id, Proposal.stage == "submitted")
        .scalar_subquery()
    )
    counted = select(RoundCount.id).where(RoundCount.round_id == Round.id).exists()
    rows = db.session.execute(
        select(Round, Engagement, waiting, counted)
        .join(Engagement, Engagement.id == Round.engagement_id)
        .where(Round.stage != "declared", Round.is_imported.is_(False))
    )
    return [_round(r, e, count or 0, is_counted=is_counted) for r, e, count, is_counted in rows]


def _round(round_: Round, engagement: Engagement, waiting: int, *, is_counted: bool) -> Running:
    steps = {
        "preparing": ("opens", round_.proposals_open_at),
        "proposals": ("proposals", round_.proposals_close_at),
        "screening": ("checks", round_.voting_opens_at),
        "voting": ("votes", round_.voting_closes_at),
        "closed": ("count", round_.voting_closes_at),
    }
    due, when = steps[round_.stage]
    if due == "count" and is_counted:
        due = "declare"
    return Running("round", engagement.slug, engagement.title, due, when, waiting)


def _unpublished_year(today: date) -> date | None:
    """Return the latest full reporting year if engagements ran in it and no report is out."""
    start = last_full_year(today)
    first = datetime.combine(start, time(), UK)
    last = datetime.combine(start.replace(year=start.year + 1), time(), UK)
    published = db.session.scalar(
        select(PublishedEvidence.id).where(PublishedEvidence.year_start == start).limit(1)
    )
    return start if published is None and any_engagement_between(first, last) else None
