"""What officers write in an assessment."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import ValidationError

from engage.engagements.rules.assessments import KINDS, AssessmentText
from engage.web.fields import Agreement, Choice, Dropdown, LongText, Needed, Text
from engage.web.forms import Form


class AssessmentForm(Form):
    """The screening, and what a full assessment finds."""

    is_strategic = Agreement(_l("This is a strategic decision"))
    needed = Choice(
        _l("Is a full assessment needed?"),
        [Needed(_l("Choose whether a full assessment is needed"))],
        choices=[("yes", _l("Yes")), ("no", _l("No: screening was enough"))],
    )
    reason = LongText(_l("Why, or why not"), most=2000, rows=3)
    evidence = LongText(_l("Evidence"), most=5000)
    engaged = LongText(_l("Who was engaged, and how"), most=3000, rows=4)
    mitigation = LongText(_l("What you will do about it"), most=3000, rows=4)

    def validate_reason(self, field: Any) -> None:
        """Ask why a full assessment is not needed."""
        if self.needed.data == "no" and not field.data:
            raise ValidationError(str(_l("Enter why a full assessment is not needed")))

    def text(self) -> AssessmentText:
        """Return what was written."""
        return AssessmentText(
            needed=self.needed.data == "yes",
            reason=self.reason.data or "",
            evidence=self.evidence.data or "",
            engaged=self.engaged.data or "",
            mitigation=self.mitigation.data or "",
            is_strategic=bool(self.is_strategic.data),
        )


class ScreeningForm(AssessmentForm):
    """Starting one. ``things`` are pairs of what and its title."""

    asked_first = ("thing", "kind")

    thing = Dropdown(_l("What is assessed?"), [Needed(_l("Choose what is assessed"))])
    kind = Choice(
        _l("For which impact?"),
        [Needed(_l("Choose the kind of assessment"))],
        choices=[(code, _l(words)) for code, words in KINDS.items()],
    )

    def __init__(self, *args: Any, things: list[tuple[str, str]], **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.thing.choices = [("", _l("Choose a plan, consultation or fund")), *things]

    @property
    def target(self) -> dict[str, int]:
        """What it is of, as the action takes it."""
        room, _colon, number = (self.thing.data or "").partition(":")
        return {f"{room}_id": int(number)}


class SignForm(Form):
    """The officer's sign-off."""

    signed_role = Text(
        _l("Your post, like “Head of Communities”"), [Needed(_l("Enter your post"))], most=100
    )
