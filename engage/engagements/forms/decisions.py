"""What was decided with people (R80), and where what they said is used again (R11)."""

from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l

from engage.engagements.forms.file import words_of
from engage.engagements.rules.levels import DECISIONS
from engage.engagements.rules.reuse import BASES, ITEMS, PLANS
from engage.web.fields import Choice, Day, Dropdown, Needed, Text
from engage.web.forms import Form


class DecisionForm(Form):
    """One decision that an engagement was about."""

    title = Text(_l("What was decided?"), [Needed(_l("Enter what was decided"))], most=200)
    kind = Choice(
        _l("What kind of decision is it?"),
        [Needed(_l("Choose the kind of decision"))],
        choices=words_of(DECISIONS),
    )
    decided_on = Day(_l("When was it decided?"), [Needed(_l("Enter when it was decided"))])

    def check_day(self, today: date) -> bool:
        """Refuse a decision that is still to come; True if the day is fine."""
        if self.decided_on.data and self.decided_on.data > today:
            self.refuse(_l("Enter a day that has been: it is not decided before"), self.decided_on)
        return not self.decided_on.errors


class UseForm(Form):
    """One use of what people said in another plan."""

    item = Dropdown(
        _l("What is used?"), [Needed(_l("Choose what is used"))],
        choices=words_of(ITEMS, _l("Choose what is used")),
    )  # fmt: skip
    item_reference = Text(
        _l("Which of it?"), [Needed(_l("Enter which of it, like findings 3 and 4"))], most=300
    )
    plan_kind = Dropdown(
        _l("In which kind of plan?"), [Needed(_l("Choose the kind of plan"))],
        choices=words_of(PLANS, _l("Choose a kind of plan")),
    )  # fmt: skip
    plan_reference = Text(
        _l("Which plan, and where in it?"), [Needed(_l("Enter which plan, and where in it"))],
        most=300,
    )  # fmt: skip
    basis = Choice(
        _l("What is used of what people said?"),
        [Needed(_l("Choose what is used of what people said"))],
        choices=words_of(BASES),
    )


class UseFilterForm(Form):
    """Which kind of plan; sent by GET, so it has no token."""

    class Meta(Form.Meta):
        csrf = False

    plan: Any = Dropdown(_l("Kind of plan"), choices=words_of(PLANS, _l("Every kind")))
