"""Keeping communities: who belongs to one, who speaks for it, what is done to hear from it."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from engage.audit.actions import record
from engage.audit.rules import Happening
from engage.bodies.actions.register import decide_regard
from engage.bodies.models import (
    Community,
    CommunityAction,
    CommunityBody,
    CommunityLocality,
    CommunityVoice,
    CommunityZone,
)
from engage.bodies.queries.communities import community_by_name, loaded_zones
from engage.bodies.rules.communities import (
    ActionDayRefused,
    CommunityDetails,
    CommunityNameRefused,
    CommunityRefused,
    ZoneRefused,
)
from engage.bodies.rules.register import RESERVED, name_key
from engage.extensions import db
from engage.web.rules import N_, slug_for


def define_community(
    details: CommunityDetails, *, at: datetime, today: date, by: int | None, role: str = "officer"
) -> Community:
    """Say who belongs to a community, and whether its outcomes are poorer, by what evidence.

    Raises CommunityNameRefused and ZoneRefused.
    """
    taken = set(db.session.scalars(select(Community.slug))) | RESERVED
    community = Community(slug=slug_for(details.name, taken))
    _describe(community, details, today, by)
    _store(community)
    _record(Happening.COMMUNITY_DEFINED, community, at, by, role, kind=details.kind)
    return community


def change_community(
    community: Community,
    details: CommunityDetails,
    *,
    version: int,
    at: datetime,
    today: date,
    by: int | None,
    role: str = "officer",
) -> None:
    """Change what is said of a community, as it was at ``version``.

    Raises CommunityRefused where somebody else changed it, CommunityNameRefused, ZoneRefused.
    """
    taken = db.session.execute(
        update(Community)
        .where(Community.id == community.id, Community.version == version)
        .values(version=version + 1)
    )
    if taken.rowcount != 1:  # type: ignore[attr-defined]
        raise CommunityRefused(N_("Somebody changed this community after you opened the page"))
    _describe(community, details, today, by)
    _store(community)
    _record(Happening.COMMUNITY_CHANGED, community, at, by, role, version=version + 1)


def end_community(
    community: Community, *, at: datetime, today: date, by: int | None, role: str = "officer"
) -> None:
    """Stop looking at a community on its own; what was written of it stays."""
    community.ended_on = today
    _record(Happening.COMMUNITY_ENDED, community, at, by, role)


def name_voice(
    community: Community,
    body: CommunityBody,
    evidence: str,
    *,
    at: datetime,
    today: date,
    by: int | None,
    role: str = "officer",
) -> CommunityVoice:
    """Decide that a group speaks for a community, on this evidence (R02).

    Where the community's outcomes are poorer, the group is one that must be heard from then on.
    Raises CommunityRefused for a group that is named already.
    """
    voice = CommunityVoice(
        community_id=community.id,
        body_id=body.id,
        evidence=evidence,
        decided_by=by,
        decided_on=today,
    )
    db.session.add(voice)
    name = body.name
    try:
        db.session.flush()
    except IntegrityError:
        db.session.rollback()
        raise CommunityRefused(
            _("%(name)s is named for this community already", name=name)
        ) from None
    _record(Happening.VOICE_DECIDED, community, at, by, role, body=body.id)
    decided = body.represents_disadvantage and body.regard_decided_on is not None
    if community.disadvantaged and not decided:
        decide_regard(body, True, evidence, at=at, today=today, by=by, role=role)
    return voice


def end_voice(
    voice: CommunityVoice, *, at: datetime, by: int | None, role: str = "officer"
) -> None:
    """Decide that a group no longer speaks for a community."""
    community, body_id = voice.community, voice.body_id
    db.session.delete(voice)
    _record(Happening.VOICE_ENDED, community, at, by, role, body=body_id)


def plan_action(
    community: Community,
    what: str,
    who: str,
    due_on: date,
    *,
    at: datetime,
    today: date,
    by: int | None,
    role: str = "officer",
) -> CommunityAction:
    """Say what will be done to hear from a community, by whom and by when.

    Raises ActionDayRefused for a day that is over.
    """
    if due_on < today:
        raise ActionDayRefused(N_("Enter a day that is not over"))
    action = CommunityAction(
        community_id=community.id,
        what=what,
        who=who,
        due_on=due_on,
        planned_at=at,
        planned_by=by,
    )
    db.session.add(action)
    _record(Happening.COMMUNITY_ACTION_PLANNED, community, at, by, role)
    return action


def finish_action(
    action: CommunityAction,
    community: Community,
    outcome: str,
    *,
    at: datetime,
    today: date,
    by: int | None,
    role: str = "officer",
) -> None:
    """Say what came of an action. Raises CommunityRefused where it was said already."""
    done = db.session.execute(
        update(CommunityAction)
        .where(CommunityAction.id == action.id, CommunityAction.done_on.is_(None))
        .values(done_on=today, outcome=outcome)
    )
    if done.rowcount != 1:  # type: ignore[attr-defined]
        raise CommunityRefused(N_("Somebody marked this action as done before you"))
    _record(Happening.COMMUNITY_ACTION_DONE, community, at, by, role)


def _describe(community: Community, details: CommunityDetails, today: date, by: int | None) -> None:
    is_place = details.kind == "place"
    zones = details.zone_codes if is_place else ()
    _refuse_unknown(zones)
    before = (community.disadvantaged, community.evidence)
    with db.session.no_autoflush:
        community.name, community.name_key = details.name, name_key(details.name)
        community.kind, community.definition = details.kind, details.definition
        community.disadvantaged, community.evidence = details.disadvantaged, details.evidence
        if before != (details.disadvantaged, details.evidence):
            community.decided_by, community.decided_on = by, today
        places = {row.locality_id: row for row in community.localities}
        community.localities = [
            places.get(number) or CommunityLocality(locality_id=number)
            for number in (details.locality_ids if is_place else ())
        ]
        kept = {row.zone_code: row for row in community.zones}
        community.zones = [kept.get(code) or CommunityZone(zone_code=code) for code in zones]


def _refuse_unknown(zones: Iterable[str]) -> None:
    missing = sorted(set(zones) - loaded_zones(zones))
    if missing:
        raise ZoneRefused(_("No data zone %(code)s is loaded", code=missing[0]))


def _store(community: Community) -> None:
    """Write a community whose name may be taken; the database settles who of two came first."""
    name = community.name
    with db.session.no_autoflush:
        standing = community_by_name(name)
    if standing is None or standing is community:
        db.session.add(community)
        try:
            db.session.flush()
        except IntegrityError:
            db.session.rollback()
        else:
            return
    raise CommunityNameRefused(_("“%(name)s” is on the list already", name=name))


def _record(
    happening: Happening,
    community: Community,
    at: datetime,
    by: int | None,
    role: str,
    **detail: Any,
) -> None:
    actor = role if by is not None else "system"
    record(happening, f"community:{community.id}", at=at, actor_id=by, actor_role=actor, **detail)
