"""Opening and closing an engagement: each passes its gate, and leaves its trace."""

import secrets
from datetime import datetime
from typing import Any

from engage.audit.actions import record
from engage.audit.rules import Happening
from engage.engagements import gates
from engage.engagements.models import Engagement
from engage.engagements.queries.file import scope_of
from engage.engagements.rules.planning import EngagementRefused
from engage.engagements.rules.standards import EDITION
from engage.extensions import db
from engage.web.rules import N_


def open_engagement(
    engagement: Engagement, *, at: datetime, by: int | None, role: str = "officer"
) -> None:
    """Make an engagement public; people can take part from its opening instant on.

    Of a consultation or a vote this is part of opening it, which leaves its own trace. Raises
    EngagementRefused with the first thing that blocks it.
    """
    db.session.flush()
    db.session.refresh(engagement, with_for_update=True)
    if engagement.opened_at is not None:
        raise EngagementRefused(N_("It was opened before"))
    _refuse_blocked(gates.OPENING, engagement, at)
    engagement.standards_scope = scope_of(engagement)
    engagement.standards_edition = EDITION
    engagement.opened_at = at
    engagement.view_code = secrets.token_urlsafe(12)
    db.session.flush()
    if engagement.kind == "event":
        _trail(Happening.ENGAGEMENT_OPENED, engagement, at, by, role, scope=scope_of(engagement))


def close_engagement(
    engagement: Engagement, *, at: datetime, by: int | None, role: str = "officer"
) -> None:
    """Close an engagement's file: its review is done, and the database takes no change of it.

    Raises EngagementRefused with the first thing that blocks it.
    """
    db.session.flush()
    db.session.refresh(engagement, with_for_update=True)
    if engagement.closed_at is not None:
        raise EngagementRefused(N_("It was closed before"))
    _refuse_blocked(gates.CLOSING, engagement, at)
    engagement.closed_at = at
    db.session.flush()
    _trail(Happening.ENGAGEMENT_CLOSED, engagement, at, by, role)


def _refuse_blocked(gate: str, engagement: Engagement, at: datetime) -> None:
    for hurdle in gates.hurdles(gate, engagement, at):
        if hurdle.blocks:
            raise EngagementRefused(hurdle.words)


def _trail(
    happening: Happening,
    engagement: Engagement,
    at: datetime,
    by: int | None,
    role: str,
    **detail: Any,
) -> None:
    actor = role if by else "system"
    record(happening, f"engagement:{engagement.id}", at=at, actor_id=by, actor_role=actor, **detail)
