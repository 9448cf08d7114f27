"""A third sector interface's standing, and links of support (R08)."""

from datetime import date, datetime
from typing import Any

from engage.audit.actions import record
from engage.audit.rules import Happening
from engage.bodies.models import CommunityBody, InterfaceStanding, SupportLink
from engage.bodies.rules.network import NetworkRefused
from engage.extensions import db
from engage.web.rules import N_


def decide_standing(
    interface: CommunityBody,
    standing: str,
    reason: str,
    *,
    at: datetime,
    today: date,
    by: int | None,
    role: str = "officer",
) -> None:
    """Say whether an interface is a partner or signed the plan, or why it is neither.

    Raises NetworkRefused for a group of another kind, and for “neither” without a reason.
    """
    _refuse_other(interface)
    if standing == "neither" and not reason:
        raise NetworkRefused(N_("Enter why it is neither"))
    kept = db.session.get(InterfaceStanding, interface.id)
    if kept is None:
        kept = InterfaceStanding(body_id=interface.id, standing=standing)
    kept.standing, kept.reason = standing, reason
    kept.decided_on, kept.decided_by = today, by
    db.session.add(kept)
    _record(Happening.INTERFACE_STANDING_DECIDED, interface.id, at, by, role, standing=standing)


def link_support(
    interface: CommunityBody,
    body: CommunityBody,
    what: str,
    since_on: date,
    *,
    at: datetime,
    today: date,
    by: int | None,
    role: str = "officer",
) -> SupportLink:
    """Note that an interface supports a group. Raises NetworkRefused."""
    _refuse_other(interface)
    if interface.id == body.id:
        raise NetworkRefused(N_("Choose another group than the interface itself"))
    if since_on > today:
        raise NetworkRefused(N_("Enter a day that is not in the future"))
    link = SupportLink(interface_id=interface.id, body_id=body.id, what=what, since_on=since_on)
    db.session.add(link)
    _record(Happening.SUPPORT_LINKED, interface.id, at, by, role, other=body.id)
    return link


def end_support(
    link: SupportLink, *, at: datetime, today: date, by: int | None, role: str = "officer"
) -> None:
    """Note that support has ended; what it was stays on record."""
    link.ended_on = max(today, link.since_on)
    _record(Happening.SUPPORT_ENDED, link.interface_id, at, by, role, other=link.body_id)


def _refuse_other(interface: CommunityBody) -> None:
    if interface.kind != "interface":
        raise NetworkRefused(N_("Only a third sector interface has links of support"))


def _record(
    happening: Happening, body_id: int, at: datetime, by: int | None, role: str, **detail: Any
) -> None:
    actor = role if by is not None else "system"
    record(happening, f"body:{body_id}", at=at, actor_id=by, actor_role=actor, **detail)
