"""What waits on an officer's desk, in the order of the story."""

from dataclasses import dataclass
from datetime import date, datetime, time
from functools import cache
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Select, bindparam, func, select

from engage import clock
from engage.bodies.models import CommunityBody
from engage.budgeting.models import Approval, Proposal, Round, RoundCount
from engage.consultations.models import Consultation
from engage.engagements.models import (
    Declination,
    Engagement,
    EngagementEvent,
    PlaceStandardAnswer,
    SupportNeed,
)
from engage.engagements.queries.declinations import WAITING
from engage.engagements.queries.events import is_uncounted
from engage.evidence.models import PublishedEvidence
from engage.extensions import db
from engage.home.rules import last_full_year
from engage.influence.models import Finding, Influence
from engage.messages.models import Correspondent, Errand
from engage.messages.queries import IS_FAILING, IS_OPEN
from engage.places.models import (
    DataZone,
    DeprivationIndex,
    Locality,
    LocalityZone,
    PopulationEstimate,
    Postcode,
)
from engage.plans.models import CommunityPlan


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
    """Everything that waits. ``evidence_year`` is a reporting year without a published report.

    ``approvals`` are requests that somebody else made, ``errands`` messages that a person must
    see to, ``failing`` addresses from which mail comes back. ``events`` are over and uncounted,
    ``comments`` on places unread, ``plans`` of communities unchecked.
    """

    places: PlacesState
    running: list[Running]
    evidence_year: date | None
    groups_proposed: int
    reasons_late: int
    needs_open: int
    findings_undecided: int
    contributors_untold: int
    approvals: int
    errands: int
    failing: int
    events: int
    comments: int
    plans: int


def desk_state(council_code: str | None, account_id: int, at: datetime) -> Desk:
    """Return what waits for the officer of this account; every count in one read."""
    today = at.astimezone(clock.UK).date()
    year = last_full_year(today)
    found = db.session.execute(
        _counts(),
        {
            "council_code": council_code,
            "account_id": account_id,
            "at": at,
            "today": today,
            "year": year,
            "year_begins": datetime.combine(year, time(), clock.UK),
            "year_ends": datetime.combine(year.replace(year=year.year + 1), time(), clock.UK),
        },
    ).one()
    row = dict(found._mapping)
    places = PlacesState(
        has_index=row.pop("index") is not None,
        has_estimate=row.pop("estimate") is not None,
        has_postcodes=row.pop("postcode") is not None,
        localities=row.pop("localities"),
        unplaced=row.pop("unplaced"),
    )
    is_published, was_busy = row.pop("published") is not None, row.pop("engagement") is not None
    return Desk(
        places=places,
        running=sorted([*_consultations(), *_rounds()], key=lambda r: (r.at, r.title)),
        evidence_year=year if was_busy and not is_published else None,
        **row,
    )


@cache
def _counts() -> Select[*tuple[Any, ...]]:
    """Every small question of the desk, as columns of one row."""
    council: BindParameter[Any] = bindparam("council_code")
    placed = select(LocalityZone.zone_code).where(LocalityZone.zone_code == DataZone.code)
    decided = select(Influence.id).where(Influence.finding_id == Finding.id)
    in_year = (Engagement.opens_at < bindparam("year_ends")) & (
        Engagement.closes_at > bindparam("year_begins")
    )
    counts: dict[str, tuple[Any, ColumnElement[bool]]] = {
        "localities": (Locality, Locality.council_code == council),
        "unplaced": (DataZone, (DataZone.council_code == council) & ~placed.exists()),
        "groups_proposed": (CommunityBody, CommunityBody.stage == "proposed"),
        "reasons_late": (
            Declination,
            Declination.state.in_(WAITING) & (Declination.due_on < bindparam("today")),
        ),
        "needs_open": (SupportNeed, SupportNeed.outcome == ""),
        "findings_undecided": (Finding, ~decided.exists()),
        "contributors_untold": (Influence, Influence.told_at.is_(None)),
        "approvals": (
            Approval,
            (Approval.outcome == "waiting") & (Approval.requested_by != bindparam("account_id")),
        ),
        "errands": (Errand, IS_OPEN),
        "failing": (Correspondent, IS_FAILING),
        "events": (EngagementEvent, is_uncounted(bindparam("at"))),
        "comments": (PlaceStandardAnswer, PlaceStandardAnswer.reading == "waiting"),
        "plans": (CommunityPlan, CommunityPlan.stage == "waiting"),
    }
    firsts = {
        "index": select(DeprivationIndex.id),
        "estimate": select(PopulationEstimate.id),
        "postcode": select(Postcode.postcode),
        "published": select(PublishedEvidence.id).where(
            PublishedEvidence.year_start == bindparam("year")
        ),
        "engagement": select(Engagement.id).where(in_year),
    }
    return select(
        *(
            select(func.count()).select_from(model).where(condition).scalar_subquery().label(name)
            for name, (model, condition) in counts.items()
        ),
        *(first.limit(1).scalar_subquery().label(name) for name, first in firsts.items()),
    )


def _consultations() -> list[Running]:
    due = {"preparing": "opens", "open": "closes"}
    return [
        Running(
            "consultation",
            row.slug,
            row.title,
            due.get(row.stage, "findings"),
            row.opens_at if row.stage == "preparing" else row.closes_at,
        )
        for row in db.session.execute(_consultations_at_work())
    ]


@cache
def _consultations_at_work() -> Select[*tuple[Any, ...]]:
    found = select(Finding.id).where(Finding.engagement_id == Engagement.id).exists()
    return (
        select(
            Consultation.stage,
            Engagement.slug,
            Engagement.title,
            Engagement.opens_at,
            Engagement.closes_at,
        )
        .join(Engagement, Engagement.id == Consultation.engagement_id)
        .where(~found)
    )


def _rounds() -> list[Running]:
    return [_round(row) for row in db.session.execute(_rounds_at_work())]


@cache
def _rounds_at_work() -> Select[*tuple[Any, ...]]:
    waiting = (
        select(func.count(Proposal.id))
        .where(Proposal.round_id == Round.id, Proposal.stage == "submitted")
        .scalar_subquery()
    )
    counted = select(RoundCount.id).where(RoundCount.round_id == Round.id).exists()
    return (
        select(
            Round.stage,
            Round.proposals_open_at,
            Round.proposals_close_at,
            Round.voting_opens_at,
            Round.voting_closes_at,
            Engagement.slug,
            Engagement.title,
            waiting.label("waiting"),
            counted.label("is_counted"),
        )
        .join(Engagement, Engagement.id == Round.engagement_id)
        .where(Round.stage != "declared", Round.is_imported.is_(False))
    )


def _round(row: Any) -> Running:
    steps = {
        "preparing": ("opens", row.proposals_open_at),
        "proposals": ("proposals", row.proposals_close_at),
        "screening": ("checks", row.voting_opens_at),
        "voting": ("votes", row.voting_closes_at),
        "closed": ("count", row.voting_closes_at),
    }
    due, when = steps[row.stage]
    if due == "count" and row.is_counted:
        due = "declare"
    return Running("round", row.slug, row.title, due, when, row.waiting or 0)
