"""Plans with their drafts and priorities, and the plans that communities made themselves."""

from engage.plans.models.community import CommunityPlan, CommunityPlanFile, CommunityPlanLocality
from engage.plans.models.drafts import Draft, Paragraph, Plan, Priority, Section

__all__ = [
    "CommunityPlan",
    "CommunityPlanFile",
    "CommunityPlanLocality",
    "Draft",
    "Paragraph",
    "Plan",
    "Priority",
    "Section",
]
