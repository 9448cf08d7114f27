"""Registering groups, changing what they say of themselves, and deciding about them."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from engage.audit.actions import record
from engage.audit.rules import Happening
from engage.bodies.models import (
    BodyAddress,
    BodyLocality,
    CommunityBody,
    ParticipationWish,
    Representative,
)
from engage.bodies.queries.register import addresses_of, body_by_key
from engage.bodies.rules.register import (
    RESERVED,
    STAGES,
    BodyChangedRefused,
    BodyDetails,
    BodyRefused,
    NameTakenRefused,
    accepted_words,
    declined_words,
    freed_key,
    name_key,
    name_taken,
    once_for,
)
from engage.bodies.rules.wishes import topic_key
from engage.extensions import db
from engage.messages.actions import leave_to_a_person, reference_address, send
from engage.messages.queries import wish_of_reader
from engage.messages.rules import body_holder
from engage.web.rules import N_, slug_for


def propose_body(
    details: BodyDetails,
    *,
    wish: str,
    at: datetime,
    by: int | None,
    role: str = "public",
    reference: str = "",
) -> CommunityBody:
    """Register a group's wish to stand on the register (R01); officers check it next.

    With an account (``by``) its holder becomes the group's secretary; without one, ``reference``
    is what the person was given, and only its hash is kept. Raises NameTakenRefused.
    """
    body = new_body(details, at, taken_slugs())
    if reference:
        body.reference_hash = reference_address(reference)
    if by is not None:
        body.representatives.append(Representative(account_id=by, part="secretary"))
    _store(body)
    _record(Happening.BODY_PROPOSED, body, at=at, by=by, role=role, kind=body.kind)
    record_wish(body, wish, at=at, by=by, role=role, source="registration")
    return body


def says(body: CommunityBody, details: BodyDetails) -> bool:
    """Say whether what stands of a group is just what ``details`` say."""
    stands = BodyDetails(
        name=body.name,
        kind=body.kind,
        basis=body.basis,
        is_constituted=body.is_constituted,
        purpose=body.purpose,
        locality_ids=tuple(area.locality_id for area in body.localities),
        interests=body.interests,
        represents_disadvantage=body.represents_disadvantage,
        evidence=body.evidence,
        contact_role=body.contact_role,
        contact_email=body.contact_email,
    )
    return stands == details


def register_body(
    details: BodyDetails,
    *,
    wish: str,
    at: datetime,
    today: date,
    by: int | None,
    role: str = "officer",
) -> CommunityBody:
    """Put a group on the register directly; ``wish`` '' means that it was not asked yet.

    Raises NameTakenRefused.
    """
    body = new_body(details, at, taken_slugs())
    body.stage, body.decided_at, body.reviewed_on = "registered", at, today
    _store(body)
    _record(Happening.BODY_REGISTERED, body, at=at, by=by, role=role, kind=body.kind)
    if wish:
        record_wish(body, wish, at=at, by=by, role=role, source="officer")
    return body


def change_body(
    body: CommunityBody,
    details: BodyDetails,
    *,
    version: int,
    at: datetime,
    by: int | None,
    role: str,
) -> None:
    """Change what a group says of itself, as it was at ``version``.

    What a group newly says of people who face disadvantage waits for the partnership's view
    again. Raises BodyChangedRefused, NameTakenRefused, or BodyRefused for a declined group.
    """
    if body.stage == "declined":
        raise BodyRefused(
            N_("This group was not accepted. Accept it before you change its details")
        )
    _take_version(body, version)
    before = (body.represents_disadvantage, body.evidence)
    _describe(body, details)
    if (body.represents_disadvantage, body.evidence) != before:
        body.regard_decided_on = None
    _store(body)
    _record(Happening.BODY_CHANGED, body, at=at, by=by, role=role, version=body.version)


def record_wish(
    body: CommunityBody,
    level: str,
    *,
    at: datetime,
    by: int | None,
    role: str,
    source: str,
    topic: str = "",
    stage: str = "",
) -> ParticipationWish:
    """Record how far a group wishes to take part (s.4(6)(c), R03); earlier wishes stay.

    ``topic`` and ``stage`` '' are every topic and every stage of the work.
    """
    wish = ParticipationWish(
        body_id=body.id,
        level=level,
        topic=topic,
        topic_key=topic_key(topic),
        stage=stage,
        recorded_at=at,
        source=source,
    )
    db.session.add(wish)
    detail = {"stage": stage} if stage else {}
    _record(Happening.WISH_RECORDED, body, at=at, by=by, role=role, level=level, **detail)
    return wish


def accept_body(
    body: CommunityBody, *, at: datetime, today: date, by: int | None, role: str = "officer"
) -> None:
    """Accept a group on to the public register and tell it.

    Raises BodyRefused where it stands there already, NameTakenRefused where another group took
    the name after this one was declined.
    """
    move_body(body, ("proposed", "declined", "dormant", "lapsed"), "registered", lapsed_on=None)
    body.name_key, body.reason = name_key(body.name), None
    body.decided_at, body.reviewed_on = at, today
    _store(body)
    _record(Happening.BODY_REGISTERED, body, at=at, by=by, role=role, kind=body.kind)
    subject, text = accepted_words(
        body.name, f"{current_app.config['BASE_URL']}/groups/{body.slug}/"
    )
    tell_body(body, subject, text, once=f"body-accepted:{body.id}:{body.version}", at=at)


def decline_body(
    body: CommunityBody, reason: str, *, at: datetime, by: int | None, role: str = "officer"
) -> None:
    """Decline a proposed group, tell it why, and leave its name to others."""
    move_body(
        body,
        ("proposed",),
        "declined",
        reason=reason,
        decided_at=at,
        name_key=freed_key(body.id),
    )
    _record(Happening.BODY_DECLINED, body, at=at, by=by, role=role)
    subject, text = declined_words(body.name, reason)
    tell_body(body, subject, text, once=f"body-declined:{body.id}:{body.version}", at=at)


def rest_body(body: CommunityBody, *, at: datetime, by: int | None, role: str = "officer") -> None:
    """Take a group that is not active now off the register; accepting it brings it back."""
    move_body(body, ("registered",), "dormant")
    _record(Happening.BODY_RESTED, body, at=at, by=by, role=role)


def decide_regard(
    body: CommunityBody,
    represents: bool,
    evidence: str,
    *,
    at: datetime,
    today: date,
    by: int | None,
    role: str = "officer",
) -> None:
    """Decide whether a group speaks for people who face disadvantage (s.4(6)(a), R02).

    Raises BodyRefused where it does and no evidence is given.
    """
    if represents and not evidence:
        raise BodyRefused(N_("Enter how you know that the group speaks for them"))
    body.represents_disadvantage, body.evidence = represents, evidence
    body.regard_decided_on = today
    body.version += 1
    _record(Happening.REGARD_DECIDED, body, at=at, by=by, role=role, represents=represents)


def tell_body(
    body: CommunityBody,
    subject: str,
    text: str,
    *,
    once: str,
    at: datetime,
    secret: bool = False,
    topic: str = "",
) -> int:
    """Queue a message to everybody who speaks for a group, and return how many it goes to.

    They are its representatives, its contact address, and the holder of its reference. ``once``
    names the event, so that nobody hears of it twice. ``secret``: it holds a one-time link, and
    goes by e-mail alone. ``topic`` is one that the group may refuse (messages.rules.TOPICS); ''
    always goes. A group that chose letters or the phone gets those.
    """
    wish = wish_of_reader(body_holder(body.id))
    if topic in wish.unwanted:
        return 0
    if not secret and leave_to_a_person(
        wish, body.name, subject, text, once=once, at=at, topic=topic
    ):
        return 1
    addresses = {address.casefold(): address for address in addresses_of(body.id)}
    if body.contact_email:
        addresses.setdefault(body.contact_email.casefold(), body.contact_email)
    queued = [
        send(
            address,
            subject,
            text,
            once=once_for(once, address),
            at=at,
            secret=secret,
            topic=topic,
            form=wish.form,
            language=wish.language,
        )
        for address in addresses.values()
    ]
    if body.reference_hash:
        queued.append(
            send(body.reference_hash, subject, text, once=f"{once}:n", at=at, channel="notice")
        )
    return sum(message is not None for message in queued)


def taken_slugs() -> set[str]:
    """Return the addresses that a new body can't have: those that stand, and those that stood."""
    slugs = select(CommunityBody.slug).union_all(select(BodyAddress.slug))
    return set(db.session.scalars(slugs)) | RESERVED


def new_body(details: BodyDetails, at: datetime, taken: Collection[str]) -> CommunityBody:
    """Return a body with an address of its own; it is written by whoever asked for it."""
    body = CommunityBody(slug=slug_for(details.name, taken), proposed_at=at)
    _describe(body, details)
    return body


def _describe(body: CommunityBody, details: BodyDetails) -> None:
    kept = {
        area.locality_id: area for area in body.localities
    }  # read before a taken name is written
    body.name, body.name_key = details.name, name_key(details.name)
    body.kind, body.basis = details.kind, details.basis
    body.is_constituted = details.is_constituted
    body.purpose, body.interests = details.purpose, details.interests
    body.represents_disadvantage = details.represents_disadvantage
    body.evidence = details.evidence
    body.contact_role, body.contact_email = details.contact_role, details.contact_email
    body.localities = [
        kept.get(number) or BodyLocality(locality_id=number) for number in details.locality_ids
    ]


def _store(body: CommunityBody) -> None:
    """Write a body whose name may be taken; the database settles who of two came first."""
    key, own_id = body.name_key, body.id
    with db.session.no_autoflush:
        standing = body_by_key(key)
    if standing is not None and standing is not body and standing.id != own_id:
        raise NameTakenRefused(_(name_taken(standing.stage), name=standing.name))
    db.session.add(body)
    name = body.name
    try:
        db.session.flush()
    except IntegrityError:
        db.session.rollback()
        raise NameTakenRefused(_(name_taken("proposed"), name=name)) from None


def _take_version(body: CommunityBody, version: int) -> None:
    taken = db.session.execute(
        update(CommunityBody)
        .where(CommunityBody.id == body.id, CommunityBody.version == version)
        .values(version=version + 1)
    )
    if taken.rowcount != 1:  # type: ignore[attr-defined]
        raise BodyChangedRefused(N_("Somebody changed this group after you opened the page"))


def move_body(body: CommunityBody, stages: Collection[str], to: str, **facts: Any) -> None:
    """Take a body from one of ``stages`` to ``to``; of two officers at once only one succeeds."""
    moved = db.session.execute(
        update(CommunityBody)
        .where(CommunityBody.id == body.id, CommunityBody.stage.in_(stages))
        .values(stage=to, version=CommunityBody.version + 1, **facts)
    )
    db.session.refresh(body)
    if moved.rowcount != 1:  # type: ignore[attr-defined]
        now = _(STAGES[body.stage]).lower()
        raise BodyRefused(
            _("Somebody decided about this group before you. It is now: %(stage)s", stage=now)
        )


def _record(
    happening: Happening,
    body: CommunityBody,
    *,
    at: datetime,
    by: int | None,
    role: str,
    **detail: Any,
) -> None:
    record(
        happening,
        f"body:{body.id}",
        at=at,
        actor_id=by,
        actor_role=role if by is not None or role == "public" else "system",
        **detail,
    )
