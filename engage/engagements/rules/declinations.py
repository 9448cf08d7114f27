"""Reasons for an offer below a wish, or for an ask that is not followed (R04): plain rules."""

import hashlib
import re
from dataclasses import dataclass
from datetime import date

from engage.web.rules import N_

#: Why a group does not get what it wished or asked for, in words for everybody.
REASONS: dict[str, str] = {
    "law": N_("The law does not allow it"),
    "decided": N_("It was decided elsewhere, or before"),
    "time": N_("There is not enough time"),
    "money": N_("There is not enough money or staff"),
    "scope": N_("It is outside what this work can change"),
    "fair": N_("Other groups would be left out"),
    "safety": N_("It would not be safe, or would break a confidence"),
    "other": N_("Another reason"),
}
KINDS: dict[str, str] = {
    "offer": N_("We offered less than the group wanted"),
    "not_asked": N_("We did not ask a group that wanted to take part"),
    "ask": N_("We did not follow what the group asked for"),
}
STATES: dict[str, str] = {
    "open": N_("The group is not told yet"),
    "closed": N_("The group was told"),
    "reopened": N_("Opened again"),
    "lapsed": N_("Not needed any more"),
}
CHANNELS: dict[str, str] = {
    "email": N_("By email, from here"),
    "letter": N_("By letter"),
    "phone": N_("By phone"),
    "meeting": N_("At a meeting"),
}
#: What an officer may look for, with the words of the filter.
SHOWN: dict[str, str] = {
    "waiting": N_("To tell"),
    "late": N_("Late"),
    "closed": N_("Told"),
    "replied": N_("With a reply"),
    "all": N_("All"),
}
#: Kinds that an officer records by hand: a lower offer comes with its invitation.
BY_HAND = ("not_asked", "ask")

_MAIL = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+")
_PHONE = re.compile(r"(?<![\d£.,])(?:\+44|0)[\d ()-]{8,}\d")


class DeclinationRefused(Exception):
    """The reason can't be recorded, told or reopened so; the message says what to do."""


@dataclass(frozen=True)
class Why:
    """The reason that a group is given. ``decided_by`` is a group or a role, never a person."""

    code: str = ""
    text: str = ""
    decided_by: str = ""
    decided_on: date | None = None

    @property
    def missing(self) -> list[str]:
        """What is still needed before the group can be told, in words."""
        return [
            words
            for given, words in (
                (self.text, N_("the reason in words")),
                (self.decided_by, N_("who decided")),
            )
            if not given
        ]


def is_late(due_on: date, today: date, *, waiting: bool) -> bool:
    """Say whether the group should have been told by now."""
    return waiting and today > due_on


def told_key(declination_id: int, why: Why, reopened_on: date | None) -> str:
    """Return what names one reason as it is told, so that a group hears of it once."""
    said = f"{why.text}:{why.decided_by}:{reopened_on}"
    return f"declination:{declination_id}:{hashlib.sha256(said.encode()).hexdigest()[:12]}"


def says_how_to_reach_somebody(text: str) -> bool:
    """Say whether a text that everybody will read holds an e-mail address or a phone number.

    >>> says_how_to_reach_somebody("Ask Jo on 01632 960 123")
    True
    """
    return bool(_MAIL.search(text) or _PHONE.search(text))


def told_words(
    *, group: str, about: str, kind: str, wish: str, offer: str, why: Why, page: str
) -> tuple[str, str]:
    """Return subject and text of the notice to a group.

    ``about`` is the engagement's title or what was asked for; ``wish`` and ``offer`` are words.
    """
    began = {
        "offer": f"You wanted: {wish}.\n\nWhat we offered: {offer}.",
        "not_asked": f"You told us that you want to take part: {wish}.\n\nWe did not ask you.",
        "ask": "We did not do what you asked for.",
    }[kind]
    return (
        f"Our reason: {about}"[:200],
        f"This is about {group} and: {about}\n\n{began}\n\nThe reason: {why.text}\n\n"
        f"Who decided: {why.decided_by}.\n\n"
        f"You can reply, and tell us if we got it wrong. Sign in here: {page}",
    )
