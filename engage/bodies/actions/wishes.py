"""Asking groups how far they wish to take part, once for each answer that has grown old."""

from collections.abc import Sequence
from datetime import date, datetime

from flask import current_app
from flask_babel import force_locale
from sqlalchemy.dialects import postgresql, sqlite

from engage.audit.actions import record
from engage.audit.rules import Happening
from engage.bodies.actions.register import tell_body
from engage.bodies.models import CommunityBody, WishAsked
from engage.bodies.queries.wishes import wishes_by_body
from engage.bodies.rules.register import WISHES
from engage.bodies.rules.wishes import ask_again_words, is_old, wish_for
from engage.extensions import db
from engage.web.filters import long_date
from engage.web.rules import UK


def ask_again(
    bodies: Sequence[CommunityBody],
    *,
    at: datetime,
    today: date,
    by: int | None,
    role: str = "officer",
) -> list[WishAsked]:
    """Ask each body whose general wish is missing or older than 24 months (R03), once.

    A body whose answer is still fresh, or that was asked and has not answered yet, is left alone.
    Returns the bodies that were asked now; ``told`` 0: it has no address, somebody must ask it.
    """
    wishes = wishes_by_body([body.id for body in bodies])
    asked = []
    for body in bodies:
        wish = wish_for(wishes.get(body.id, []))
        if wish is not None and not is_old(wish.recorded_at.astimezone(UK).date(), today):
            continue
        number = wish.number if wish else 0
        row = _take_turn(body.id, number, at=at, by=by)
        if row is None:
            continue
        with force_locale("en_GB"):  # not the language of the officer's screen
            subject, text = ask_again_words(
                body.name,
                WISHES[wish.level] if wish else "",
                long_date(wish.recorded_at) if wish else "",
                f"{current_app.config['BASE_URL']}/group/{body.slug}/wishes/",
            )
        row.told = tell_body(body, subject, text, once=f"wish-asked:{body.id}:{number}", at=at)
        record(
            Happening.WISH_ASKED,
            f"body:{body.id}",
            at=at,
            actor_id=by,
            actor_role=role if by else "system",
            told=row.told,
        )
        asked.append(row)
    return asked


def _take_turn(body_id: int, number: int, *, at: datetime, by: int | None) -> WishAsked | None:
    """Return the new row of a question; None where somebody asked it before."""
    dialect = postgresql if db.session.get_bind().dialect.name == "postgresql" else sqlite
    made = db.session.scalar(
        dialect.insert(WishAsked)
        .values(body_id=body_id, after_wish_id=number, asked_at=at, asked_by=by, told=0)
        .on_conflict_do_nothing(index_elements=[WishAsked.body_id, WishAsked.after_wish_id])
        .returning(WishAsked.id)
    )
    return None if made is None else db.session.get_one(WishAsked, made)
