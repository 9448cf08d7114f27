"""Opening and closing consultations, and keeping what people answer."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import update
from sqlalchemy.orm.attributes import flag_modified

from engage.audit.actions import record
from engage.audit.rules import Happening
from engage.consultations.models import Answer, Comment, Consultation, Question, Response
from engage.consultations.rules import (
    AnswerRefused,
    ConsultationChangedRefused,
    ConsultationRefused,
    is_short,
    state,
)
from engage.engagements.actions.opening import open_engagement
from engage.engagements.actions.planning import record_participation
from engage.engagements.models import Engagement
from engage.engagements.rules.planning import EngagementRefused
from engage.extensions import db
from engage.messages.actions import reference_address, send
from engage.messages.rules import new_reference
from engage.web.filters import long_instant
from engage.web.rules import N_


def create_consultation(
    engagement: Engagement,
    draft_id: int,
    questions: Sequence[tuple[str, str, bool]],
    *,
    short_notice_reason: str,
    at: datetime,
    by: int | None,
    role: str = "officer",
) -> Consultation:
    """Create a consultation on a published draft, not yet open.

    ``questions`` are kind (“agreement” or “text”), prompt, and whether it must be answered.
    Refused if it runs for less than twelve weeks without a reason (R72).
    """
    _refuse_short(engagement.opens_at, engagement.closes_at, short_notice_reason)
    consultation = Consultation(
        engagement=engagement,
        draft_id=draft_id,
        stage="preparing",
        short_notice_reason=short_notice_reason,
        questions=_asked(questions),
    )
    db.session.add(consultation)
    db.session.flush()
    _trail(Happening.CONSULTATION_CREATED, consultation, at, by, role, draft=draft_id)
    return consultation


def change_consultation(
    consultation: Consultation,
    about: Mapping[str, Any],
    draft_id: int,
    questions: Sequence[tuple[str, str, bool]],
    *,
    short_notice_reason: str,
    version: int,
    at: datetime,
    by: int | None,
    role: str = "officer",
) -> None:
    """Change a consultation that is being prepared, as it was at ``version``. Its address stays.

    ``about`` holds what its engagement says, by field (R10). Raises ConsultationChangedRefused
    where somebody changed or opened it meanwhile, and ConsultationRefused for fewer than twelve
    weeks without a reason (R72).
    """
    _refuse_short(about["opens_at"], about["closes_at"], short_notice_reason)
    taken = db.session.execute(
        update(Consultation)
        .where(
            Consultation.id == consultation.id,
            Consultation.stage == "preparing",
            Consultation.version == version,
        )
        .values(version=version + 1)
    )
    db.session.refresh(consultation)
    if taken.rowcount != 1:  # type: ignore[attr-defined]
        raise ConsultationChangedRefused(
            N_("Somebody changed or opened this consultation before you")
        )
    for name, value in about.items():
        setattr(consultation.engagement, name, value)
    consultation.draft_id, consultation.short_notice_reason = draft_id, short_notice_reason
    consultation.questions.clear()
    db.session.flush()  # the old questions leave their positions before the new ones come
    consultation.questions.extend(_asked(questions))
    db.session.flush()
    _trail(Happening.CONSULTATION_CHANGED, consultation, at, by, role, draft=draft_id)


def open_consultation(
    consultation: Consultation, *, at: datetime, by: int | None, role: str = "officer"
) -> None:
    """Open a consultation: from its opening instant on people may answer."""
    if consultation.engagement.closes_at <= at:
        raise ConsultationRefused(N_("Its closing date has passed. Change its dates first"))
    if consultation.stage == "preparing":
        _open_engagement(consultation.engagement, at, by, role)
    opened = db.session.execute(
        update(Consultation)
        .where(Consultation.id == consultation.id, Consultation.stage == "preparing")
        .values(stage="open", version=Consultation.version + 1)
    )
    db.session.refresh(consultation)
    if opened.rowcount != 1:  # type: ignore[attr-defined]
        raise ConsultationRefused(N_("This consultation was opened before"))
    _trail(Happening.CONSULTATION_OPENED, consultation, at, by, role)


def _open_engagement(engagement: Engagement, at: datetime, by: int | None, role: str) -> None:
    try:
        open_engagement(engagement, at=at, by=by, role=role)
    except EngagementRefused as refusal:
        raise ConsultationRefused(str(refusal)) from refusal


def close_if_due(consultation: Consultation, *, at: datetime) -> bool:
    """Record that an open consultation has closed by the clock; True if this call recorded it.

    Nothing depends on this being called in time: answers stop at the closing instant anyway.
    """
    if consultation.stage != "open" or at < consultation.engagement.closes_at:
        return False
    changed = db.session.execute(
        update(Consultation)
        .where(Consultation.id == consultation.id, Consultation.stage == "open")
        .values(stage="closed")
    )
    db.session.refresh(consultation)
    if changed.rowcount != 1:  # type: ignore[attr-defined]
        return False
    _trail(Happening.CONSULTATION_CLOSED, consultation, at, None, "system")
    return True


def publish_responses(
    consultation: Consultation, *, at: datetime, by: int | None, role: str = "officer"
) -> None:
    """Publish the responses, each as far as its writer allowed. Refused before the close."""
    close_if_due(consultation, at=at)
    if consultation.stage != "closed":
        raise ConsultationRefused(N_("Publish the responses after the consultation has closed"))
    if consultation.responses_published_at is not None:
        raise ConsultationRefused(N_("The responses are published already"))
    consultation.responses_published_at = at
    db.session.flush()
    _trail(Happening.RESPONSES_PUBLISHED, consultation, at, by, role)


def start_response(
    consultation: Consultation,
    *,
    at: datetime,
    account_id: int | None = None,
    body_id: int | None = None,
    email: str = "",
) -> tuple[Response, str]:
    """Start a response; return it and the reference that opens it, of which only a hash is kept.

    Raises IntegrityError where the body or the account has one already.
    """
    _refuse_when_shut(consultation, at)
    reference = new_reference()
    response = Response(
        consultation_id=consultation.id,
        account_id=account_id,
        body_id=body_id,
        email=email,
        reference_hash=reference_address(reference),
        started_at=at,
        saved_at=at,
    )
    db.session.add(response)
    db.session.flush()
    return response, reference


def save_answers(response: Response, answers: Mapping[int, str], *, at: datetime) -> None:
    """Keep the answers, by question id; an empty one takes an earlier answer out."""
    _touch(response, at)
    kept = {answer.question_id: answer for answer in response.answers}
    for question_id, text in answers.items():
        if question_id in kept:
            if text:
                kept[question_id].text = text
            else:
                response.answers.remove(kept[question_id])
        elif text:
            response.answers.append(Answer(question_id=question_id, text=text))
    db.session.flush()


def save_comments(response: Response, comments: Mapping[int, str], *, at: datetime) -> None:
    """Keep the comments, by paragraph id; an empty one takes an earlier comment out."""
    _touch(response, at)
    kept = {comment.paragraph_id: comment for comment in response.comments}
    for paragraph_id, text in comments.items():
        if paragraph_id in kept:
            if text:
                kept[paragraph_id].text = text
            else:
                response.comments.remove(kept[paragraph_id])
        elif text:
            response.comments.append(Comment(paragraph_id=paragraph_id, text=text))
    db.session.flush()


def save_about(
    response: Response,
    *,
    publish: str,
    at: datetime,
    name: str = "",
    email: str = "",
    placing: tuple[str, str | None] | None = None,
) -> None:
    """Keep who answers and what may be published.

    ``placing`` is what a look-up of the postcode said (place, zone code); None keeps what was
    found before. The postcode itself never arrives here.
    """
    if publish == "with_name" and not response.body_id and not name:
        raise AnswerRefused(N_("Enter your name, or choose to publish without it"))
    _touch(response, at)
    response.publish, response.name, response.email = publish, name, email
    if placing is not None:
        response.place, response.zone_code = placing
    db.session.flush()


def submit_response(
    response: Response, *, at: datetime, on_day: date, channel: str = "online"
) -> None:
    """Submit a response, once; from now on it doesn't change. ``on_day`` is the day in the UK.

    Refused with nothing said, with a question unanswered that must be, or before the writer has
    chosen what may be published.
    """
    _touch(response, at)
    answered = {answer.question_id for answer in response.answers}
    for question in response.consultation.questions:
        if question.is_needed and question.id not in answered:
            raise AnswerRefused(_("Answer the question “%(question)s”", question=question.prompt))
    if not response.answers and not response.comments:
        raise AnswerRefused(N_("Answer a question or comment on a paragraph before you send"))
    if response.publish is None:
        raise AnswerRefused(N_("Choose if we may publish your answers"))
    response.stage, response.submitted_at = "submitted", at
    record_participation(
        response.consultation.engagement_id,
        "response",
        place=response.place,
        zone_code=response.zone_code,
        channel=channel,
        on_day=on_day,
        body_id=response.body_id,
    )
    db.session.flush()


def send_receipt(response: Response, addresses: Sequence[str], *, at: datetime) -> None:
    """Tell the writer that the answers arrived: a notice for the reference, and an e-mail to each
    of ``addresses``. The reference itself is not written down in a message."""
    title = response.consultation.engagement.title
    subject = _("We have your answers: %(title)s", title=title)
    body = _(
        "We have your answers to “%(title)s”. They arrived at %(time)s.\n\n"
        "We will write to you again when we decide, and say what changed because of what people "
        "told us.",
        title=title,
        time=long_instant(at),
    )
    once = f"response-receipt:{response.public_id}"
    send(response.reference_hash, subject, body, once=once, at=at, channel="notice")
    for number, address in enumerate(addresses, start=1):
        send(address, subject, body, once=f"{once}:{number}", at=at)


def renew_reference(response: Response) -> str:
    """Give a response a new reference and return it; an earlier one opens nothing any more."""
    reference = new_reference()
    response.reference_hash = reference_address(reference)
    db.session.flush()
    return reference


def _touch(response: Response, at: datetime) -> None:
    """Refuse what comes too late; else note the time, so that the response's version rises."""
    if response.stage == "submitted":
        raise AnswerRefused(N_("These answers were sent before and can’t be changed"))
    _refuse_when_shut(response.consultation, at)
    response.saved_at = at
    flag_modified(response, "saved_at")


def _asked(questions: Sequence[tuple[str, str, bool]]) -> list[Question]:
    return [
        Question(position=position, kind=kind, prompt=prompt, is_needed=is_needed)
        for position, (kind, prompt, is_needed) in enumerate(questions, start=1)
    ]


def _refuse_short(opens_at: datetime, closes_at: datetime, reason: str) -> None:
    if is_short(opens_at, closes_at) and not reason.strip():
        raise ConsultationRefused(N_("Enter why this consultation runs for less than 12 weeks"))


def _refuse_when_shut(consultation: Consultation, at: datetime) -> None:
    engagement = consultation.engagement
    if state(consultation.stage, engagement.opens_at, engagement.closes_at, at) != "open":
        raise AnswerRefused(N_("This consultation is not open for answers"))


def _trail(
    happening: Happening,
    consultation: Consultation,
    at: datetime,
    by: int | None,
    role: str,
    **detail: object,
) -> None:
    record(
        happening,
        f"consultation:{consultation.id}",
        at=at,
        actor_id=by,
        actor_role=role if by else "system",
        **detail,
    )
