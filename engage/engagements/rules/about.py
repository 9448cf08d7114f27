"""What an engagement says of itself beside its purpose (R10): stage, subject, worth, packs."""

from datetime import date, datetime

from engage.engagements.rules.planning import EngagementRefused
from engage.web.rules import N_, UK

#: Where the decision stands that people are asked about.
STAGES: dict[str, str] = {
    "understand": N_("Understanding what is needed"),
    "prioritise": N_("Choosing what comes first"),
    "design": N_("Working out what to do"),
    "resource": N_("Deciding on the money"),
    "deliver": N_("Doing it"),
    "review": N_("Looking at how it went"),
}
#: What an engagement is about, so that nobody is asked the same twice without a reason (R12).
TOPICS: dict[str, str] = {
    "transport": N_("Transport and roads"),
    "housing": N_("Homes"),
    "health": N_("Health and care"),
    "children": N_("Children and young people"),
    "learning": N_("Schools and learning"),
    "work": N_("Work and money"),
    "climate": N_("Climate and energy"),
    "places": N_("Parks, play and streets"),
    "safety": N_("Feeling safe"),
    "culture": N_("Culture and sport"),
    "planning": N_("Local plans"),
    "other": N_("Something else"),
}
FORMATS: dict[str, str] = {
    "web": N_("Web page"),
    "pdf": N_("PDF"),
    "print": N_("Printed"),
    "easy_read": N_("Easy read"),
    "large_print": N_("Large print"),
    "audio": N_("Audio"),
    "video": N_("Video"),
    "braille": N_("Braille"),
}
LANGUAGES: dict[str, str] = {
    "en": N_("English"),
    "gd": N_("Gaelic"),
    "sco": N_("Scots"),
    "bsl": N_("British Sign Language"),
    "pl": N_("Polish"),
    "uk": N_("Ukrainian"),
    "ar": N_("Arabic"),
    "ur": N_("Urdu"),
    "zh": N_("Chinese"),
    "other": N_("Another language"),
}
#: The largest file of an information pack.
MOST_PACK_BYTES = 2_000_000


class PackRefused(EngagementRefused):
    """The information pack can't be kept so; the message says why."""


def read_pack(data: bytes) -> bytes:
    """Return the bytes of a PDF file. Raises PackRefused for another kind, or one too large."""
    if len(data) > MOST_PACK_BYTES:
        raise PackRefused("Choose a file of 2 MB or less, or give a link to it")
    if not data.startswith(b"%PDF-"):
        raise PackRefused("Choose a PDF file, or give a link to it")
    return data


def is_web_address(text: str) -> bool:
    """Say whether a link may stand on a public page: it leads to a site, and runs nothing."""
    return text.startswith(("https://", "http://")) and not any(c.isspace() for c in text)


def is_in_time(published_on: date, opens_at: datetime) -> bool:
    """Say whether people had a pack on the day on which they were first asked, or before."""
    return published_on <= opens_at.astimezone(UK).date()


def state_of(
    opened_at: datetime | None,
    closed_at: datetime | None,
    opens_at: datetime,
    closes_at: datetime,
    at: datetime,
) -> str:
    """Return where an engagement stands: planned, coming, open, ended or closed.

    It has “ended” by the clock; it is “closed” once its review is done.
    """
    if closed_at is not None:
        return "closed"
    if opened_at is None:
        return "planned"
    if at < opens_at:
        return "coming"
    return "open" if at < closes_at else "ended"


STATES: dict[str, str] = {
    "planned": N_("Being planned"),
    "coming": N_("Coming"),
    "open": N_("Open now"),
    "ended": N_("Ended: review it"),
    "closed": N_("Closed"),
}
