"""Screening, assessing, signing off and publishing."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from engage.audit.actions import record
from engage.audit.rules import Happening
from engage.engagements.models import Assessment
from engage.engagements.rules.assessments import AssessmentRefused, AssessmentText, check_text
from engage.extensions import db
from engage.web.rules import N_

PUBLISHED = N_("It is published already")


def screen(
    kind: str,
    text: AssessmentText,
    *,
    today: date,
    engagement_id: int | None = None,
    plan_id: int | None = None,
    **who: Any,
) -> Assessment:
    """Record the screening of one thing for one kind of impact: each once."""
    check_text(kind, text)
    row = Assessment(
        kind=kind, engagement_id=engagement_id, plan_id=plan_id, screened_on=today, **vars(text)
    )
    db.session.add(row)
    try:
        db.session.flush()
    except IntegrityError:
        db.session.rollback()
        raise AssessmentRefused(N_("It was screened for this already. Open that one")) from None
    _record(Happening.ASSESSMENT_KEPT, row, **who)
    return row


def write(row: Assessment, text: AssessmentText, **who: Any) -> None:
    """Keep what was found, until it is signed off."""
    if row.signed_at is not None:
        raise AssessmentRefused(N_("It is signed off, so its words stay"))
    check_text(row.kind, text)
    for name, value in vars(text).items():
        setattr(row, name, value)
    _record(Happening.ASSESSMENT_KEPT, row, **who)


def sign_off(
    row: Assessment, signed_role: str, *, at: datetime, by: int | None, **who: Any
) -> None:
    """Sign an assessment off; ``signed_role`` is the post of who signs, and no name."""
    if row.signed_at is not None:
        raise AssessmentRefused(N_("It is signed off already"))
    if not text_of(row).is_whole:
        raise AssessmentRefused(
            N_("Write the evidence, who was engaged and what you will do about it first")
        )
    row.signed_at, row.signed_by, row.signed_role = at, by, signed_role
    _record(Happening.ASSESSMENT_SIGNED, row, at=at, by=by, **who)


def publish(row: Assessment, *, today: date, **who: Any) -> None:
    """Put a signed assessment on the public register."""
    if row.signed_at is None:
        raise AssessmentRefused(N_("Sign it off before you publish it"))
    if row.published_on is not None:
        raise AssessmentRefused(PUBLISHED)
    taken = db.session.execute(
        update(Assessment)
        .where(Assessment.id == row.id, Assessment.published_on.is_(None))
        .values(published_on=today)
    )
    if taken.rowcount != 1:  # type: ignore[attr-defined]  # somebody else was quicker
        raise AssessmentRefused(PUBLISHED)
    db.session.refresh(row)
    _record(Happening.ASSESSMENT_PUBLISHED, row, **who)


def text_of(row: Any) -> AssessmentText:
    """Return what an assessment, or what was read of one, says."""
    return AssessmentText(
        needed=row.needed,
        reason=row.reason,
        evidence=row.evidence,
        engaged=row.engaged,
        mitigation=row.mitigation,
        is_strategic=row.is_strategic,
    )


def _record(
    happening: Happening, row: Assessment, *, at: datetime, by: int | None, role: str = "officer"
) -> None:
    db.session.flush()
    record(
        happening,
        f"assessment:{row.id}",
        at=at,
        actor_id=by,
        actor_role=role if by is not None else "system",
        kind=row.kind,
        needed=row.needed,
    )
