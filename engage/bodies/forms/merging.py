"""What is asked before two entries of one group become one."""

from flask_babel import lazy_gettext as _l

from engage.web.fields import Choice, Text
from engage.web.forms import Form


class IntoForm(Form):
    """Which group stays; sent by GET, so it has no token."""

    class Meta(Form.Meta):
        csrf = False

    into = Text(_l("Name of the group that stays"), most=150)


class MergeForm(Form):
    """Whether people and contact come along; asked only where there are any (``has_people``)."""

    people = Choice(
        _l("Do its people and its contact come along?"),
        choices=[
            (
                "yes",
                _l("Yes: they speak for the group that stays, and it takes a contact it lacks"),
            ),
            ("no", _l("No: they and their invitations end, and we tell them")),
        ],
    )

    def __init__(self, *args: object, has_people: bool, **kw: object) -> None:
        super().__init__(*args, **kw)
        self.has_people = has_people

    def validate(self, extra_validators: object = None) -> bool:
        """Ask about the people where there are any."""
        valid = bool(super().validate(extra_validators))
        if self.has_people and not self.people.data:
            self.refuse(_l("Choose whether its people and its contact come along"), self.people)
            return False
        return valid
