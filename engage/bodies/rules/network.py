"""The third sector interface and the links that it makes (R08)."""

from engage.bodies.rules.register import BodyRefused
from engage.web.rules import N_

STANDINGS: dict[str, str] = {
    "partner": N_("A partner of ours"),
    "signatory": N_("Signed the plan"),
    "neither": N_("Neither"),
}


class NetworkRefused(BodyRefused):
    """A link of support can't be made or ended like this; the message says why."""
