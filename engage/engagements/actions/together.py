"""Recording what is made together with groups, and what groups learned from each other."""

from datetime import date, datetime

from engage.audit.actions import record
from engage.audit.rules import Happening
from engage.engagements.models import Coproduction, PeerLink
from engage.engagements.queries.together import wish_to_decide
from engage.engagements.rules.together import Terms, TogetherRefused, fault_in
from engage.extensions import db
from engage.web.rules import N_


def start_together(
    body_id: int,
    terms: Terms,
    *,
    partner_id: int | None,
    at: datetime,
    today: date,
    by: int | None,
    role: str = "officer",
) -> Coproduction:
    """Put a service on the list of what is, or might be, made together with a body (R17).

    It rests on the body's wish for that service or stage. Raises TogetherRefused where the body
    doesn't wish to decide together, or the terms lack something.
    """
    wish_id = _wish_for(body_id, terms)
    made = Coproduction(body_id=body_id, partner_id=partner_id, wish_id=wish_id, recorded_at=at)
    _put(made, terms, today)
    db.session.add(made)
    _record(made, at=at, by=by, role=role)
    return made


def change_together(
    made: Coproduction,
    terms: Terms,
    *,
    at: datetime,
    today: date,
    by: int | None,
    role: str = "officer",
) -> None:
    """Change what is agreed, or how far it is. Raises TogetherRefused where a part is missing.

    Another service or stage needs a wish of the body for that one.
    """
    if (terms.service, terms.stage) != (made.service, made.stage):
        made.wish_id = _wish_for(made.body_id, terms)
    _put(made, terms, today)
    _record(made, at=at, by=by, role=role)


def link_peers(
    from_body_id: int,
    to_body_id: int,
    *,
    on_day: date,
    activity: str,
    lesson: str,
    at: datetime,
    today: date,
    by: int | None,
    role: str = "officer",
) -> PeerLink:
    """Record that one body learned from another (R32)."""
    if from_body_id == to_body_id:
        raise TogetherRefused(N_("Choose two different groups"))
    if on_day > today:
        raise TogetherRefused(N_("Enter a day that is not in the future"))
    link = PeerLink(
        from_body_id=from_body_id,
        to_body_id=to_body_id,
        on_day=on_day,
        activity=activity,
        lesson=lesson,
        recorded_at=at,
    )
    db.session.add(link)
    db.session.flush()
    record(
        Happening.PEERS_LINKED,
        f"peers:{link.id}",
        at=at,
        actor_id=by,
        actor_role=role if by else "system",
        bodies=[from_body_id, to_body_id],
    )
    return link


def _wish_for(body_id: int, terms: Terms) -> int:
    wish = wish_to_decide(body_id, terms.service, terms.stage)
    if wish is None:
        raise TogetherRefused(
            N_(
                "This group did not tell us that it wants to decide together. "
                "Ask it first, and record what it says"
            )
        )
    return wish.number


def _put(made: Coproduction, terms: Terms, today: date) -> None:
    fault = fault_in(terms)
    if fault is not None:
        raise TogetherRefused(fault[1])
    if terms.capacity != (made.capacity or ""):
        made.capacity_on = today if terms.capacity else None
    made.service, made.stage = terms.service, terms.stage
    made.who_decides, made.who_holds_money = terms.who_decides, terms.who_holds_money
    made.capacity, made.state, made.reason = terms.capacity, terms.state, terms.reason


def _record(made: Coproduction, *, at: datetime, by: int | None, role: str) -> None:
    db.session.flush()
    record(
        Happening.COPRODUCTION_RECORDED,
        f"together:{made.id}",
        at=at,
        actor_id=by,
        actor_role=role if by else "system",
        body=made.body_id,
        state=made.state,
    )
