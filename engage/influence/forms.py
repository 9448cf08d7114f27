"""What an officer is asked: a finding, what it concerns, and what was done with it."""

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField

from engage.influence.rules import EFFECTS, KINDS, Said
from engage.web.fields import Choice, Choices, Day, Dropdown, LongText, Needed, Text
from engage.web.forms import Form

#: How a contribution is named beside its text, by kind.
SAID = {
    "response": _l("%(who)s, answers"),
    "comment": _l("%(who)s, on paragraph %(where)s"),
    "proposal": _l("%(who)s, idea for a project: %(where)s"),
    "event": _l("%(where)s (event on %(who)s)"),
    "exercise": _l("Place Standard for %(who)s: %(where)s"),
    "plan": _l("%(who)s, a plan of its own: %(where)s"),
}


def said_words(said: Said) -> str:
    """Return who said it and where: “A resident, on paragraph 1.2”."""
    return str(SAID[said.kind]) % {"who": said.who, "where": said.where}


class FindingForm(Form):
    """What people said, drawn together from the contributions that ``said`` lists."""

    sources = Choices(
        _l("Which contributions does it rest on?"),
        [Needed(_l("Choose at least one contribution"))],
    )
    statement = LongText(
        _l("What did people say?"), [Needed(_l("Enter what people said"))], most=1000, rows=4
    )
    theme = Text(_l("Theme"), [Needed(_l("Enter a theme, like “Getting about”"))], most=60)
    section = Text(_l("Who said it?"), most=60)
    kind = Choice(
        _l("What is it?"),
        [Needed(_l("Choose what it is"))],
        choices=[(key, _l(words)) for key, words in KINDS.items()],
    )
    dissent = LongText(_l("What did others say?"), most=1000, rows=3)

    def __init__(self, *args: Any, said: Sequence[Said] = (), **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.sources.choices = [(f"{one.kind}:{one.id}", said_words(one)) for one in said]

    @property
    def chosen(self) -> list[tuple[str, int]]:
        """The chosen contributions, as pairs of kind and id."""
        pairs = [value.split(":") for value in self.sources.data or []]
        return [(kind, int(key)) for kind, key in pairs]


class WhichForm(Form):
    """What became of a finding, and of which priority. It is sent by GET and changes nothing."""

    class Meta:
        csrf = False

    effect = Choice(
        _l("What did you do with it?"),
        [Needed(_l("Choose what you did with it"))],
        choices=[(key, _l(words)) for key, words in EFFECTS.items()],
    )
    priority = Dropdown(_l("Which priority?"), default="")

    def __init__(self, *args: Any, priorities: Sequence[tuple[str, str]] = (), **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.priority.choices = [("", _l("No priority")), *priorities]

    def complete(self) -> bool:
        """Say whether the answers fit together; if not, the field says what to do."""
        if not self.validate():
            return False
        if self.effect.data != "not_taken_up" and not self.priority.data:
            self.refuse(_l("Choose the priority"), self.priority)
        return not self.priority.errors

    @property
    def priority_id(self) -> int:
        """The chosen priority's id; 0 for none."""
        return int(self.priority.data or 0)


class DecisionForm(Form):
    """Why, by whom and when it was decided."""

    reason = LongText(_l("Why?"), [Needed(_l("Enter why"))], most=2000, rows=4)
    decided_by = Text(
        _l("Who decided?"),
        [Needed(_l("Enter who decided, like “Community Planning Board”"))],
        most=100,
    )
    decided_on = Day(_l("When was it decided?"), [Needed(_l("Enter the date of the decision"))])


class ChangeForm(DecisionForm):
    """As DecisionForm, with the new wording; ``seen`` is the hash of the wording that was read."""

    text = LongText(
        _l("New wording of the priority"),
        [Needed(_l("Enter the new wording of the priority"))],
        most=3000,
        rows=6,
    )
    seen = HiddenField()


def decision_form(effect: str) -> DecisionForm:
    """Return the form for one effect: only a change asks for a wording."""
    return ChangeForm() if effect == "changed" else DecisionForm()
