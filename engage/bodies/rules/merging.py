"""Two entries of one group become one: what moves, and what can't be had twice.

Other rooms keep things of a group under tables of their own. They are named here by table and
column, since this room imports none of them; a test finds every column that is missing.
"""

from dataclasses import dataclass
from enum import StrEnum

from engage.bodies.rules.register import PARTS, BodyRefused
from engage.web.rules import N_


class Twice(StrEnum):
    """What happens where the group that stays has the same already."""

    #: It may be there any number of times.
    MOVE = "move"
    #: What the group that stays has counts; the other one is left out.
    LEAVE_OUT = "leave_out"
    #: Neither may be lost, so the two stay apart.
    REFUSE = "refuse"
    #: It says something of two entries only, and ends with one of them.
    FORGET = "forget"


@dataclass(frozen=True)
class Move:
    """What one column holds of a group, in an officer's words, and what to do with it."""

    words: str
    twice: Twice = Twice.MOVE


class MergeRefused(BodyRefused):
    """Two groups can't become one; the message says why, and nothing was changed."""


_REFUSED = N_(
    "Both groups answered the same consultation, and neither answer may be lost. "
    "Mark the entry that is not used as not active instead"
)
#: What is said where both groups have what only one may have.
CLASHES: dict[tuple[str, str], str] = {
    ("response", "body_id"): _REFUSED,
    ("group_seat", "body_id"): N_(
        "Both have a seat in the same board or group from the same day, and what was held stays. "
        "Mark the entry that is not used as not active instead"
    ),
}
CLASH = N_("Both groups have something that only one group can have. They stay apart")

MOVES: dict[tuple[str, str], Move] = {
    ("body_locality", "body_id"): Move(N_("Areas"), Twice.LEAVE_OUT),
    ("representative", "body_id"): Move(N_("People who speak for it"), Twice.LEAVE_OUT),
    ("representative_invitation", "body_id"): Move(
        N_("Invitations to speak for it"), Twice.LEAVE_OUT
    ),
    ("participation_wish", "body_id"): Move(N_("How involved it wants to be")),
    ("invitation", "body_id"): Move(N_("Invitations to take part"), Twice.LEAVE_OUT),
    ("participation_fact", "body_id"): Move(N_("Records of taking part")),
    ("response", "body_id"): Move(N_("Answers to consultations"), Twice.REFUSE),
    ("proposal", "body_id"): Move(N_("Projects")),
    ("proposal_draft", "body_id"): Move(N_("Drafts of projects")),
    ("body_review", "body_id"): Move(N_("Yearly reviews"), Twice.LEAVE_OUT),
    ("body_address", "body_id"): Move(N_("Former addresses")),
    ("body_distinct", "low_id"): Move(N_("Notes that it is another group"), Twice.FORGET),
    ("body_distinct", "high_id"): Move(N_("Notes that it is another group"), Twice.FORGET),
    ("community_voice", "body_id"): Move(N_("Communities that it speaks for"), Twice.LEAVE_OUT),
    ("community_council_area", "body_id"): Move(N_("Community council areas")),
    ("interface_standing", "body_id"): Move(
        N_("Its standing as third sector interface"), Twice.LEAVE_OUT
    ),
    ("support_link", "interface_id"): Move(N_("Groups that it supports")),
    ("participation_request", "body_id"): Move(N_("Participation requests")),
    ("group_seat", "body_id"): Move(N_("Seats in the partnership"), Twice.REFUSE),
    ("meeting_body", "body_id"): Move(N_("Meetings that it came to"), Twice.LEAVE_OUT),
    ("agenda_item", "body_id"): Move(N_("What it brought to meetings")),
    ("community_plan", "body_id"): Move(N_("Plans of its own making")),
    ("support_link", "body_id"): Move(N_("Support that it gets")),
    ("wish_asked", "body_id"): Move(N_("Questions how involved it wants to be"), Twice.LEAVE_OUT),
    ("declination", "body_id"): Move(N_("Reasons that it was given")),
    ("outreach_attempt", "body_id"): Move(N_("Attempts to reach it")),
    ("support_need", "body_id"): Move(N_("What keeps it from taking part")),
    ("coproduction", "body_id"): Move(N_("Services that it makes with us")),
    ("peer_link", "from_body_id"): Move(N_("Groups that learned from it")),
    ("peer_link", "to_body_id"): Move(N_("Groups that it learned from")),
}


def stronger(one: str, other: str) -> str:
    """Return the part of two that may do more."""
    order = list(PARTS)
    return min(one, other, key=order.index)


def merged_words(gone: str, kept: str, page: str) -> tuple[str, str]:
    """Return subject and text of the message to everybody who speaks for the group that stays."""
    return (
        f"{gone} and {kept} are one entry now",
        f"Our register had two entries for one group: {gone}, and {kept}. We have joined them. "
        f"What belonged to the first belongs to {kept} now, and its address leads there.\n\n"
        f"The group's page: {page}\n\nIf this is wrong, tell us.",
    )


def parted_words(gone: str, kept: str) -> tuple[str, str]:
    """Return subject and text of the message to those who speak for neither group now."""
    return (
        f"Our register has joined {gone} with {kept}",
        f"You registered or spoke for {gone}. Our register had another entry for that group, "
        f"{kept}, and we have joined them. Ask {kept} to invite you if you act for it. If this is "
        "wrong, tell us.",
    )
