"""Plain rules of plans. What other modules use of them most is gathered here."""

from engage.plans.rules.drafts import DraftRefused, PlanRefused, WrittenSection

__all__ = ["DraftRefused", "PlanRefused", "WrittenSection"]
