"""What the partnership decided about planning engagements."""

from engage.engagements.models import EngagementSettings
from engage.engagements.rules.standards import USUAL_VALUE_PENCE
from engage.extensions import db


def settings() -> EngagementSettings:
    """Return the settings; where nobody decided yet, the usual ones, not in the database."""
    return db.session.get(EngagementSettings, 1) or EngagementSettings(
        id=1, standards_from_pence=USUAL_VALUE_PENCE, value_always_needed=False
    )
