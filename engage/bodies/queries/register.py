"""Reads of the register of community bodies."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from sqlalchemy import Select, bindparam, func, or_, select
from sqlalchemy.orm import selectinload

from engage.accounts.models import Account
from engage.bodies.models import BodyLocality, CommunityBody, ParticipationWish, Representative
from engage.bodies.rules.register import PARTS, name_key
from engage.extensions import db, many_rows
from engage.messages.actions import reference_address
from engage.places.models import Locality


@dataclass(frozen=True)
class RegisterFilter:
    """What the reader of the register asked for; '' and None ask for nothing."""

    words: str = ""
    basis: str = ""
    locality_id: int | None = None
    stage: str = "registered"
    kind: str = ""
    interest: str = ""
    wish: str = ""


@lru_cache(maxsize=64)
def matching(wanted: RegisterFilter) -> Select[CommunityBody]:
    """Return the query for the bodies that were asked for, by name."""
    query = select(CommunityBody).order_by(CommunityBody.name_key, CommunityBody.id)
    if wanted.stage:
        query = query.where(CommunityBody.stage == wanted.stage)
    for word in (name_key(wanted.words) or wanted.words.casefold()).split():
        key, name = CommunityBody.name_key, func.lower(CommunityBody.name)
        query = query.where(
            or_(key.contains(word, autoescape=True), name.contains(word, autoescape=True))
        )
    if wanted.basis in ("place", "interest"):
        query = query.where(CommunityBody.basis.in_((wanted.basis, "both")))
    if wanted.kind:
        query = query.where(CommunityBody.kind == wanted.kind)
    for word in wanted.interest.casefold().split():
        interests = func.lower(CommunityBody.interests)
        query = query.where(interests.contains(word, autoescape=True))
    if wanted.wish:
        query = query.where(CommunityBody.id.in_(_wishing(wanted.wish)))
    if wanted.locality_id is not None:
        here = CommunityBody.localities.any(BodyLocality.locality_id == wanted.locality_id)
        query = query.where(or_(here, ~CommunityBody.localities.any()))
    return query


def _wishing(level: str) -> Any:
    """Return the ids of the bodies whose latest general wish is this one."""
    latest = (
        select(func.max(ParticipationWish.id))
        .where(ParticipationWish.topic == "")
        .group_by(ParticipationWish.body_id)
    )
    return select(ParticipationWish.body_id).where(
        ParticipationWish.id.in_(latest), ParticipationWish.level == level
    )


def find_bodies(
    wanted: RegisterFilter, *, offset: int = 0, limit: int | None = None
) -> list[CommunityBody]:
    """Return the bodies that were asked for, by name, with their areas.

    A body without areas of its own belongs to the whole council area, so it is found in each one.
    """
    query = matching(wanted).options(selectinload(CommunityBody.localities))
    return list(db.session.scalars(query.offset(offset).limit(limit)))


def count_bodies(wanted: RegisterFilter) -> int:
    """Return how many bodies ``find_bodies`` would give without a limit."""
    query = matching(wanted).order_by(None).with_only_columns(CommunityBody.id).subquery()
    return db.session.scalar(select(func.count()).select_from(query)) or 0


def body_facts(
    wanted: RegisterFilter, *, offset: int = 0, limit: int | None = None
) -> Sequence[Any]:
    """Return what is kept of each body that was asked for, by name, as rows for lists and files.

    Rows have the names of CommunityBody's own columns; thousands of them cost little.
    """
    query = matching(wanted).with_only_columns(*CommunityBody.__table__.c)
    return db.session.execute(query.offset(offset).limit(limit)).all()


def body_columns(wanted: RegisterFilter, *columns: Any) -> Sequence[Any]:
    """Return these columns of each body that was asked for, by name: for files of thousands."""
    return many_rows(matching(wanted).with_only_columns(*columns))


def body_names(wanted: RegisterFilter) -> Sequence[Any]:
    """Return id and name of each body that was asked for, by name."""
    return body_columns(wanted, CommunityBody.id, CommunityBody.name)


def stage_counts() -> dict[str, int]:
    """Return how many bodies stand at each stage; a stage without any is absent."""
    query = select(CommunityBody.stage, func.count()).group_by(CommunityBody.stage)
    return {row[0]: row[1] for row in db.session.execute(query)}


def particular_regard(*, decided: bool = True) -> list[CommunityBody]:
    """Return the registered bodies that speak for people who face disadvantage (s.4(6)(a), R02).

    ``decided`` False gives those that say so of themselves and wait for the partnership's view.
    """
    query = matching(RegisterFilter()).where(CommunityBody.represents_disadvantage.is_(True))
    day = CommunityBody.regard_decided_on
    return list(db.session.scalars(query.where(day.is_not(None) if decided else day.is_(None))))


def body_by_slug(slug: str) -> CommunityBody | None:
    """Return the body at this address, whatever its stage."""
    return db.session.scalar(_by_slug(), {"slug": slug})


@cache
def _by_slug() -> Select[CommunityBody]:
    return select(CommunityBody).where(CommunityBody.slug == bindparam("slug"))


def body_by_key(key: str) -> CommunityBody | None:
    """Return the body whose name has this key (rules.name_key)."""
    return db.session.scalar(select(CommunityBody).where(CommunityBody.name_key == key))


def body_by_reference(reference: str) -> CommunityBody | None:
    """Return the body that was registered without an account, by the reference given for it."""
    return db.session.scalar(
        select(CommunityBody).where(CommunityBody.reference_hash == reference_address(reference))
    )


def body_sent(name: str, *, account_id: int | None, reference: str) -> CommunityBody | None:
    """Return the group of this name that waits for the checks and that the asker registered.

    The asker is known by the account, or without one by the reference.
    """
    body = body_by_key(name_key(name))
    if body is None or body.stage != "proposed":
        return None
    if account_id is not None:
        return body if part_in(body, account_id) else None
    return body if body.reference_hash == reference_address(reference) else None


def bodies_of(account_id: int) -> list[CommunityBody]:
    """Return the bodies, registered or proposed, that an account represents, by name."""
    return list(db.session.scalars(_represented(), {"account_id": account_id}))


@cache
def _represented() -> Select[CommunityBody]:
    return (
        select(CommunityBody)
        .join(CommunityBody.representatives)
        .where(
            Representative.account_id == bindparam("account_id"),
            CommunityBody.stage.in_(("proposed", "registered")),
        )
        .order_by(CommunityBody.name_key)
    )


def body_for(
    account_id: int, slug: str, parts: Collection[str] = tuple(PARTS)
) -> CommunityBody | None:
    """Return the body at this address if the account represents it in one of ``parts``.

    None otherwise, and for a body that is neither proposed nor registered: the page is answered
    404.
    """
    found = next((body for body in bodies_of(account_id) if body.slug == slug), None)
    return found if found is not None and part_in(found, account_id) in parts else None


def part_in(body: CommunityBody, account_id: int) -> str:
    """Return the part that an account has in a body; '' if it has none."""
    parts = {r.account_id: r.part for r in body.representatives}
    return parts.get(account_id, "")


def people_of(body_id: int) -> list[tuple[Representative, Account]]:
    """Return who represents a body, with their accounts, in the order in which they came."""
    rows = db.session.execute(
        select(Representative, Account)
        .join(Account, Account.id == Representative.account_id)
        .where(Representative.body_id == body_id)
        .order_by(Representative.id)
    )
    return [(representative, account) for representative, account in rows]


def addresses_of(body_id: int) -> list[str]:
    """Return where mail goes to everybody who represents a body through an open account."""
    return [account.mail_to for _, account in people_of(body_id) if account.is_open]


def wish_of(body: CommunityBody) -> str:
    """Return how far a body wishes to take part in general; '' if it was never asked."""
    return wishes_of([body.id]).get(body.id, "")


def wishes_of(body_ids: Iterable[int] | None = None) -> dict[int, str]:
    """Return the latest general wish of each body; one that was never asked is absent.

    Without ``body_ids`` of every body: thousands of numbers in a question cost more than that.
    """
    query = (
        select(ParticipationWish.body_id, ParticipationWish.level)
        .where(ParticipationWish.topic == "", ParticipationWish.stage == "")
        .order_by(ParticipationWish.id)
    )
    if body_ids is not None:
        query = query.where(ParticipationWish.body_id.in_(list(body_ids)))
    return dict(iter(many_rows(query)))


def area_names(bodies: Iterable[Any] | None = None) -> dict[int, list[str]]:
    """Return the names of each body's areas, by name; a body of the whole area has none.

    Without ``bodies`` of every body.
    """
    query = (
        select(BodyLocality.body_id, Locality.name)
        .join(Locality, Locality.id == BodyLocality.locality_id)
        .order_by(Locality.name)
    )
    if bodies is not None:
        query = query.where(BodyLocality.body_id.in_([body.id for body in bodies]))
    names: dict[int, list[str]] = {}
    for body_id, name in many_rows(query):
        names.setdefault(body_id, []).append(name)
    return names


def area_choices() -> list[tuple[str, str]]:
    """Return pairs of id (as text) and name of every locality, by name.

    An installation divides one council area, so a group may belong to any of them.
    """
    query = select(Locality.id, Locality.name).order_by(Locality.name)
    return [(str(row[0]), row[1]) for row in db.session.execute(query)]
