"""The seven questions of the PB Charter's self-check."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from engage.budgeting.models import CharterAnswer, CharterDraft
from engage.budgeting.rules.charter import ANSWERS, FEATURES
from engage.web.fields import Choice, LongText
from engage.web.forms import Form


class CharterForm(Form):
    """For each feature: how far the round has it, and what shows it; some may still be empty."""

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


for _feature in FEATURES:
    setattr(
        CharterForm,
        _feature,
        Choice(
            _l("How far?"),
            choices=[(key, _l(words)) for key, words in ANSWERS.items()],
        ),
    )
    setattr(
        CharterForm,
        f"{_feature}_shown",
        LongText(
            _l("What shows it?"),
            most=1000,
            rows=3,
        ),
    )


def charter_data(answers: Mapping[str, CharterAnswer | CharterDraft]) -> dict[str, str]:
    """Return what the form shows of answers that were kept, or of a draft."""
    shown = {feature: row.answer for feature, row in answers.items()}
    return shown | {f"{feature}_shown": row.evidence for feature, row in answers.items()}
