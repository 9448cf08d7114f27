"""Reads of participation requests: a group's own, the public ones, and the officers' register."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import Integer, Select, bindparam, func, select
from sqlalchemy.orm import joinedload

from engage.bodies.models import CommunityBody
from engage.extensions import db
from engage.partners.models import Partner
from engage.requests.models import (
    OutcomeProcess,
    ParticipationRequest,
    RequestDecision,
    RequestReport,
)
from engage.requests.rules.deadlines import is_within_two_years, process_due
from engage.requests.rules.requests import OPEN, PUBLIC


def request_by_id(public_id: str) -> ParticipationRequest | None:
    """Return the request of this identifier, drafts included."""
    return db.session.scalar(_by_public_id(), {"public_id": public_id})


@cache
def _by_public_id() -> Select[ParticipationRequest]:
    one = ParticipationRequest
    return select(one).where(one.public_id == bindparam("public_id"))


def public_request(slug: str) -> ParticipationRequest | None:
    """Return the request at this address once its decision is published."""
    return db.session.scalar(
        select(ParticipationRequest).where(
            ParticipationRequest.slug == slug, ParticipationRequest.stage.in_(PUBLIC)
        )
    )


def process_of(request_id: int) -> OutcomeProcess | None:
    """Return the process that followed a request."""
    return db.session.get(OutcomeProcess, request_id)


def report_of(request_id: int) -> RequestReport | None:
    """Return the report on a process, published or still a draft."""
    return db.session.get(RequestReport, request_id)


def _with_names() -> Select[ParticipationRequest]:
    return select(ParticipationRequest).options(
        joinedload(ParticipationRequest.body),
        joinedload(ParticipationRequest.authority),
        joinedload(ParticipationRequest.decision),
    )


def requests_of(body_id: int) -> list[ParticipationRequest]:
    """Return a body's requests, the latest first."""
    return list(
        db.session.scalars(
            _with_names()
            .where(ParticipationRequest.body_id == body_id)
            .order_by(ParticipationRequest.id.desc())
        )
    )


@dataclass(frozen=True)
class RequestFilter:
    """What is looked for: one stage, or “open” and “public” for several; '' for all but drafts."""

    stage: str = ""


def _only(wanted: RequestFilter, query: Any) -> Any:
    stage = ParticipationRequest.stage
    query = query.where(stage != "draft")
    several = {"open": OPEN, "public": PUBLIC}
    if wanted.stage in several:
        return query.where(stage.in_(several[wanted.stage]))
    return query.where(stage == wanted.stage) if wanted.stage else query


def find_requests(
    wanted: RequestFilter, *, offset: int = 0, limit: int | None = None
) -> list[ParticipationRequest]:
    """Return the requests looked for: what is due first comes first, then the latest received."""
    query = _only(wanted, _with_names()).order_by(*_order(wanted))
    return list(db.session.scalars(query.offset(offset).limit(limit)))


def request_rows(wanted: RequestFilter) -> Sequence[Any]:
    """Return the requests looked for as rows for a download, in the order of ``find_requests``.

    ``agreed`` is None until a decision is made.
    """
    one = ParticipationRequest
    return db.session.execute(
        _only(
            wanted,
            select(
            one.title, CommunityBody.name.label("group"), Partner.name.label("authority"),
            one.received_on, one.validated_on, one.due_on, one.stage, RequestDecision.decided_on,
            RequestDecision.agreed, one.source,
            )
            .join(one.body)
            .join(one.authority)
            .outerjoin(one.decision),
        ).order_by(*_order(wanted))
    ).all()  # fmt: skip


def _order(wanted: RequestFilter) -> tuple[Any, ...]:
    one = ParticipationRequest
    if wanted.stage == "public":
        return one.received_on.desc(), one.id.desc()
    undecided = one.stage.in_(("sent", "valid"))
    return undecided.desc(), one.due_on.is_(None), one.due_on, one.id.desc()


def stage_counts() -> dict[str, int]:
    """Return how many requests stand at each stage; one without any is absent."""
    query = select(ParticipationRequest.stage, func.count()).group_by(ParticipationRequest.stage)
    return {row[0]: row[1] for row in db.session.execute(query)}


@dataclass(frozen=True)
class Earlier:
    """A request that may be about the same matter as a later one."""

    id: int
    title: str
    group: str
    received_on: date


def earlier_requests(request: ParticipationRequest) -> list[Earlier]:
    """Return the requests to the same authority of the two years before this one (s.27).

    Whoever made them: the law asks for the same matter, not for the same group.
    """
    day = request.received_on
    if day is None:
        return []
    asked = {"authority_id": request.authority_id, "id": request.id, "day": day}
    found = [
        Earlier(id_, title, group, received_on)
        for id_, title, group, received_on in db.session.execute(_before(), asked)
    ]
    return [one for one in found if is_within_two_years(one.received_on, day)]


@cache
def _before() -> Select[*tuple[Any, ...]]:
    one = ParticipationRequest
    return (
        select(one.id, one.title, CommunityBody.name, one.received_on)
        .join(one.body)
        .where(
            one.authority_id == bindparam("authority_id"),
            one.id != bindparam("id"),
            one.received_on <= bindparam("day"),
        )
        .order_by(one.received_on.desc(), one.id.desc())
        .limit(50)
    )


@dataclass(frozen=True)
class Due:
    """Something that an officer must do about a request, and by when; None: as soon as may be."""

    public_id: str
    title: str
    what: str
    by: date | None

    def is_late(self, today: date) -> bool:
        """Say whether its last day is over."""
        return self.by is not None and self.by < today


def due_work(limit: int = 20) -> list[Due]:
    """Return what is to be done about requests, the earliest first.

    ``what`` is “check”, “decide”, “notice”, “start” or “report”.
    """
    rows = db.session.execute(_work(), {"limit": limit}).all()
    found = [(Due(row.public_id, row.title, *_next(row)), row.id) for row in rows]
    return [due for due, _ in sorted(found, key=lambda one: (one[0].by or date.min, one[1]))]


@cache
def _work() -> Select[*tuple[Any, ...]]:
    one = ParticipationRequest
    return (
        select(one.id, one.public_id, one.title, one.stage, one.due_on, OutcomeProcess.notice_on)
        .outerjoin(OutcomeProcess, OutcomeProcess.request_id == one.id)
        .where(one.stage.in_(("sent", "valid", "agreed", "ended")))
        .order_by(one.due_on.asc().nulls_first(), one.id)
        .limit(bindparam("limit", type_=Integer))
    )


def _next(row: Any) -> tuple[str, date | None]:
    """What is to be done about a request next, and by when."""
    if row.stage == "valid":
        return "decide", row.due_on
    if row.stage == "agreed" and row.notice_on:
        return "start", process_due(row.notice_on)
    return {"sent": "check", "agreed": "notice", "ended": "report"}[row.stage], None
