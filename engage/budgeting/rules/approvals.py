"""Which acts need two people, what they ask of each other, and what is told of it."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

from engage.audit.rules import canonical_json
from engage.budgeting.rules.refusals import RoundRefused
from engage.budgeting.rules.stages import Stage
from engage.disclosure.rules import THRESHOLD
from engage.web.rules import N_


class What(StrEnum):
    """The acts that nobody does alone."""

    EXTEND = "extend"
    REMOVE = "remove"
    CERTIFY = "certify"


class ApprovalRefused(RoundRefused):
    """It can't be asked for, or not decided by this person; ``about`` names the field."""

    def __init__(self, message: str, about: str = "") -> None:
        super().__init__(message)
        self.about = about


#: Why a vote is removed, as it is kept, and in the words that everybody reads.
REMOVAL_WORDS = {
    "ineligible": N_("The person may not vote in this fund"),
    "twice": N_("One person voted twice, under two identities"),
    "invented": N_("There is no such person"),
    "asked": N_("The person asked us to remove it"),
}


def details_of(what: What, details: Mapping[str, Any]) -> tuple[str, str]:
    """Return all that a request would do as canonical JSON, and the SHA-256 of that.

    >>> details_of(What.CERTIFY, {"count": 7})[0]
    '{"count":7,"what":"certify"}'
    """
    text = canonical_json({"what": what.value, **details})
    return text, hashlib.sha256(text.encode()).hexdigest()


def read_details(text: str) -> dict[str, Any]:
    """Return what ``details_of`` wrote."""
    details: dict[str, Any] = json.loads(text)
    return details


def as_detail(at: datetime) -> str:
    """Return an instant as it stands in details.

    >>> from datetime import UTC
    >>> as_detail(datetime(2026, 3, 29, 22, 59, tzinfo=UTC))
    '2026-03-29T22:59:00.000000+00:00'
    """
    return at.isoformat(timespec="microseconds")


def hash_outcome(outcome: str) -> str:
    """Return the fingerprint of a counted outcome, which both people confirm."""
    return hashlib.sha256(outcome.encode()).hexdigest()


def check_decider(outcome: str, requested_by: int, by: int) -> None:
    """Raise ApprovalRefused where ``by`` can't decide: it was decided, or it is their own."""
    if outcome != "waiting":
        raise ApprovalRefused(N_("Somebody decided this already"))
    if requested_by == by:
        raise ApprovalRefused(N_("You asked for this yourself: somebody else must agree"))


def check_extension(stage: str, closes_at: datetime, until: datetime, at: datetime) -> None:
    """Raise ApprovalRefused where voting can't be prolonged to ``until``."""
    if stage != Stage.VOTING or at >= closes_at:
        raise ApprovalRefused(N_("Voting can be extended only until it closes"))
    if until <= closes_at:
        raise ApprovalRefused(
            N_("Enter a time after voting closes now: voting is never shortened"), "until"
        )


def check_listing(stage: str, *, is_counted: bool) -> None:
    """Raise ApprovalRefused where nobody can be put on the list to check: too early, or counted."""
    if stage not in (Stage.VOTING, Stage.CLOSED):
        raise ApprovalRefused(N_("Voters can be checked from the opening until the result"))
    _refuse_counted(is_counted)


def check_removal(stage: str, *, is_counted: bool) -> None:
    """Raise ApprovalRefused where no vote can be removed: before the close, and once counted.

    Nobody takes votes away while others are still cast: what stood at the close is sealed first,
    so that everybody can see what was taken away after it. Nor after a count: the difference
    between it and the next would show what the person chose.
    """
    if stage == Stage.DECLARED:
        raise ApprovalRefused(N_("The result is confirmed, so no vote can be removed any more"))
    if stage != Stage.CLOSED:
        raise ApprovalRefused(N_("Votes can be removed only after voting has closed"))
    _refuse_counted(is_counted)


def _refuse_counted(is_counted: bool) -> None:
    if is_counted:
        raise ApprovalRefused(
            N_(
                "The votes are counted, so nobody can be checked or removed any more: two counts "
                "would show how the person voted"
            )
        )


def told_by_reason(counts: Mapping[str, int]) -> dict[str, int] | None:
    """Return how many votes were removed for each reason, in the order of REMOVAL_WORDS.

    None where a reason concerns 1 to 4 people: it could tell of somebody why their vote went. The
    sum is told all the same, since the fingerprints before and after show it (R74).

    >>> told_by_reason({"twice": 6}), told_by_reason({"twice": 6, "asked": 1})
    ({'twice': 6}, None)
    """
    if any(0 < count < THRESHOLD for count in counts.values()):
        return None
    return {code: counts[code] for code in REMOVAL_WORDS if counts.get(code)}


def extension_letter(
    title: str, before: str, until: str, reason: str, page: str
) -> tuple[str, str]:
    """Return the subject and body of what people are told when voting closes later.

    ``before`` and ``until`` are instants in words.
    """
    body = (
        f"People can vote in {title} for longer: until {until}. It would have closed at {before}.",
        f"Why: {reason}",
        "Votes that are in stay as they are. Two people agreed to this.",
        f"See the vote:\n{page}",
    )
    return f"Voting closes later: {title}", "\n\n".join(body)


def request_letter(title: str, page: str) -> tuple[str, str]:
    """Return the subject and body of what an outside scrutineer reads when a request waits."""
    body = (
        f"In {title} something waits for a second person, and that can be you.",
        f"Sign in, look at it, and agree or turn it down:\n{page}",
        "If you are not sure, ask before you agree. Nothing is done without you or an officer.",
    )
    return f"A second person is needed: {title}", "\n\n".join(body)


def named_letter(title: str, page: str) -> tuple[str, str]:
    """Return the subject and body of what somebody reads who was named as outside scrutineer."""
    body = (
        f"You were named as the outside scrutineer of {title}.",
        "Two people must agree to extend a vote, to remove votes and to confirm a result. You can "
        "be the second one. "
        "Your name stands on the public page of the vote.",
        f"What waits for you is here, once you are signed in:\n{page}",
        "If you did not agree to this, tell us before the vote is published.",
    )
    return f"You are the outside scrutineer: {title}", "\n\n".join(body)


def in_order(ids: Sequence[str]) -> str:
    """Return one short name for these lines of the list to check, in whatever order they came."""
    return hashlib.sha256(canonical_json(sorted(ids)).encode()).hexdigest()[:32]
