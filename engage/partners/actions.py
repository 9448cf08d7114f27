"""Setting up the partnership, and adding partners to it."""

from datetime import datetime

from sqlalchemy.exc import IntegrityError

from engage.audit.actions import record
from engage.audit.rules import Happening
from engage.extensions import db
from engage.partners.models import Partner, Partnership
from engage.partners.queries import partner_by_name, partnership
from engage.partners.rules import PartnerRefused


def set_up_partnership(
    *,
    name: str,
    council_code: str | None,
    colour: str,
    contact_email: str,
    contact_phone: str,
    at: datetime,
    by: int | None,
    role: str = "officer",
    logo_png: bytes | None = None,
    drop_logo: bool = False,
) -> Partnership:
    """Say whose site this is; the first time makes the one row, later times change it.

    ``colour`` is what rules.read_colour returned, ``logo_png`` what rules.read_logo did. None
    keeps the logo that stands, unless ``drop_logo``.
    """
    whose = partnership()
    whose.name, whose.council_code, whose.colour = name, council_code, colour
    whose.contact_email, whose.contact_phone = contact_email, contact_phone
    if logo_png is not None or drop_logo:
        whose.logo_png = logo_png
    db.session.add(whose)
    record(
        Happening.PARTNERSHIP_SET_UP,
        "partnership:1",
        at=at,
        actor_id=by,
        actor_role=role if by is not None else "system",
        council=council_code,
        colour=colour,
        logo=whose.logo_png is not None,
    )
    return whose


def add_partner(
    name: str, kind: str, is_statutory: bool, *, at: datetime, by: int | None, role: str = "officer"
) -> Partner:
    """Add a community planning partner. Raises PartnerRefused where the name stands already."""
    standing = partner_by_name(name)
    if standing is not None:
        raise PartnerRefused(f"“{standing.name}” is a partner already")
    partner = Partner(name=name, kind=kind, is_statutory=is_statutory)
    db.session.add(partner)
    try:
        db.session.flush()
    except IntegrityError:
        db.session.rollback()
        raise PartnerRefused(f"“{name}” is a partner already") from None
    record(
        Happening.PARTNER_ADDED,
        f"partner:{partner.id}",
        at=at,
        actor_id=by,
        actor_role=role if by is not None else "system",
        kind=kind,
        statutory=is_statutory,
    )
    return partner
