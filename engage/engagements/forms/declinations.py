"""Why a group does not get what it wished or asked for, telling it, and its reply (R04)."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import ValidationError

from engage.engagements.forms.matrix import worded
from engage.engagements.rules.declinations import (
    CHANNELS,
    KINDS,
    REASONS,
    Why,
    says_how_to_reach_somebody,
)
from engage.web.fields import Choice, Day, Dropdown, LongText, Needed, Text
from engage.web.forms import Form

#: Said where a typed name is that of no group on the register.
NO_GROUP = _l("No group on the register has this name. Write it as it stands there")


class ReasonForm(Form):
    """The reason in words that everybody may read, and who decided."""

    reason_code = Dropdown(
        _l("Kind of reason"),
        [Needed(_l("Choose the kind of reason"))],
        choices=[("", _l("Choose one")), *worded(REASONS)],
    )
    reason = LongText(
        _l("Reason, as the group will read it"), [Needed(_l("Enter the reason"))], most=1000, rows=4
    )
    decided_by = Text(
        _l("Who decided?"), [Needed(_l("Enter the group or role that decided"))], most=100
    )
    decided_on = Day(_l("When was it decided?"), [Needed(_l("Enter the day of the decision"))])

    def validate_reason(self, field: Any) -> None:
        """Refuse an e-mail address or phone number: the list of reasons is public."""
        if says_how_to_reach_somebody(field.data or ""):
            raise ValidationError(
                str(_l("Take out the email address or phone number: everybody can read this"))
            )

    def why(self) -> Why:
        """Return what was answered."""
        return Why(
            self.reason_code.data or "",
            self.reason.data or "",
            self.decided_by.data or "",
            self.decided_on.data,
        )


class NewReasonForm(ReasonForm):
    """A reason that no offer brought: not asked, or an ask that is not followed.

    ``engagements`` are pairs of slug and title. The group is named as on the register: there may
    be thousands.
    """

    asked_first = ("body", "kind", "engagement", "ask")

    body = Text(_l("Name of the group"), [Needed(_l("Enter the name of the group"))], most=150)
    kind = Choice(
        _l("What is it about?"),
        [Needed(_l("Choose what it is about"))],
        choices=worded({kind: KINDS[kind] for kind in ("not_asked", "ask")}),
    )
    engagement = Dropdown(_l("Which consultation or event?"))
    ask = LongText(_l("What did the group ask for?"), most=1000, rows=3)

    def __init__(self, *args: Any, engagements: list[tuple[str, str]], **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.engagement.choices = [("", _l("None of them")), *engagements]

    def validate_ask(self, field: Any) -> None:
        """Ask what the group asked for, and keep it fit for everybody's eyes."""
        if self.kind.data == "ask" and not field.data:
            raise ValidationError(str(_l("Enter what the group asked for")))

    def validate_engagement(self, field: Any) -> None:
        """Ask in what the group was not asked to take part."""
        if self.kind.data == "not_asked" and not field.data:
            raise ValidationError(str(_l("Choose what the group was not asked to take part in")))


class ToldForm(Form):
    """That somebody told the group by letter, by phone or at a meeting, and when."""

    channel = Choice(
        _l("How did you tell the group?"),
        [Needed(_l("Choose how you told it"))],
        choices=worded({way: CHANNELS[way] for way in ("letter", "phone", "meeting")}),
    )
    told_on = Day(_l("When did you tell it?"), [Needed(_l("Enter the day on which you told it"))])


class ReopenForm(Form):
    """Why a matter is looked at again."""

    reopened_why = LongText(
        _l("Why do you look at it again?"),
        [Needed(_l("Enter why you look at it again"))],
        most=500,
        rows=3,
    )


class ReplyForm(Form):
    """What a group says to our reason."""

    reply = LongText(
        _l("What do you say to our reason?"), [Needed(_l("Enter your reply"))], most=2000, rows=4
    )


class ReasonFilterForm(Form):
    """Finding a reason; sent by GET, so it has no token."""

    class Meta(Form.Meta):
        csrf = False

    words = Text(_l("Name of the group"), most=100)
    kind = Dropdown(_l("Kind"), choices=[("", _l("Every kind")), *worded(KINDS)])
