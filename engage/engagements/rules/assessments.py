"""Kinds of impact assessment, the stage of each, and what keeps it from the next (R25)."""

from dataclasses import dataclass

from engage.web.rules import N_

KINDS: dict[str, str] = {
    "equality": N_("Equality impact assessment"),
    "fairer_scotland": N_("Fairer Scotland assessment"),
    "children": N_("Children’s rights and wellbeing impact assessment"),
    "islands": N_("Island communities impact assessment"),
}
#: When each is asked for, for an officer who is new to it.
WHEN: dict[str, str] = {
    "equality": N_("For every policy or decision (Equality Act 2010, section 149)."),
    "fairer_scotland": N_("For strategic decisions only (Equality Act 2010, section 1)."),
    "children": N_("Where children may be affected (UNCRC Act 2024)."),
    "islands": N_("Where island communities may be affected differently (Islands Act 2018)."),
}
STAGES: dict[str, str] = {
    "evidence": N_("Gather evidence"),
    "to_sign": N_("To sign off"),
    "to_publish": N_("To publish"),
    "published": N_("Published"),
}
NOT_SCREENED = N_("It was not screened for equality and other impacts")
SCREEN_FIRST = N_(
    "Screen it for its impacts first. Your partnership publishes nothing without a screening"
)


class AssessmentRefused(Exception):
    """What was said of an assessment can't be kept; the message says why."""


@dataclass(frozen=True)
class AssessmentText:
    """What an officer writes."""

    needed: bool
    reason: str = ""
    evidence: str = ""
    engaged: str = ""
    mitigation: str = ""
    is_strategic: bool = False

    @property
    def is_whole(self) -> bool:
        """Say whether it can be signed off."""
        if not self.needed:
            return bool(self.reason)
        return bool(self.evidence and self.engaged and self.mitigation)


def stage_of(text: AssessmentText, *, signed: bool, published: bool) -> str:
    """Return where an assessment stands, a key of STAGES."""
    if published:
        return "published"
    if signed:
        return "to_publish"
    return "to_sign" if text.is_whole else "evidence"


def check_text(kind: str, text: AssessmentText) -> None:
    """Raise AssessmentRefused for a screening without its reason, or of the wrong kind."""
    if not text.needed and not text.reason:
        raise AssessmentRefused(N_("Enter why a full assessment is not needed"))
    if kind == "fairer_scotland" and not text.is_strategic:
        raise AssessmentRefused(
            N_("A Fairer Scotland assessment is for strategic decisions only. Is this one?")
        )
