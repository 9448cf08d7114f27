"""Reads of consultations and of what people answered."""

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from engage.bodies.models import CommunityBody
from engage.bodies.queries.register import addresses_of, bodies_of, part_in
from engage.consultations.models import Answer, Comment, Consultation, Question, Response
from engage.consultations.rules import AGREEMENT, Contribution, public_name, state
from engage.engagements.models import Engagement
from engage.extensions import db
from engage.messages.actions import reference_address
from engage.messages.rules import read_reference
from engage.plans.models import Paragraph


def consultation_by_slug(slug: str) -> Consultation | None:
    """Return the consultation at this address, whatever its stage."""
    return db.session.scalar(_consultations().where(Engagement.slug == slug))


def all_consultations() -> list[Consultation]:
    """Return every consultation, closing last first, for officers."""
    return list(db.session.scalars(_consultations().order_by(Engagement.closes_at.desc())))


def public_consultations(at: datetime) -> list[Consultation]:
    """Return what the public may see: open ones, closing soonest first, then those that open
    later, then closed ones, latest first."""
    found = [c for c in all_consultations() if state_of(c, at) != "preparing"]
    soonest = sorted(found, key=lambda c: c.engagement.closes_at)
    return [
        *(c for c in soonest if state_of(c, at) == "open"),
        *(c for c in soonest if state_of(c, at) == "waiting"),
        *(c for c in reversed(soonest) if state_of(c, at) == "closed"),
    ]


def state_of(consultation: Consultation, at: datetime) -> str:
    """Return what people see of a consultation at ``at`` (rules.state)."""
    engagement = consultation.engagement
    return state(consultation.stage, engagement.opens_at, engagement.closes_at, at)


def response_by_reference(reference: str) -> Response | None:
    """Return the response, draft or submitted, that a reference opens as it was typed."""
    tidy = read_reference(reference)
    if tidy is None:
        return None
    return db.session.scalar(
        select(Response).where(Response.reference_hash == reference_address(tidy))
    )


def bodies_to_answer_for(account_id: int) -> list[CommunityBody]:
    """Return the bodies for which an account may answer, by name; not those it only reads for."""
    return [body for body in bodies_of(account_id) if part_in(body, account_id) != "reader"]


def own_responses(consultation: Consultation, account_id: int) -> dict[int | None, Response]:
    """Return the account's responses, drafts too: by body id, its own under None."""
    bodies = [body.id for body in bodies_to_answer_for(account_id)]
    found = db.session.scalars(
        select(Response).where(
            Response.consultation_id == consultation.id,
            Response.body_id.in_(bodies)
            | (Response.body_id.is_(None) & (Response.account_id == account_id)),
        )
    )
    return {response.body_id: response for response in found}


def responses_held(consultation: Consultation, references: Collection[str]) -> list[Response]:
    """Return the responses that a browser holds references to, oldest first.

    Those of an account open for the account only: signing out on a shared device shuts them.
    """
    hashes = [reference_address(reference) for reference in references]
    return list(
        db.session.scalars(
            select(Response)
            .where(Response.consultation_id == consultation.id, Response.reference_hash.in_(hashes))
            .order_by(Response.id)
        )
    )


def response_for(
    consultation: Consultation,
    public_id: str,
    *,
    account_id: int | None,
    references: Collection[str],
) -> Response | None:
    """Return a response if it is the asker's: by a reference that the browser holds, or by an
    account that wrote it or represents its body. None otherwise."""
    mine = responses_held(consultation, references)
    if account_id is not None:
        mine += own_responses(consultation, account_id).values()
    return next((response for response in mine if response.public_id == public_id), None)


def submitted_responses(consultation: Consultation) -> list[Response]:
    """Return the submitted responses with all they say, in the order in which they came."""
    return list(db.session.scalars(_submitted().where(Response.consultation_id == consultation.id)))


def submitted_counts(ids: Collection[int]) -> dict[int, int]:
    """Return how many responses were submitted to each of these consultations."""
    rows = db.session.execute(
        select(Response.consultation_id, func.count())
        .where(Response.consultation_id.in_(ids), Response.stage == "submitted")
        .group_by(Response.consultation_id)
    )
    return dict(rows.all())


def drafts_in_hand(consultation: Consultation) -> int:
    """Return how many responses were started and not yet submitted."""
    return (
        db.session.scalar(
            select(func.count())
            .select_from(Response)
            .where(Response.consultation_id == consultation.id, Response.stage == "draft")
        )
        or 0
    )


def answers_counted(question: Question) -> Counter[str]:
    """Return how often each answer to a question of agreement was submitted."""
    rows = db.session.execute(
        select(Answer.text, func.count())
        .join(Response, Response.id == Answer.response_id)
        .where(Answer.question_id == question.id, Response.stage == "submitted")
        .group_by(Answer.text)
    )
    return Counter(dict(rows.all()))


def contributions(engagement_id: int) -> list[Contribution]:
    """Return what was said in submitted responses, in the order in which they came.

    Each response with answers is one contribution, under the prompts that it answered; each
    comment is one of its own. Texts that may not be published come too, marked: they count.
    """
    found = db.session.scalars(
        _submitted()
        .join(Consultation, Consultation.id == Response.consultation_id)
        .where(Consultation.engagement_id == engagement_id)
    )
    return [contribution for response in found for contribution in _said(response)]


def contributor_addresses(kind: str, ids: Sequence[int]) -> list[tuple[str, str]]:
    """Return where to tell those who wrote these responses or comments: (channel, address).

    A body's representatives by e-mail; a person by e-mail if they gave one, and always by a
    notice to their reference. No address stands twice.
    """
    query = select(Response).where(Response.stage == "submitted").order_by(Response.id)
    if kind == "comment":
        query = query.join(Comment, Comment.response_id == Response.id).where(Comment.id.in_(ids))
    else:
        query = query.where(Response.id.in_(ids))
    found: dict[tuple[str, str], None] = {}
    for response in db.session.scalars(query):
        found |= {("email", address): None for address in receipt_addresses(response)}
        found[("notice", response.reference_hash)] = None
    return list(found)


def receipt_addresses(response: Response) -> list[str]:
    """Return the e-mail addresses of who wrote a response: of a body, all its representatives."""
    if response.body_id is not None:
        return addresses_of(response.body_id)
    return [response.email] if response.email else []


def answers_in_words(response: Response, *, own_words_only: bool = False) -> list[tuple[str, str]]:
    """Return pairs of prompt and answer as people read it, in the order of the questions.

    ``own_words_only`` leaves out answers that were chosen from a list.
    """
    ordered = sorted(response.answers, key=lambda answer: answer.question.position)
    return [
        (answer.question.prompt, _in_words(answer))
        for answer in ordered
        if answer.question.kind == "text" or not own_words_only
    ]


def comments_in_order(response: Response) -> list[tuple[Paragraph, str]]:
    """Return pairs of paragraph and comment, in the order of the draft."""
    ordered = sorted(response.comments, key=lambda comment: _place_of(comment.paragraph))
    return [(comment.paragraph, comment.text) for comment in ordered]


def name_of(response: Response) -> str:
    """Return what may be said in public of who wrote a response."""
    return public_name(
        publish=response.publish,
        name=response.name,
        body_name=response.body.name if response.body else None,
    )


def _said(response: Response) -> list[Contribution]:
    who, may_publish = name_of(response), response.publish != "no"
    said: list[Contribution] = []
    answers = answers_in_words(response)
    if answers:
        alone = len(answers) == 1
        where = " / ".join(prompt for prompt, text in answers)
        text = answers[0][1] if alone else "\n\n".join(f"{p}\n{t}" for p, t in answers)
        said.append(Contribution("response", response.id, where, text, who, may_publish))
    for comment in sorted(response.comments, key=lambda comment: _place_of(comment.paragraph)):
        label = comment.paragraph.label
        said.append(Contribution("comment", comment.id, label, comment.text, who, may_publish))
    return said


def _place_of(paragraph: Paragraph) -> tuple[int, int]:
    return paragraph.section.position, paragraph.position


def _in_words(answer: Answer) -> str:
    if answer.question.kind == "agreement":
        return _(AGREEMENT[answer.text]) if answer.text in AGREEMENT else answer.text
    return answer.text


def _consultations() -> Select[Consultation]:
    return (
        select(Consultation)
        .join(Consultation.engagement)
        .options(contains_eager(Consultation.engagement), selectinload(Consultation.questions))
    )


def _submitted() -> Select[Response]:
    is_submitted: ColumnElement[bool] = Response.stage == "submitted"
    return (
        select(Response)
        .options(
            joinedload(Response.body),
            selectinload(Response.answers).joinedload(Answer.question),
            selectinload(Response.comments)
            .joinedload(Comment.paragraph)
            .joinedload(Paragraph.section),
        )
        .where(is_submitted)
        .order_by(Response.submitted_at, Response.id)
    )
