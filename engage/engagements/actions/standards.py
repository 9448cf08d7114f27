"""Answering the National Standards, attaching what shows it, and how people say it was (R09)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from engage.audit.actions import record
from engage.audit.rules import Happening
from engage.engagements.actions.details import touch
from engage.engagements.models import (
    Engagement,
    ParticipantView,
    StandardAnswer,
    StandardEvidence,
)
from engage.engagements.queries.file import pack_of, scope_of
from engage.engagements.rules.standards import (
    EDITION,
    STANDARDS,
    StandardsRefused,
    of_standard,
    why_fixed,
)
from engage.extensions import db
from engage.web.rules import N_


@dataclass(frozen=True)
class Said:
    """The answer to one question, its score, and what is attached to it now.

    ``evidence`` is a kind and a pack's id or a reference in words; None where nothing is added.
    """

    answer: str
    score: int | None = None
    evidence: tuple[str, str] | None = None


def answer_standard(
    engagement: Engagement,
    phase: str,
    letter: str,
    said: Mapping[str, Said],
    *,
    at: datetime,
    by: int | None,
    role: str = "officer",
    partner_id: int | None = None,
) -> None:
    """Keep the answers to one Standard, by id: of officers, or of one partner.

    Raises StandardsRefused once the engagement is closed, for a plan that a large engagement
    opened with, and for a review before it is open.
    """
    _refuse_fixed(engagement, phase)
    touch(engagement.id)
    whose = str(partner_id) if partner_id else ""
    standing = _standing(engagement, phase, whose)
    for code in of_standard(letter, scope_of(engagement)):
        if code in said:
            _keep(engagement, phase, whose, code, said[code], standing.get(code), at=at, by=by)
    db.session.flush()
    record(
        Happening.STANDARDS_ANSWERED,
        f"engagement:{engagement.id}",
        at=at,
        actor_id=by,
        actor_role=role if by else "system",
        phase=phase,
        standard=letter,
        partner=partner_id,
    )


def _refuse_fixed(engagement: Engagement, phase: str) -> None:
    why = why_fixed(
        phase,
        engagement.standards_scope,
        opened=engagement.opened_at is not None,
        closed=engagement.closed_at is not None,
    )
    if why:
        raise StandardsRefused(why)


def _standing(engagement: Engagement, phase: str, whose: str) -> dict[str, StandardAnswer]:
    query = select(StandardAnswer).where(
        StandardAnswer.engagement_id == engagement.id,
        StandardAnswer.edition == EDITION,
        StandardAnswer.phase == phase,
        StandardAnswer.whose == whose,
    )
    return {row.indicator: row for row in db.session.scalars(query)}


def _keep(
    engagement: Engagement,
    phase: str,
    whose: str,
    code: str,
    said: Said,
    row: StandardAnswer | None,
    *,
    at: datetime,
    by: int | None,
) -> None:
    if not said.answer and said.score is None:
        if said.evidence:
            raise StandardsRefused(N_("Answer or score what the evidence shows"))
        if row is not None:
            db.session.delete(row)
        return
    if row is None:
        row = StandardAnswer(
            engagement_id=engagement.id, edition=EDITION, indicator=code, phase=phase, whose=whose
        )
        db.session.add(row)
    row.answer, row.score, row.at, row.by = said.answer, said.score, at, by
    if said.evidence:
        row.evidence.append(_evidence(engagement, *said.evidence))


def _evidence(engagement: Engagement, kind: str, what: str) -> StandardEvidence:
    if kind != "pack":
        return StandardEvidence(kind=kind, reference=what)
    pack = pack_of(engagement.id, int(what)) if what.isdecimal() and len(what) < 10 else None
    if pack is None:
        raise StandardsRefused(N_("Choose one of the information packs"))
    return StandardEvidence(kind=kind, pack_id=pack.id)


def drop_evidence(engagement: Engagement, evidence_id: int) -> bool:
    """Take a piece of evidence off an answer; False where it is not this engagement's.

    Raises StandardsRefused where what it stands under is fixed.
    """
    found = db.session.execute(
        select(StandardEvidence, StandardAnswer)
        .join(StandardAnswer, StandardAnswer.id == StandardEvidence.answer_id)
        .where(StandardEvidence.id == evidence_id, StandardAnswer.engagement_id == engagement.id)
    ).first()
    if found is None:
        return False
    piece, answer = found
    _refuse_fixed(engagement, answer.phase)
    answer.evidence.remove(piece)
    db.session.flush()
    return True


def say_how_it_was(
    engagement: Engagement, scores: Mapping[str, int], felt: str, *, at: datetime
) -> None:
    """Keep how somebody who took part saw it: scores by Standard, and how far they shaped it.

    Nothing says who or when. Raises StandardsRefused outside its time, or with nothing said.
    """
    if engagement.opened_at is None or at < engagement.opens_at or engagement.closed_at:
        raise StandardsRefused(N_("We take no answers about this now"))
    if not scores and not felt:
        raise StandardsRefused(N_("Answer a question or two before you send"))
    columns = {f"score_{letter.lower()}": scores.get(letter) for letter in STANDARDS}
    db.session.add(ParticipantView(engagement_id=engagement.id, felt=felt, **columns))
    db.session.flush()
