"""The seven questions of the PB Charter's self-check."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from engage.budgeting.models import CharterAnswer
from engage.budgeting.rules.charter import ANSWERS, FEATURES
from engage.web.fields import Choice, LongText, Needed
from engage.web.forms import Form


class CharterForm(Form):
    """For each feature: how far the round has it, and what shows it."""

    @property
    def answers(self) -> dict[str, tuple[str, str]]:
        """The answers as pairs, by feature."""
        return {
            feature: (self[feature].data or "", self[f"{feature}_shown"].data or "")
            for feature in FEATURES
        }

    @property
    def features(self) -> list[tuple[str, str, Any, Any]]:
        """Each feature's name and question with its two fields, in the Charter's order."""
        return [
            (_(name), _(question), self[feature], self[f"{feature}_shown"])
            for feature, (name, question) in FEATURES.items()
        ]


for _feature, (_name, _question) in FEATURES.items():
    setattr(
        CharterForm,
        _feature,
        Choice(
            _l("How far?"),
            [Needed(_l("Choose how far for “%(name)s”", name=_l(_name)))],
            choices=[(key, _l(words)) for key, words in ANSWERS.items()],
        ),
    )
    setattr(
        CharterForm,
        f"{_feature}_shown",
        LongText(
            _l("What shows it?"),
            [Needed(_l("Enter what shows it for “%(name)s”", name=_l(_name)))],
            most=1000,
            rows=3,
        ),
    )


def charter_data(answers: dict[str, CharterAnswer]) -> dict[str, str]:
    """Return what the form shows of answers that were kept."""
    shown = {feature: row.answer for feature, row in answers.items()}
    return shown | {f"{feature}_shown": row.evidence for feature, row in answers.items()}
