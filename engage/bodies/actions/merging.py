"""Two entries of one group become one, in one unit of work; or an officer tells them apart."""

from collections import Counter
from datetime import datetime
from itertools import combinations

from sqlalchemy import delete, or_, select, update
from sqlalchemy.exc import IntegrityError

from engage.audit.actions import record
from engage.audit.rules import Happening
from engage.bodies.actions.register import tell_body
from engage.bodies.models import (
    BodyAddress,
    BodyDistinct,
    BodyLocality,
    CommunityBody,
    Representative,
    RepresentativeInvitation,
)
from engage.bodies.queries.merging import body_columns, covers_all, move_of, twice_in, unique_with
from engage.bodies.queries.register import addresses_of
from engage.bodies.rules.merging import (
    CLASH,
    CLASHES,
    MergeRefused,
    Twice,
    merged_words,
    parted_words,
    stronger,
)
from engage.bodies.rules.register import once_for
from engage.extensions import db
from engage.messages.actions import hand_on, send
from engage.messages.rules import body_holder
from engage.web.pages import absolute_url
from engage.web.rules import N_


def merge_bodies(
    gone: CommunityBody,
    kept: CommunityBody,
    *,
    with_people: bool,
    at: datetime,
    by: int | None,
    role: str = "officer",
) -> None:
    """Move all that belongs to ``gone`` to ``kept``, and let the old address lead there.

    ``with_people``: those who spoke for the one speak for the other. Without it they and their
    invitations end, since anybody could have registered an entry that was not checked. Raises
    MergeRefused, and nothing is changed then.
    """
    _refuse_unfit(gone, kept)
    gone_id, kept_id, old = gone.id, kept.id, (gone.slug, gone.name, gone.name_key)
    left_out = [] if with_people else [*addresses_of(gone_id), gone.contact_email]
    try:
        _take(gone, kept)
        _settle_people(gone_id, kept_id, with_people)
        hand_on(body_holder(gone_id), body_holder(kept_id) if with_people else None)
        if covers_all(kept_id):
            db.session.execute(delete(BodyLocality).where(BodyLocality.body_id == gone_id))
        _forget_links_between(gone_id, kept_id)
        moved = _move_all(gone_id, kept_id)
        _hand_over(gone, kept, with_contact=with_people)
        db.session.flush()
        db.session.execute(delete(CommunityBody).where(CommunityBody.id == gone_id))
        slug, name, key = old
        db.session.add(
            BodyAddress(slug=slug, name=name, name_key=key, body_id=kept_id, merged_at=at)
        )
        db.session.flush()
    except IntegrityError:
        db.session.rollback()
        raise MergeRefused(CLASH) from None
    db.session.expunge(gone)
    db.session.expire_all()
    record(
        Happening.BODY_MERGED,
        f"body:{kept_id}",
        at=at,
        actor_id=by,
        actor_role=role,
        gone=gone_id,
        moved=dict(sorted(moved.items())),
        with_people=with_people,
    )
    _tell(kept, old[1], {address for address in left_out if address}, gone_id, at)


def tell_apart(
    low_id: int, high_id: int, *, at: datetime, by: int | None, role: str = "officer"
) -> None:
    """Note that two bodies that look alike are not the same, so that nobody is asked again."""
    low, high = sorted((low_id, high_id))
    if db.session.get(BodyDistinct, (low, high)) is None:
        db.session.add(BodyDistinct(low_id=low, high_id=high, decided_by=by, decided_at=at))
        record(
            Happening.BODIES_TOLD_APART,
            f"body:{low}",
            at=at,
            actor_id=by,
            actor_role=role,
            other=high,
        )


def _refuse_unfit(gone: CommunityBody, kept: CommunityBody) -> None:
    if gone.id == kept.id:
        raise MergeRefused(N_("Choose another group than this one"))
    if kept.stage != "registered":
        raise MergeRefused(N_("The group that stays must be on the register"))
    if gone.stage == "declined":
        raise MergeRefused(N_("A group that was not accepted has nothing to merge"))
    if gone.kind == "interface" and kept.kind != "interface":
        raise MergeRefused(
            N_("Only another third sector interface can take over from one. Change its kind first")
        )


def _take(gone: CommunityBody, kept: CommunityBody) -> None:
    """Take both rows for this transaction; the one that goes no longer counts as standing."""
    for body_id in sorted((gone.id, kept.id)):
        db.session.execute(
            update(CommunityBody)
            .where(CommunityBody.id == body_id)
            .values(version=CommunityBody.version + 1)
        )
    db.session.execute(
        update(CommunityBody)
        .where(CommunityBody.id == gone.id)
        .values(stage="dormant", lapsed_on=None)
    )


def _settle_people(gone_id: int, kept_id: int, with_people: bool) -> None:
    """Give who speaks for both the part that may do more, or let nobody come along."""
    if not with_people:
        for table in (Representative, RepresentativeInvitation):
            db.session.execute(delete(table).where(table.body_id == gone_id))
        return
    coming = {
        person.account_id: person.part
        for person in db.session.scalars(
            select(Representative).where(Representative.body_id == gone_id)
        )
    }
    for person in db.session.scalars(
        select(Representative).where(Representative.body_id == kept_id)
    ):
        person.part = stronger(person.part, coming.get(person.account_id, person.part))
    db.session.flush()


def _forget_links_between(gone_id: int, kept_id: int) -> None:
    """Let go of what links the two with each other, in every room: no group links with itself."""
    pair = (gone_id, kept_id)
    for one, other in combinations(body_columns(), 2):
        if one.table is other.table:
            between = one.in_(pair) & other.in_(pair)
            db.session.execute(delete(one.table).where(between))
    either = or_(BodyDistinct.low_id == gone_id, BodyDistinct.high_id == gone_id)
    db.session.execute(delete(BodyDistinct).where(either))


def _move_all(gone_id: int, kept_id: int) -> Counter[str]:
    """Move what every room keeps of a body; return how many rows of each table moved."""
    moved: Counter[str] = Counter()
    for column in body_columns():
        table, move = column.table, move_of(column)
        if move.twice == Twice.FORGET:
            continue
        if unique_with(column):
            for same in twice_in(column, gone_id, kept_id):
                if move.twice == Twice.LEAVE_OUT:
                    db.session.execute(delete(table).where(same))
                elif db.session.execute(select(column).where(same).limit(1)).first():
                    raise MergeRefused(CLASHES.get((table.name, column.name), CLASH))
        done = db.session.execute(update(table).where(column == gone_id).values({column: kept_id}))
        if done.rowcount:  # type: ignore[attr-defined]
            moved[table.name] += done.rowcount  # type: ignore[attr-defined]
    return moved


def _hand_over(gone: CommunityBody, kept: CommunityBody, *, with_contact: bool) -> None:
    """Give the group that stays what it lacks of the other: a way to reach it, a mark of regard."""
    db.session.refresh(gone)
    db.session.refresh(kept)
    if with_contact and gone.contact_email and not kept.contact_email:
        kept.contact_email = gone.contact_email
        kept.contact_role = gone.contact_role or kept.contact_role
    if kept.reference_hash is None and gone.reference_hash is not None:
        reference, gone.reference_hash = gone.reference_hash, None
        db.session.flush()
        kept.reference_hash = reference
    if gone.represents_disadvantage and not kept.represents_disadvantage:
        kept.represents_disadvantage, kept.evidence = True, gone.evidence
        kept.regard_decided_on = gone.regard_decided_on


def _tell(
    kept: CommunityBody, old_name: str, left_out: set[str], gone_id: int, at: datetime
) -> None:
    page = absolute_url("bodies.body", slug=kept.slug)
    event = f"body-merged:{gone_id}:{kept.id}"
    tell_body(kept, *merged_words(old_name, kept.name, page), once=event, at=at)
    for address in left_out:
        words = parted_words(old_name, kept.name)
        send(address, *words, once=once_for(event, address), at=at)
