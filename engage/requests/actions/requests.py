"""Making a participation request, and checking that it is whole."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from sqlalchemy import select, update

from engage.audit.actions import record
from engage.audit.rules import Happening
from engage.bodies.actions.register import tell_body
from engage.bodies.models import CommunityBody
from engage.extensions import db
from engage.requests.models import (
    OtherAuthority,
    ParticipationRequest,
    RequestExtension,
    RequestQuestion,
)
from engage.requests.rules.deadlines import ALONE, TOGETHER, decision_due, is_within_two_years
from engage.requests.rules.letters import (
    extended_words,
    more_words,
    not_considered_words,
    received_words,
    valid_words,
)
from engage.requests.rules.requests import (
    RequestChangedRefused,
    RequestRefused,
    RequestText,
    check_order,
    missing_parts,
)
from engage.web.filters import long_date
from engage.web.pages import absolute_url
from engage.web.rules import N_, slug_for


def begin_request(
    body: CommunityBody,
    text: RequestText,
    *,
    at: datetime,
    source: str = "online",
    received_on: date | None = None,
) -> ParticipationRequest:
    """Begin a request: a draft of the body, or one that came on paper on ``received_on``."""
    request = ParticipationRequest(
        slug=slug_for(text.title, set(db.session.scalars(select(ParticipationRequest.slug)))),
        body_id=body.id,
        source=source,
        stage="draft" if received_on is None else "sent",
        received_on=received_on,
        whole_on=received_on,
        started_at=at,
    )
    _write(request, text)
    db.session.add(request)
    db.session.flush()
    return request


def change_request(request: ParticipationRequest, text: RequestText, *, version: int) -> None:
    """Keep what a body wrote so far, as it was at ``version``: a draft, or what it was asked for.

    Raises RequestChangedRefused where somebody else kept another text since.
    """
    taken = db.session.execute(
        update(ParticipationRequest)
        .where(
            ParticipationRequest.id == request.id,
            ParticipationRequest.version == version,
            ParticipationRequest.stage.in_(("draft", "more_asked")),
        )
        .values(version=version + 1)
    )
    if taken.rowcount != 1:  # type: ignore[attr-defined]
        raise RequestChangedRefused(N_("Somebody changed this request after you opened the page"))
    db.session.refresh(request)
    _write(request, text)


def drop_draft(request: ParticipationRequest) -> None:
    """Throw a draft away. What was sent is kept: it is withdrawn instead."""
    if request.stage != "draft":
        raise RequestRefused(N_("It is sent already. Withdraw it instead"))
    db.session.delete(request)


def send_request(
    request: ParticipationRequest, *, at: datetime, today: date, by: int | None, role: str
) -> None:
    """Send a draft, or what was asked for. Raises RequestRefused where a part is missing."""
    lacking = missing_parts(text_of(request))
    if lacking:
        raise RequestRefused(N_("Answer each question before you send the request"))
    is_first = request.received_on is None
    facts: dict[str, Any] = {"whole_on": today}
    if is_first:
        facts["received_on"] = today
    move(request, ("draft", "more_asked"), "sent", **facts)
    for question in request.questions:
        question.answered_on = question.answered_on or today
    note(Happening.REQUEST_SENT, request, at=at, by=by, role=role)
    if is_first:
        tell(request, received_words(request.title, own_page(request)), "received", at)


def enter_request(
    body: CommunityBody,
    text: RequestText,
    *,
    received_on: date,
    at: datetime,
    today: date,
    by: int | None,
    role: str = "officer",
) -> ParticipationRequest:
    """Enter a request that came on paper; it may lack parts, which are asked for next."""
    check_order(received_on, today, N_("Enter a day that is not in the future"))
    request = begin_request(body, text, at=at, source="paper", received_on=received_on)
    note(Happening.REQUEST_ENTERED, request, at=at, by=by, role=role)
    tell(request, received_words(request.title, own_page(request)), "received", at)
    return request


def ask_for_more(
    request: ParticipationRequest,
    what: str,
    *,
    at: datetime,
    today: date,
    by: int | None,
    role: str = "officer",
) -> None:
    """Tell a body what its request still needs (regulation 4(1)); the time has not begun."""
    move(request, ("sent",), "more_asked")
    question = RequestQuestion(request_id=request.id, what=what, asked_on=today)
    db.session.add(question)
    note(Happening.REQUEST_MORE_ASKED, request, at=at, by=by, role=role)
    tell(request, more_words(request.title, what, own_page(request)), f"more:{question.id}", at)


def validate_request(
    request: ParticipationRequest,
    validated_on: date,
    *,
    at: datetime,
    today: date,
    by: int | None,
    role: str = "officer",
) -> None:
    """Find a request whole: it was made on ``validated_on``, when its last part came.

    The day for the decision is counted from it, and the body is told both (regulation 4).
    """
    if missing_parts(text_of(request)):
        raise RequestRefused(N_("A part is missing. Ask for it before you find the request whole"))
    check_order(
        request.received_on or validated_on,
        validated_on,
        N_("The validation date can’t be before the request came"),
    )
    check_order(validated_on, today, N_("Enter a day that is not in the future"))
    due = decision_due(validated_on, with_others=bool(request.others))
    move(request, ("sent",), "valid", validated_on=validated_on, due_on=due)
    note(Happening.REQUEST_VALIDATED, request, at=at, by=by, role=role, due=due.isoformat())
    words = valid_words(
        request.title,
        validated=long_date(validated_on),
        days=TOGETHER if request.others else ALONE,
        due=long_date(due),
        authority=request.authority.name,
        others=[other.partner.name for other in request.others],
    )
    tell(request, words, "valid", at)


def answer_for_other(
    request: ParticipationRequest,
    partner_id: int,
    answer: str,
    reason: str,
    *,
    at: datetime,
    today: date,
    by: int | None,
    role: str = "officer",
) -> None:
    """Record whether another authority takes part, and why not (regulation 6(2))."""
    other = next((one for one in request.others if one.partner_id == partner_id), None)
    if other is None or request.stage != "valid":
        raise RequestRefused(N_("This authority is not asked about this request now"))
    if answer == "no" and not reason:
        raise RequestRefused(N_("Enter why it does not take part"))
    other.answer, other.reason, other.answered_on = answer, reason, today
    note(Happening.REQUEST_ANSWERED, request, at=at, by=by, role=role, partner=partner_id)


def extend_request(
    request: ParticipationRequest,
    until: date,
    reason: str,
    *,
    at: datetime,
    today: date,
    by: int | None,
    role: str = "officer",
) -> None:
    """Record a longer time that the body agreed to, and tell it (s.24(7), regulation 7)."""
    was = request.due_on
    if request.stage != "valid" or was is None:
        raise RequestRefused(N_("Only a request that waits for a decision can get more time"))
    if until <= was:
        raise RequestRefused(N_("Enter a day after the one on which the decision is due now"))
    db.session.add(
        RequestExtension(
            request_id=request.id, was=was, until=until, agreed_on=today, reason=reason
        )
    )
    db.session.flush()
    move(request, ("valid",), "valid", due_on=until)
    note(Happening.REQUEST_EXTENDED, request, at=at, by=by, role=role, until=until.isoformat())
    words = extended_words(request.title, long_date(until), reason)
    tell(request, words, f"extended:{until.isoformat()}", at)


def decline_to_consider(
    request: ParticipationRequest,
    earlier: ParticipationRequest,
    reason: str,
    *,
    at: datetime,
    by: int | None,
    role: str = "officer",
) -> None:
    """Turn a request away that repeats one of the last two years (section 27), and say why."""
    days = (earlier.received_on, request.received_on)
    fits = earlier.id != request.id and earlier.authority_id == request.authority_id
    if not fits or days[0] is None or days[1] is None or not is_within_two_years(days[0], days[1]):
        raise RequestRefused(
            N_("Choose a request to the same authority from the two years before this one")
        )
    move(
        request, ("sent", "more_asked", "valid"), "not_considered",
        earlier_id=earlier.id, reason=reason,
    )  # fmt: skip
    note(Happening.REQUEST_NOT_CONSIDERED, request, at=at, by=by, role=role, earlier=earlier.id)
    tell(request, not_considered_words(request.title, reason), "not-considered", at)


def withdraw_request(
    request: ParticipationRequest, *, at: datetime, by: int | None, role: str
) -> None:
    """Withdraw a request before it is decided."""
    move(request, ("sent", "more_asked", "valid"), "withdrawn")
    note(Happening.REQUEST_WITHDRAWN, request, at=at, by=by, role=role)


def text_of(request: ParticipationRequest) -> RequestText:
    """Return what a request says now."""
    return RequestText(
        title=request.title,
        maker=request.maker,
        authority_id=request.authority_id,
        other_ids=tuple(other.partner_id for other in request.others),
        outcome=request.outcome,
        reasons=request.reasons,
        knowledge=request.knowledge,
        improvement=request.improvement,
    )


def own_page(request: ParticipationRequest) -> str:
    """Return the address at which the body follows its request."""
    return absolute_url("requests.own", slug=request.body.slug, number=request.public_id)


def move(request: ParticipationRequest, stages: Collection[str], to: str, **facts: Any) -> None:
    """Take a request from one of ``stages`` to ``to``; of two officers at once one succeeds."""
    moved = db.session.execute(
        update(ParticipationRequest)
        .where(ParticipationRequest.id == request.id, ParticipationRequest.stage.in_(stages))
        .values(stage=to, version=ParticipationRequest.version + 1, **facts)
    )
    db.session.refresh(request)
    if moved.rowcount != 1:  # type: ignore[attr-defined]
        raise RequestChangedRefused(N_("Somebody moved this request on before you. Look again"))


def note(
    happening: Happening,
    request: ParticipationRequest,
    *,
    at: datetime,
    by: int | None,
    role: str,
    **detail: Any,
) -> None:
    """Write to the trail what happened to a request."""
    record(
        happening,
        f"request:{request.id}",
        at=at,
        actor_id=by,
        actor_role=role if by is not None else "system",
        **detail,
    )


def tell(request: ParticipationRequest, words: tuple[str, str], event: str, at: datetime) -> None:
    """Tell the body about its own request; ``event`` names what happened, so it hears once."""
    db.session.flush()
    tell_body(request.body, *words, once=f"request:{request.id}:{event}", at=at)


def _write(request: ParticipationRequest, text: RequestText) -> None:
    request.title, request.maker, request.authority_id = text.title, text.maker, text.authority_id
    request.outcome, request.reasons = text.outcome, text.reasons
    request.knowledge, request.improvement = text.knowledge, text.improvement
    kept = {other.partner_id: other for other in request.others}
    request.others = [
        kept.get(number) or OtherAuthority(partner_id=number)
        for number in text.other_ids
        if number != text.authority_id
    ]
