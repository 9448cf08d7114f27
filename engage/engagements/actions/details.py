"""What an engagement says of itself: its details, its partners and its packs (R10)."""

from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, update
from sqlalchemy.exc import IntegrityError

from engage.audit.actions import record
from engage.audit.rules import Happening
from engage.engagements.actions.calendar import refuse_same_again
from engage.engagements.actions.planning import plan_engagement
from engage.engagements.models import (
    Engagement,
    EngagementPartner,
    EngagementSettings,
    InformationPack,
)
from engage.engagements.queries.calendar import around
from engage.engagements.queries.settings import settings
from engage.engagements.rules.about import PackRefused
from engage.engagements.rules.planning import EngagementRefused
from engage.extensions import db
from engage.web.rules import N_

#: What only an event of its own says here; a consultation or a vote has its own form for it.
OF_AN_EVENT = (
    "title", "purpose", "level", "open_to_change", "fixed", "support_offered", "locality_id",
    "opens_at", "closes_at",
)  # fmt: skip
#: What every engagement's file says.
OF_THE_FILE = (
    "methods", "stage", "value_pence", "topic", "changed_since", "minutes_asked", "is_public",
    "reuse_notice", "reuse_words", "lead_partner_id",
)  # fmt: skip


def plan_event(
    about: Mapping[str, Any],
    partners: Collection[int],
    *,
    at: datetime,
    by: int | None,
    role: str = "officer",
) -> Engagement:
    """Plan an event, one that is neither a consultation nor a vote. It is not public yet."""
    planned = {name: about[name] for name in OF_AN_EVENT}
    engagement = plan_engagement("event", **planned, at=at, by=by, role=role)
    _write(engagement, about, OF_THE_FILE, partners)
    return engagement


def change_details(
    engagement: Engagement,
    about: Mapping[str, Any],
    partners: Collection[int],
    *,
    at: datetime,
    by: int | None,
    role: str = "officer",
) -> None:
    """Change what an engagement's file says; of an event that is not open yet, everything.

    Raises EngagementRefused once it is closed, where an event would end before it starts, and
    where what people were told about later uses would change after it opened; SameAgainRefused
    where it is open and would ask people the same again without saying what changed (R12), which
    before it opens is asked at that gate.
    """
    if engagement.closed_at is not None:
        raise EngagementRefused(N_("It is closed: what its file says is fixed"))
    opened = engagement.opened_at is not None
    told = (about["reuse_notice"], about["reuse_words"])
    if (
        opened
        and engagement.reuse_notice
        and told
        != (
            engagement.reuse_notice,
            engagement.reuse_words,
        )
    ):
        raise EngagementRefused(
            N_("What people were told about later uses stays as they were told it")
        )
    names: Collection[str] = OF_THE_FILE
    if engagement.kind == "event" and not opened:
        names = OF_AN_EVENT + OF_THE_FILE
        if about["closes_at"] <= about["opens_at"]:
            raise EngagementRefused(N_("The closing date must be after the opening date"))
    was = (engagement.topic, engagement.changed_since)
    _write(engagement, about, names, partners)
    if opened and was != (engagement.topic, engagement.changed_since):
        before, _clashing, _quiet = around(engagement)
        refuse_same_again(before, engagement.changed_since)
    record(
        Happening.ENGAGEMENT_CHANGED,
        f"engagement:{engagement.id}",
        at=at,
        actor_id=by,
        actor_role=role if by else "system",
        stage=engagement.stage,
        value_pence=engagement.value_pence,
    )


def _write(
    engagement: Engagement,
    about: Mapping[str, Any],
    names: Collection[str],
    partners: Collection[int],
) -> None:
    for name in names:
        setattr(engagement, name, about[name])
    db.session.execute(
        delete(EngagementPartner).where(EngagementPartner.engagement_id == engagement.id)
    )
    for partner_id in sorted(set(partners) - {engagement.lead_partner_id}):
        db.session.add(EngagementPartner(engagement_id=engagement.id, partner_id=partner_id))
    db.session.flush()


def add_pack(
    engagement: Engagement,
    *,
    title: str,
    version: str,
    format_: str,
    language: str,
    published_on: date,
    at: datetime,
    by: int | None,
    role: str = "officer",
    link: str = "",
    file_pdf: bytes | None = None,
) -> InformationPack:
    """Give people something to read. ``file_pdf`` is what rules.about.read_pack returned.

    Raises PackRefused where there is neither link nor file, and where the same stands already.
    """
    if engagement.closed_at is not None:
        raise PackRefused(N_("It is closed: what people were given to read stays as it is"))
    if not link and file_pdf is None:
        raise PackRefused(N_("Give a link, or choose a file"))
    pack = InformationPack(
        engagement_id=engagement.id,
        title=title,
        version=version,
        format=format_,
        language=language,
        link=link,
        file_pdf=file_pdf,
        published_on=published_on,
    )
    db.session.add(pack)
    try:
        db.session.flush()
    except IntegrityError:
        db.session.rollback()
        raise PackRefused(
            N_("This version stands here already in this form and language. Give it a new version")
        ) from None
    record(
        Happening.PACK_ADDED,
        f"engagement:{engagement.id}",
        at=at,
        actor_id=by,
        actor_role=role if by else "system",
        pack=pack.id,
        published_on=published_on.isoformat(),
    )
    return pack


def remove_pack(
    engagement: Engagement,
    pack: InformationPack,
    *,
    at: datetime,
    by: int | None,
    role: str = "officer",
) -> None:
    """Take a pack away that nobody was given yet. Raises PackRefused once the engagement is open,
    and where an answer rests on it."""
    if engagement.opened_at is not None:
        raise PackRefused(N_("People could read it: add a new version instead"))
    number = pack.id
    try:
        with db.session.begin_nested():
            db.session.delete(pack)
            db.session.flush()
    except IntegrityError:
        raise PackRefused(
            N_("It is evidence for a Standard: take it off that answer first")
        ) from None
    record(
        Happening.PACK_REMOVED,
        f"engagement:{engagement.id}",
        at=at,
        actor_id=by,
        actor_role=role if by else "system",
        pack=number,
    )


def set_rules(
    *,
    standards_from_pence: int,
    value_always_needed: bool,
    at: datetime,
    by: int | None,
    role: str = "officer",
) -> EngagementSettings:
    """Say from which value on the 38 indicators apply. What is open keeps what it opened under."""
    decided = settings()
    decided.standards_from_pence = standards_from_pence
    decided.value_always_needed = value_always_needed
    db.session.add(decided)
    record(
        Happening.ENGAGEMENT_RULES_SET,
        "engagement_settings:1",
        at=at,
        actor_id=by,
        actor_role=role if by else "system",
        standards_from_pence=standards_from_pence,
        value_always_needed=value_always_needed,
    )
    return decided


def touch(engagement_id: int) -> None:
    """Hold an engagement, so that it is neither opened nor closed while its file is written."""
    db.session.execute(
        update(Engagement)
        .where(Engagement.id == engagement_id)
        .values(stage=Engagement.stage)
        .execution_options(synchronize_session=False)
    )
