"""The yearly review: asking a group once a year, taking its answer, and groups that ended."""

import secrets
from datetime import date, datetime
from typing import Any

from sqlalchemy import update

from engage.accounts.rules import token_hash
from engage.audit.actions import record
from engage.audit.rules import Happening
from engage.bodies.actions.register import move_body, tell_body
from engage.bodies.models import BodyReview, CommunityBody
from engage.bodies.queries.reviews import review_of
from engage.bodies.rules.register import BodyRefused, LaterRefused
from engage.bodies.rules.reviews import asked_words, lapsed_words
from engage.extensions import db
from engage.web.pages import absolute_url
from engage.web.rules import N_


def ask_for_review(body: CommunityBody, *, at: datetime, today: date) -> BodyReview | None:
    """Ask a group whether its entry is right; None if it was asked this year already.

    ``told`` 0 says that no address is known: an officer finds it on the list at once.
    """
    if review_of(body.id, today.year) is not None:
        return None
    review, token = _new_review(body, at, today)
    db.session.flush()
    link = absolute_url("yearly.answer", token=token)
    words = asked_words(body.name, link, absolute_url("bodies.body", slug=body.slug))
    once = f"body-review:{body.id}:{today.year}"
    review.told = tell_body(body, *words, once=once, at=at, secret=True, topic="reviews")
    _record(Happening.BODY_REVIEW_ASKED, body, at, None, "system", year=today.year)
    return review


def answer_review(
    body: CommunityBody,
    answer: str,
    note: str,
    *,
    at: datetime,
    today: date,
    by: int | None = None,
    role: str = "public",
) -> None:
    """Take a group's own answer for this year, asked or not.

    “right” ends the review; anything else waits for an officer. Raises BodyRefused where the
    request was answered already.
    """
    review = review_of(body.id, today.year) or _last_open(body, at, today)
    taken = db.session.execute(
        update(BodyReview)
        .where(
            BodyReview.body_id == body.id,
            BodyReview.year == review.year,
            BodyReview.answer.is_(None) | (BodyReview.answer == "right"),
        )
        .values(
            answer=answer,
            answered_at=at,
            note=note,
            settled_at=at if answer == "right" else None,
        )
    )
    if taken.rowcount != 1:  # type: ignore[attr-defined]
        raise BodyRefused(N_("We have your answer already, and will get in touch"))
    if answer == "right":
        body.reviewed_on = today
    _record(Happening.BODY_REVIEWED, body, at, by, role, answer=answer)


def review_body(
    body: CommunityBody, *, at: datetime, today: date, by: int | None, role: str = "officer"
) -> None:
    """Record that what the register says of a group was looked over today (R01)."""
    body.reviewed_on = today
    settle_reviews(body, at=at, by=by, role=role)
    _record(Happening.BODY_REVIEWED, body, at, by, role)


def settle_reviews(
    body: CommunityBody, *, at: datetime, by: int | None, role: str = "officer"
) -> None:
    """Note that an officer has dealt with whatever was open about a group's review."""
    settled = db.session.execute(
        update(BodyReview)
        .where(BodyReview.body_id == body.id, BodyReview.settled_at.is_(None))
        .values(settled_at=at)
    )
    if settled.rowcount:  # type: ignore[attr-defined]
        _record(Happening.BODY_REVIEW_SETTLED, body, at, by, role)


def lapse_body(
    body: CommunityBody,
    day: date,
    reason: str,
    *,
    at: datetime,
    today: date,
    by: int | None,
    role: str = "officer",
) -> None:
    """Note that a group no longer exists since ``day``, how that is known, and tell it.

    Its name stays its own, and accepting it brings it back. Raises BodyRefused for a day to come,
    and where it stands neither on the register nor among those not active.
    """
    if day > today:
        raise LaterRefused(N_("Enter a day that is not in the future"))
    move_body(body, ("registered", "dormant"), "lapsed", lapsed_on=day, reason=reason)
    _record(Happening.BODY_LAPSED, body, at, by, role)
    settle_reviews(body, at=at, by=by, role=role)
    once = f"body-lapsed:{body.id}:{body.version}"
    tell_body(body, *lapsed_words(body.name, reason), once=once, at=at)


def _last_open(body: CommunityBody, at: datetime, today: date) -> BodyReview:
    """Return the unanswered request of last year, or one that stands for an answer unasked."""
    before = review_of(body.id, today.year - 1)
    if before is not None and before.answer is None and before.settled_at is None:
        return before
    review, _token = _new_review(body, at, today)
    db.session.flush()
    return review


def _new_review(body: CommunityBody, at: datetime, today: date) -> tuple[BodyReview, str]:
    token = secrets.token_urlsafe(32)
    review = BodyReview(
        body_id=body.id, year=today.year, asked_at=at, told=0, token_hash=token_hash(token)
    )
    db.session.add(review)
    return review, token


def _record(
    happening: Happening,
    body: CommunityBody,
    at: datetime,
    by: int | None,
    role: str,
    **detail: Any,
) -> None:
    record(happening, f"body:{body.id}", at=at, actor_id=by, actor_role=role, **detail)
