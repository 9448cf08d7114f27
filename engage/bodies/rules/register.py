"""What a community body is in words, how names are told apart, and when one is due for review."""

import hashlib
import re
import unicodedata
from dataclasses import dataclass
from datetime import date

from engage.web.rules import N_

#: Kinds of community body (R01), with the words that residents read.
KINDS: dict[str, str] = {
    "community_council": N_("Community council"),
    "residents": N_("Tenants’ or residents’ group"),
    "business": N_("Business association"),
    "equality": N_("Equality or disability group"),
    "youth": N_("Youth group"),
    "parent_council": N_("Parent council"),
    "third_sector": N_("Charity or other third sector organisation"),
    "interface": N_("Third sector interface"),
    "informal": N_("Informal group"),
    "other": N_("Another kind of group"),
}

#: Of place, of interest, or of both (section 4(9)), in residents' words.
BASES: dict[str, str] = {
    "place": N_("Local group"),
    "interest": N_("Shared-interest group"),
    "both": N_("Local and shared-interest group"),
}

#: How far a group may wish to take part (section 4(6)(c), R03), from least to most.
WISHES: dict[str, str] = {
    "none": N_("We do not want to take part"),
    "inform": N_("Tell us what is happening"),
    "consult": N_("Ask us what we think"),
    "involve": N_("Work with us on the choices"),
    "collaborate": N_("Decide together with us"),
    "empower": N_("Let us decide"),
}

STAGES: dict[str, str] = {
    "proposed": N_("Waiting for our checks"),
    "registered": N_("On the register"),
    "dormant": N_("Not active now"),
    "lapsed": N_("No longer exists"),
    "declined": N_("Not accepted"),
}

#: What somebody may do who speaks for a group.
PARTS: dict[str, str] = {
    "secretary": N_("Secretary"),
    "member": N_("Member"),
    "reader": N_("Reader"),
}

#: Those who may change what a group says of itself, and those who may add and remove people.
EDITORS = ("secretary", "member")
SECRETARY = ("secretary",)

#: Words that stand where an address would have the group's own.
RESERVED = frozenset(
    {
        "areas",
        "communities",
        "reasons",
        "wishes",
        "duplicates",
        "import",
        "map",
        "network",
        "new",
        "regard",
        "register",
        "reviews",
    }
)


class BodyRefused(Exception):
    """What was asked of a group can't be done; the message says why."""


class NameTakenRefused(BodyRefused):
    """The register holds a group of this name already."""


class LaterRefused(BodyRefused):
    """A day that was entered is still to come."""


class BodyChangedRefused(BodyRefused):
    """Somebody changed the group since the page was opened."""


@dataclass(frozen=True)
class BodyDetails:
    """What a group says of itself. No ``locality_ids`` at all means the whole council area."""

    name: str
    kind: str
    basis: str
    is_constituted: bool
    purpose: str
    locality_ids: tuple[int, ...] = ()
    interests: str = ""
    represents_disadvantage: bool = False
    evidence: str = ""
    contact_role: str = ""
    contact_email: str = ""


def name_key(name: str) -> str:
    """Return what two spellings of one name share; '' where no letter or number stands in it.

    >>> name_key("The Ferryhill & Ruthrieston  Community-Council")
    'ferryhill and ruthrieston community council'
    """
    text = unicodedata.normalize("NFKC", name).casefold().replace("&", " and ")
    text = re.sub(r"[’'`]", "", text)
    key = " ".join(re.sub(r"[\W_]+", " ", text).split()).removeprefix("the ")
    return key[:150]


def freed_key(body_id: int) -> str:
    """Return the key of a declined group, which leaves its name to others.

    The dash stands in no ``name_key``, so the two never meet.
    """
    return f"declined-{body_id}"


def review_is_due(reviewed_on: date | None, today: date) -> bool:
    """Say whether the last review is more than twelve months ago (R01); True if there was none."""
    if reviewed_on is None:
        return True
    return (today.year - reviewed_on.year, today.month, today.day) > (
        1,
        reviewed_on.month,
        reviewed_on.day,
    )


def name_taken(stage: str) -> str:
    """Return what somebody reads who chose the name of a group that stands already."""
    if stage == "registered":
        return N_(
            "A group called “%(name)s” is on the register already. "
            "Enter another name, or contact us about it"
        )
    return N_(
        "A group called “%(name)s” is known to us already. "
        "Enter another name, or contact us about it"
    )


def accepted_words(name: str, page: str) -> tuple[str, str]:
    """Return subject and text of the message to a group that was accepted; ``page`` is its page."""
    return (
        f"{name} is on our register of community groups",
        f"We have added {name} to our public register of community groups.\n\n"
        f"You can see its page here: {page}\n\n"
        "We will ask you to take part as far as you told us you want to.",
    )


def declined_words(name: str, reason: str) -> tuple[str, str]:
    """Return subject and text of the message to a group that was not accepted."""
    return (
        f"We could not add {name} to our register",
        f"We looked at your registration of {name}. We have not added it to our register of "
        f"community groups.\n\nThe reason: {reason}\n\n"
        "If something has changed, or we got this wrong, you can register the group again.",
    )


def once_for(event: str, address: str) -> str:
    """Return the key that keeps ``event`` from being told to one address twice."""
    return f"{event}:{hashlib.sha256(address.casefold().encode()).hexdigest()[:16]}"
