"""How the demo's officer keeps the funds safe: recovery sheets, printed and typed back."""

from datetime import datetime
from typing import Any

from engage.budgeting.actions.sheets import print_sheet, type_sheet
from engage.budgeting.models import Round
from engage.budgeting.queries.sheets import is_tested
from engage.demo.rules.story import Story


def keep_sheets(story: Story, round_: Round, at: datetime) -> None:
    """Print and test the sheet of a fund, and before it the one of the site if that is new."""
    who: dict[str, Any] = {"at": at, "by": story.officer, "role": "officer"}
    for of in (round_,) if is_tested(None) else (None, round_):
        type_sheet(of, "\n".join(print_sheet(of, "", **who)), **who)
