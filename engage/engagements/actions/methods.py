"""The catalogue of methods: taking one into use, wording it, adding one."""

from datetime import datetime

from engage.audit.actions import record
from engage.audit.rules import Happening
from engage.engagements.models import EngagementMethod
from engage.engagements.queries.events import method_row, methods
from engage.engagements.rules.events import EventRefused
from engage.extensions import db
from engage.web.rules import N_, slug_for


def keep_method(key: str) -> EngagementMethod:
    """Return a method of the catalogue as a row of its own. Raises EventRefused for another."""
    row = method_row(key)
    if row is not None:
        return row
    known = {method.key: method for method in methods()}
    if key not in known:
        raise EventRefused(N_("Choose a method from the list"), "method")
    row = EngagementMethod(key=key, name=known[key].name, words=known[key].words, is_offered=True)
    db.session.add(row)
    db.session.flush()
    return row


def change_method(
    key: str,
    name: str,
    words: str,
    is_offered: bool,
    *,
    at: datetime,
    by: int | None,
    role: str = "officer",
) -> EngagementMethod:
    """Change a method of the catalogue, or with ``key`` '' add one. Raises EventRefused."""
    others = {method.name.casefold() for method in methods() if method.key != key}
    if name.casefold() in others:
        raise EventRefused(N_("A method of this name is there: choose another name"), "name")
    if key:
        row = keep_method(key)
    else:
        row = EngagementMethod(key=slug_for(name, {method.key for method in methods()}))
    row.name, row.words, row.is_offered = name, words, is_offered
    db.session.add(row)
    record(
        Happening.METHOD_CHANGED,
        f"method:{row.key}",
        at=at,
        actor_id=by,
        actor_role=role if by else "system",
        offered=is_offered,
    )
    return row
