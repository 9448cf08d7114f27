"""Levels of participation, offers below a wish, and when an engagement is open."""

import hashlib
from datetime import datetime

from engage.web.rules import N_

#: Levels of participation from least to most (IAP2), with the words that residents read.
LEVELS: dict[str, str] = {
    "inform": N_("We tell you what is happening"),
    "consult": N_("We ask what you think"),
    "involve": N_("We work with you on the choices"),
    "collaborate": N_("We decide together"),
    "empower": N_("You decide"),
}

KINDS: dict[str, str] = {
    "consultation": N_("Consultation"),
    "round": N_("Vote on a fund"),
    "event": N_("Event"),
}

#: When an engagement stands, seen from now.
TIMES: dict[str, str] = {
    "open": N_("Open now"),
    "coming": N_("Coming"),
    "closed": N_("Closed"),
}


class EngagementRefused(Exception):
    """The engagement can't be planned so, or a body not invited so; the message says why."""


class ReasonNeededRefused(EngagementRefused):
    """Bodies are offered less than they wish, and nobody said why (R04)."""


def level_rank(level: str) -> int:
    """Return 0 for “none”, 1 for “inform” ... 5 for “empower”."""
    return (["none", *LEVELS]).index(level)


def is_below(offer: str, wish: str) -> bool:
    """Say whether an offer is less than a wish; a body that was never asked ('') wishes nothing."""
    return bool(wish) and level_rank(offer) < level_rank(wish)


def reason_needed(names: list[str]) -> str:
    """Return what an officer reads who offers these groups less than they wish."""
    shown = ", ".join(names[:5]) + (f" and {len(names) - 5} more" if len(names) > 5 else "")
    return f"Enter the reason why we offer less than they want to: {shown}"


def is_open(opens_at: datetime, closes_at: datetime, at: datetime) -> bool:
    """Say whether ``at`` stands within the half-open span from opening to closing."""
    return opens_at <= at < closes_at


def public_path(kind: str, slug: str) -> str:
    """Return where everybody takes part in an engagement, or reads of an event."""
    roots = {"consultation": "/say", "round": "/rounds", "event": "/engagements"}
    return f"{roots[kind]}/{slug}/"


def offer_key(invitation_id: int, level: str, reason: str) -> str:
    """Return what names one offer, so that a body hears of each offer once."""
    digest = hashlib.sha256(f"{level}:{reason}".encode()).hexdigest()[:12]
    return f"invitation:{invitation_id}:{digest}"


#: What a group may answer to what it was asked.
ANSWERS: dict[str, str] = {
    "yes": N_("We will take part"),
    "unsure": N_("We are not sure yet"),
    "no": N_("We will not take part this time"),
}
#: The same as officers read it.
ANSWERED: dict[str, str] = {
    "yes": N_("Will take part"),
    "unsure": N_("Not sure yet"),
    "no": N_("Will not take part"),
}


def invitation_words(
    *,
    group: str,
    title: str,
    opens: str,
    closes: str,
    offer: str,
    wish: str,
    reason: str,
    page: str,
    purpose: str,
    contact: str,
) -> tuple[str, str]:
    """Return subject and text of the message that asks a group to take part.

    ``offer`` and ``wish`` are words; ``reason`` '' where the offer is no less than the wish;
    ``page`` '' where there is none; ``contact`` '' where nobody said how to reach us.
    """
    parts = [
        f"We ask {group} to take part in: {title}",
        f"What it is for: {purpose}",
        f"It opens at {opens}. It closes at {closes}.",
        f"What we offer: {offer}.",
    ]
    if reason:
        parts += [f"You told us: {wish}.", f"Why we offer less this time: {reason}"]
    if page:
        parts.append(f"You can take part here: {page}")
    if contact:
        parts.append(f"To answer, or to ask something: {contact}.")
    return f"We ask you to take part: {title}", "\n\n".join(parts)
