"""Plans that communities made themselves: which kinds, files and links we keep."""

import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlsplit

from engage.web.rules import N_

KINDS: Mapping[str, str] = {
    "local_place_plan": N_("Local place plan"),
    "community_action_plan": N_("Community action plan"),
    "planning_for_real": N_("Planning for Real action plan"),
    "community_profile": N_("Community profile"),
    "minutes": N_("Minutes of a community council or group"),
    "other": N_("Something else"),
}
#: Where a plan stands.
STAGES: Mapping[str, str] = {
    "waiting": N_("Waiting for our check"),
    "registered": N_("On the list"),
    "declined": N_("Not put on the list"),
    "replaced": N_("Replaced by a newer one"),
}
#: What everybody sees.
PUBLIC = ("registered", "replaced")
#: The largest file that is kept.
MOST_BYTES = 10_000_000
#: The kinds of file that are kept, with what they are handed out as.
FILES: Mapping[str, str] = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "odt": "application/vnd.oasis.opendocument.text",
}


class CommunityPlanRefused(Exception):
    """A community's plan can't be kept or decided so; ``about`` names the field."""

    def __init__(self, message: str, about: str = "") -> None:
        super().__init__(message)
        self.about = about


@dataclass(frozen=True)
class PlanFacts:
    """What is said of a plan. No ``locality_ids`` is the whole area."""

    kind: str
    title: str
    made_on: date
    summary: str
    method: str = ""
    link: str = ""
    locality_ids: tuple[int, ...] = ()


@dataclass(frozen=True)
class PlanFile:
    """A document that may be kept: its kind by what it holds, whatever its name says."""

    kind: str
    content: bytes


@dataclass(frozen=True)
class Contribution:
    """A community's plan, for findings to rest on; ``who`` is the body that made it."""

    id: int
    where: str
    text: str
    who: str
    kind: str = "plan"
    may_publish: bool = True


def check_facts(facts: PlanFacts, has_file: bool, today: date) -> None:
    """Refuse a plan that nobody could read, or that is of a day to come."""
    if facts.kind not in KINDS:
        raise CommunityPlanRefused(N_("Choose what kind of plan it is"), "kind")
    if facts.made_on > today:
        raise CommunityPlanRefused(N_("The date must be today or earlier"), "made_on")
    if facts.link and not is_link(facts.link):
        raise CommunityPlanRefused(
            N_("Enter a whole web address, like https://example.org/plan"), "link"
        )
    if not (facts.link or has_file):
        raise CommunityPlanRefused(N_("Give a link to the plan, or send its file"), "link")


def is_link(typed: str) -> bool:
    """Say whether this is the address of a page that a browser opens, and of nothing else.

    >>> is_link("https://example.org/plan.pdf"), is_link("javascript:alert(1)")
    (True, False)
    """
    if any(character.isspace() or character in "\\<>\"'" for character in typed):
        return False
    try:
        parts = urlsplit(typed)
        host = parts.hostname or ""
        has_user = bool(parts.username or parts.password)
    except ValueError:
        return False
    return typed.startswith(("https://", "http://")) and "." in host and not has_user


def read_file(content: bytes) -> PlanFile:
    """Return a document by what it holds. Raises CommunityPlanRefused for any other file."""
    if len(content) > MOST_BYTES:
        raise CommunityPlanRefused(N_("Choose a file of 10 MB or less"), "file")
    kind = _kind_of(content)
    if kind is None:
        raise CommunityPlanRefused(
            N_("Choose a PDF, Word (.docx) or OpenDocument (.odt) file without macros"), "file"
        )
    return PlanFile(kind, content)


def _kind_of(content: bytes) -> str | None:
    if content.startswith(b"%PDF-"):
        return "pdf"
    if not content.startswith(b"PK\x03\x04"):
        return None
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            names = set(packed.namelist())
            mimetype = packed.getinfo("mimetype") if "mimetype" in names else None
            is_short = mimetype is not None and mimetype.file_size <= 100
            told = packed.read("mimetype") if is_short else b""
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, ValueError, OSError, EOFError):
        return None
    if any("vba" in name.casefold() or name.startswith("Basic/") for name in names):
        return None
    if told.strip() == FILES["odt"].encode():
        return "odt"
    return "docx" if {"[Content_Types].xml", "word/document.xml"} <= names else None


def decision_words(title: str, stage: str, reason: str, page: str) -> tuple[str, str]:
    """Return subject and text of what a group is told about its plan."""
    if stage == "registered":
        said = "It is on the list of plans that communities made. We use it as something that you"
        parts = [f"Thank you for sending “{title}”.", f"{said} told us. You find it here: {page}"]
        return f"Your plan is on our list: {title}", "\n\n".join(parts)
    parts = [
        f"Thank you for sending “{title}”.",
        "We did not put it on the list of plans that communities made.",
        f"Why: {reason}",
        f"You can change it and send it again: {page}",
    ]
    return f"About the plan that you sent: {title}", "\n\n".join(parts)
