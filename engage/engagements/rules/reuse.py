"""Using in one plan what people said for another (R11), as far as they were told."""

from engage.engagements.rules.planning import EngagementRefused
from engage.web.rules import N_

#: What people were told before they answered. '' is not said.
NOTICES: dict[str, str] = {
    "none": N_("That it is for this only"),
    "published": N_("That what we publish may be used in other plans"),
    "plans": N_("That what they say may be used in other plans"),
}
#: What stands behind a use, from what asks least to what asks most of the notice.
BASES: dict[str, str] = {
    "published": N_("Only what is published, which names nobody"),
    "notice": N_("What people said, as the notice told them"),
}
ITEMS: dict[str, str] = {
    "findings": N_("Findings"),
    "responses": N_("Answers"),
    "notes": N_("Notes of a meeting"),
    "figures": N_("Figures"),
    "other": N_("Something else"),
}
PLANS: dict[str, str] = {
    "loip": N_("Local outcomes improvement plan"),
    "locality": N_("Locality plan"),
    "development": N_("Local development plan"),
    "local_place": N_("Local place plan"),
    "transport": N_("Transport strategy"),
    "health_care": N_("Health and social care plan"),
    "justice": N_("Community justice plan"),
    "learning": N_("Community learning and development plan"),
    "other": N_("Another plan"),
}
#: For each notice, the bases that it allows.
ALLOWS: dict[str, tuple[str, ...]] = {
    "": (),
    "none": (),
    "published": ("published",),
    "plans": ("published", "notice"),
}


class ReuseRefused(EngagementRefused):
    """What people said may not be used so; the message says why."""


def refuse_reuse(notice: str, basis: str) -> None:
    """Raise ReuseRefused where what people were told does not allow a use on this basis."""
    if basis in ALLOWS[notice]:
        return
    if not notice:
        raise ReuseRefused("Say first, in the details, what people were told about later uses")
    if notice == "none":
        raise ReuseRefused("People were told that it is for this only: ask them again instead")
    raise ReuseRefused("People were told that only what is published may be used in other plans")
