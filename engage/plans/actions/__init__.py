"""Writing plans. What other modules use of it most is gathered here."""

from engage.plans.actions.drafts import (
    add_priority,
    change_priority,
    create_plan,
    publish_draft,
    start_draft,
    write_draft,
)

__all__ = [
    "add_priority",
    "change_priority",
    "create_plan",
    "publish_draft",
    "start_draft",
    "write_draft",
]
