"""Recording findings and what was done with them, and telling those who contributed."""

import hashlib
from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import update

from engage.audit.actions import record
from engage.audit.rules import Happening
from engage.clock import UK
from engage.engagements.models import Engagement
from engage.extensions import db
from engage.influence.models import Finding, FindingSource, Influence
from engage.influence.queries import (
    contributors_of,
    influence_on,
    last_number,
    untold_influences,
)
from engage.influence.rules import (
    FindingRefused,
    InfluenceRefused,
    Point,
    PriorityMoved,
    letter,
    refuse_decision,
    text_hash,
)
from engage.messages.actions import send
from engage.plans.actions import change_priority
from engage.plans.models import Priority
from engage.web.rules import N_


def record_finding(
    engagement: Engagement,
    *,
    kind: str,
    theme: str,
    statement: str,
    sources: Sequence[tuple[str, int]],
    at: datetime,
    by: int | None,
    role: str = "officer",
    section: str = "",
    dissent: str = "",
) -> Finding:
    """Record what an engagement found (R34), resting on ``sources``: pairs of kind and id.

    Refused without a source: a finding is something that people said. An IntegrityError means
    that another officer took the same number at the same moment.
    """
    if not sources:
        raise FindingRefused(N_("Choose at least one thing that people said"))
    finding = Finding(
        engagement_id=engagement.id,
        number=last_number(engagement.id) + 1,
        kind=kind,
        theme=theme,
        section=section,
        statement=statement,
        dissent=dissent,
        recorded_at=at,
        sources=[FindingSource(kind=k, source_id=key) for k, key in dict.fromkeys(sources)],
    )
    db.session.add(finding)
    db.session.flush()
    record(
        Happening.FINDING_RECORDED,
        f"finding:{finding.id}",
        at=at,
        actor_id=by,
        actor_role=role if by else "system",
        engagement=engagement.id,
        sources=len(finding.sources),
    )
    return finding


def record_influence(
    finding: Finding,
    *,
    effect: str,
    priority: Priority | None,
    reason: str,
    decided_by: str,
    decided_on: date,
    at: datetime,
    by: int | None,
    role: str = "officer",
    text: str = "",
    seen: str = "",
) -> Influence:
    """Record what became of a finding (R46, R47); a changed priority gets its new ``text`` too.

    ``seen`` is the ``text_hash`` of the wording that the officer read. PriorityMoved if it has
    changed since; InfluenceRefused where the decision doesn't hold together or is recorded already.
    """
    if priority is not None:
        db.session.refresh(priority, ["text"], with_for_update=True)
    before = priority.text if priority is not None else ""
    refuse_decision(
        effect,
        before=before,
        after=text,
        has_priority=priority is not None,
        decided_on=decided_on,
        today=at.astimezone(UK).date(),
    )
    if influence_on(finding, priority) is not None:
        raise InfluenceRefused(N_("What was done with this is recorded already for this priority"))
    changes = effect == "changed" and priority is not None
    if changes and text_hash(before) != seen:
        raise PriorityMoved("Somebody changed this priority. Read it as it is now, then go on")
    influence = Influence(
        finding_id=finding.id,
        priority_id=priority.id if priority is not None else None,
        effect=effect,
        before_text=before if changes else None,
        after_text=text if changes else None,
        reason=reason,
        decided_by=decided_by,
        decided_on=decided_on,
        recorded_at=at,
    )
    finding.influences.append(influence)
    db.session.flush()
    if changes and priority is not None:
        change_priority(priority, text, at=at, by=by, role=role)
    record(
        Happening.INFLUENCE_RECORDED,
        f"finding:{finding.id}",
        at=at,
        actor_id=by,
        actor_role=role if by else "system",
        effect=effect,
        priority=priority.id if priority is not None else None,
        before=text_hash(before) if changes else None,
        after=text_hash(text) if changes else None,
    )
    return influence


def tell_contributors(
    engagement: Engagement, *, link: str, at: datetime, by: int | None, role: str = "officer"
) -> int:
    """Tell each contributor once what was done with what they said; return how many messages.

    One message covers all of a contributor's points that they were not told of before, and
    nobody else's. ``link`` is the address of the public page. Refused when nothing is left to
    tell, also when another officer tells it at the same moment.
    """
    influences = untold_influences(engagement.id)
    if not influences:
        raise InfluenceRefused(N_("Everybody has been told of every decision so far"))
    concerned = contributors_of(influences)
    _claim(influences, at)
    for (channel, address), points in concerned.items():
        subject, body = letter(engagement.title, [_point(point) for point in points], link)
        once = _once(channel, address, points)
        send(address, subject, body, once=once, at=at, channel=channel, topic="decisions")
    record(
        Happening.CONTRIBUTORS_TOLD,
        f"engagement:{engagement.id}",
        at=at,
        actor_id=by,
        actor_role=role if by else "system",
        decisions=len(influences),
        messages=len(concerned),
    )
    return len(concerned)


def _claim(influences: Sequence[Influence], at: datetime) -> None:
    """Set the time of telling on all at once; whoever comes second finds nothing to claim."""
    claimed = db.session.execute(
        update(Influence)
        .where(Influence.id.in_([influence.id for influence in influences]))
        .where(Influence.told_at.is_(None))
        .values(told_at=at)
        .execution_options(synchronize_session="fetch")
    )
    if claimed.rowcount != len(influences):  # type: ignore[attr-defined]
        raise InfluenceRefused(N_("Somebody else is telling everybody just now"))


def _once(channel: str, address: str, points: Sequence[Influence]) -> str:
    """The key of a message: the address is in it as a digest only."""
    digest = hashlib.sha256(f"{channel}:{address}".encode()).hexdigest()[:24]
    numbers = hashlib.sha256(str(sorted(p.id for p in points)).encode()).hexdigest()[:16]
    return f"decided:{numbers}:{digest}"


def _point(influence: Influence) -> Point:
    priority = influence.priority
    return Point(
        statement=influence.finding.statement,
        effect=influence.effect,
        priority=f"{priority.plan.title}, {priority.number}. {priority.title}" if priority else "",
        reason=influence.reason,
        before=influence.before_text or "",
        after=influence.after_text or "",
    )
