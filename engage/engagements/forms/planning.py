"""What every engagement must say before it opens (R10): purpose, level, scope, dates, support."""

from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l

from engage.engagements.rules.declinations import REASONS
from engage.engagements.rules.planning import ANSWERS, KINDS, LEVELS
from engage.web.fields import Choice, Choices, Dropdown, Instant, LongText, Needed, Text
from engage.web.forms import Form


class EngagementForm(Form):
    """The part of a consultation's or a round's form that both share.

    ``localities`` are pairs of id (as text) and name; '' is the whole council area.
    """

    title = Text(_l("Title"), [Needed(_l("Enter a title"))], most=150)
    purpose = LongText(_l("What is it for?"), [Needed(_l("Enter what it is for"))], most=2000)
    level = Choice(
        _l("How far can people shape the decision?"),
        [Needed(_l("Choose how far people can shape the decision"))],
        choices=[(level, _l(words)) for level, words in LEVELS.items()],
        default="consult",
    )
    open_to_change = LongText(
        _l("What is open to change?"), [Needed(_l("Enter what is open to change"))], most=2000
    )
    fixed = LongText(
        _l("What is not open to change?"),
        [Needed(_l("Enter what is not open to change"))],
        most=2000,
    )
    support_offered = LongText(_l("What support do we offer?"), most=2000)
    locality = Dropdown(_l("Where is it for?"))

    def __init__(self, *args: Any, localities: list[tuple[str, str]] = (), **kw: Any) -> None:  # type: ignore[assignment]
        super().__init__(*args, **kw)
        self.locality.choices = [("", _l("The whole area")), *localities]

    @property
    def locality_id(self) -> int | None:
        """The chosen locality's id; None is the whole area."""
        return int(self.locality.data) if self.locality.data else None


class DatedEngagementForm(EngagementForm):
    """An engagement with one opening and one closing instant."""

    opens_at = Instant(_l("When does it open?"), [Needed(_l("Enter when it opens"))])
    closes_at = Instant(_l("When does it close?"), [Needed(_l("Enter when it closes"))])

    def check_dates(self, at: datetime) -> bool:
        """Refuse a closing date before the opening date or in the past; True if both are fine."""
        opens, closes = self.opens_at.data, self.closes_at.data
        if opens and closes and closes <= opens:
            self.refuse(_l("The closing date must be after the opening date"), self.closes_at)
        elif closes and closes <= at:
            self.refuse(_l("The closing date must be in the future"), self.closes_at)
        return not self.closes_at.errors


class ReasonedForm(Form):
    """Why groups are offered less than they want: whoever gives a reason says who decided (R04)."""

    reason_code = Dropdown(
        _l("Why less than a group wants, in short"),
        choices=[
            ("", _l("Nobody is offered less")),
            *((code, _l(words)) for code, words in REASONS.items()),
        ],
    )
    reason = LongText(_l("Reason, where we offer less than a group wants"), most=1000, rows=4)
    decided_by = Text(_l("Who decided?"), most=100)

    def validate(self, extra_validators: Any = None) -> bool:
        """Refuse a reason without who decided: the group is told both, or nothing."""
        valid = bool(super().validate(extra_validators))
        if self.reason.data and not self.decided_by.data:
            self.refuse(
                _l("Enter who decided: the group reads it with the reason"), self.decided_by
            )
            return False
        return valid


class InviteForm(ReasonedForm):
    """Asking groups to take part. ``bodies`` are pairs of id (as text) and name."""

    asked_first = ("bodies", "level")

    bodies = Choices(_l("Groups"), [Needed(_l("Choose the groups that you ask"))])
    level = Choice(
        _l("How far do we offer to go?"),
        [Needed(_l("Choose how far we offer to go"))],
        choices=[(level, _l(words)) for level, words in LEVELS.items()],
    )

    def __init__(self, *args: Any, bodies: list[tuple[str, str]], **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.bodies.choices = bodies


class AnswerForm(Form):
    """What a group answers to what it was asked."""

    answer = Choice(
        _l("Will your group take part?"),
        [Needed(_l("Choose what your group answers"))],
        choices=[(answer, _l(words)) for answer, words in ANSWERS.items()],
    )
    note = LongText(_l("Anything we should know?"), most=1000, rows=4)


class InviteFilterForm(Form):
    """Finding a group to ask; sent by GET, so it has no token."""

    class Meta(Form.Meta):
        csrf = False

    words = Text(_l("Name of the group"), most=100)


class EngagementFilterForm(Form):
    """Finding an engagement; sent by GET, so it has no token."""

    class Meta(Form.Meta):
        csrf = False

    words = Text(_l("Title"), most=100)
    kind = Dropdown(
        _l("Kind"),
        choices=[("", _l("Every kind")), *((kind, _l(words)) for kind, words in KINDS.items())],
    )
