"""What a round asks of every proposal besides: its themes and questions, as officers set them."""

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField

from engage.budgeting.rules.proposing import MOST_QUESTIONS
from engage.web.fields import Dropdown, LongText, Text
from engage.web.forms import Form


class RoundQuestionsForm(Form):
    """The themes and questions of a round. ``version`` tells whether somebody changed the round."""

    version = HiddenField()
    themes = LongText(_l("Themes, one on each line"), most=900)

    @property
    def theme_names(self) -> list[str]:
        """The themes that were entered, in order."""
        lines = (" ".join(line.split()) for line in (self.themes.data or "").split("\n"))
        return [line for line in lines if line]

    @property
    def questions(self) -> list[tuple[str, str, bool]]:
        """Prompt, kind and need of every question that was entered, in order."""
        entered = []
        for number in range(1, MOST_QUESTIONS + 1):
            kind, _, needed = (self[f"kind_{number}"].data or "short").partition("-")
            if self[f"prompt_{number}"].data:
                entered.append((self[f"prompt_{number}"].data, kind, bool(needed)))
        return entered


KINDS = [
    ("short", _l("A short answer, if people wish")),
    ("short-needed", _l("A short answer, from everybody")),
    ("long", _l("A long answer, if people wish")),
    ("long-needed", _l("A long answer, from everybody")),
]
for _n in range(1, MOST_QUESTIONS + 1):
    setattr(RoundQuestionsForm, f"prompt_{_n}", Text(_l("Question %(n)s", n=_n), most=300))
    setattr(
        RoundQuestionsForm,
        f"kind_{_n}",
        Dropdown(_l("Answer to question %(n)s", n=_n), choices=KINDS),
    )
