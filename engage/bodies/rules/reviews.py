"""The yearly review of the register (R01): when a group is asked, and what it may answer."""

from dataclasses import dataclass
from datetime import date, timedelta

from engage.web.rules import N_

#: How long a group has to answer before an officer looks into it.
ANSWER_TIME = timedelta(days=28)

#: What a group may answer, in its own words.
ANSWERS: dict[str, str] = {
    "right": N_("Everything is still right"),
    "changed": N_("Something has changed"),
    "ended": N_("The group no longer exists"),
}

#: Why a group stands on the officer's list, from what is quickest to settle.
CAUSES: dict[str, str] = {
    "changed": N_("Something has changed"),
    "ended": N_("Says that it no longer exists"),
    "unreached": N_("Could not be asked by email"),
    "silent": N_("No answer for four weeks"),
}


@dataclass(frozen=True)
class Asked:
    """What is known of one request: when it went out, to how many addresses, what came back."""

    asked_on: date
    told: int
    answer: str | None


def year_before(day: date) -> date:
    """Return the same day a year earlier; of 29 February, the 28th."""
    try:
        return day.replace(year=day.year - 1)
    except ValueError:
        return day.replace(year=day.year - 1, day=28)


def cause(asked: Asked, today: date) -> str:
    """Return why an officer must look into a request (CAUSES); '' while it may be answered."""
    if asked.answer in ("changed", "ended"):
        return str(asked.answer)
    if asked.answer is None and not asked.told:
        return "unreached"
    if asked.answer is None and today - asked.asked_on >= ANSWER_TIME:
        return "silent"
    return ""


def asked_words(name: str, link: str, page: str) -> tuple[str, str]:
    """Return subject and text of the message that asks a group whether its entry is right."""
    return (
        f"Is what we say about {name} still right?",
        f"{name} is on our public register of community groups. Once a year we ask whether what "
        "stands there is still right.\n\n"
        f"Open this link to say that it is right, or what to change:\n\n{link}\n\n"
        f"The page that everybody sees: {page}\n\n"
        f"If we hear nothing in {ANSWER_TIME.days} days, one of our team will get in touch.",
    )


def lapsed_words(name: str, reason: str) -> tuple[str, str]:
    """Return subject and text of the message about a group that is known to have ended."""
    return (
        f"{name} is off our register of community groups",
        f"We have noted that {name} no longer exists, and taken it off our register.\n\n"
        f"How we know: {reason}\n\n"
        "If this is wrong, or the group starts again, tell us and we put it back.",
    )
