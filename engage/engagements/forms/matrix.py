"""The matrix of wish against offer: what an officer looks for, and does about the chosen groups."""

from typing import Any

from flask_babel import lazy_gettext as _l

from engage.bodies.rules.register import WISHES
from engage.bodies.rules.wishes import STAGES
from engage.engagements.forms.planning import ReasonedForm
from engage.engagements.rules.matrix import SHOWN
from engage.engagements.rules.planning import LEVELS
from engage.web.fields import Choice, Choices, Dropdown, Needed, Text
from engage.web.forms import Form


def worded(words: dict[str, str]) -> list[tuple[str, Any]]:
    """Return the choices of a field from a table of words that the catalogues know."""
    return [(value, _l(text)) for value, text in words.items()]


class MatrixFilterForm(Form):
    """Finding groups by what they wish and were offered; sent by GET, so it has no token."""

    class Meta(Form.Meta):
        csrf = False

    show = Dropdown(_l("Show"), choices=worded(SHOWN), default="all")
    engagement = Dropdown(_l("Offered in"))
    level = Dropdown(
        _l("How involved it wants to be"),
        choices=[("", _l("Every answer")), *worded(WISHES), ("never", _l("Never asked"))],
    )
    topic = Text(_l("Topic"), most=100)
    stage = Dropdown(_l("Stage"), choices=[("", _l("Every stage")), *worded(STAGES)])
    area = Dropdown(_l("Area"))
    words = Text(_l("Name of the group"), most=100)

    def __init__(
        self,
        *args: Any,
        engagements: list[tuple[str, str]],
        localities: list[tuple[str, str]],
        **kw: Any,
    ) -> None:
        super().__init__(*args, **kw)
        self.engagement.choices = [("", _l("Anything")), *engagements]
        self.area.choices = [("", _l("Every area")), *localities]


class ChosenForm(Form):
    """The groups that were ticked on a page of the matrix: pairs of id (as text) and name."""

    bodies = Choices(_l("Groups"), [Needed(_l("Tick the groups first"))])

    def __init__(self, *args: Any, bodies: list[tuple[str, str]], **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.bodies.choices = bodies

    @property
    def chosen(self) -> set[int]:
        """The ids of the groups that were ticked."""
        return {int(number) for number in self.bodies.data or []}


class OfferForm(ChosenForm, ReasonedForm):
    """Asking the ticked groups to take part in the engagement that is looked at."""

    offer = Choice(
        _l("How far do we offer to go?"),
        [Needed(_l("Choose how far we offer to go"))],
        choices=worded(LEVELS),
    )
    asked_first = ("bodies", "offer")
