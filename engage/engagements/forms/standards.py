"""Answering the National Standards: officers and partners one Standard a page, people all seven."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

from engage.engagements.actions.standards import Said
from engage.engagements.forms.file import words_of
from engage.engagements.models import StandardAnswer
from engage.engagements.rules.levels import FELT
from engage.engagements.rules.standards import EVIDENCE, SCORES
from engage.engagements.rules.standards_words import FOR_PEOPLE
from engage.web.fields import Choice, Dropdown, LongText, Text
from engage.web.forms import Form

_SCORES = [(str(score), _l("%(score)s: %(words)s", score=score, words=_l(words)))
           for score, words in SCORES.items()]  # fmt: skip


class StandardForm(Form):
    """One Standard: for each question an answer, a score, and evidence to attach."""

    def validate(self, extra_validators: Any = None) -> bool:
        """Judge the evidence beside its kind: one without the other says nothing."""
        valid = super().validate(extra_validators)
        for code in self.codes:
            kind, pack, text = (self[f"{part}_{code}"] for part in ("kind", "pack", "shows"))
            if kind.data == "pack" and not pack.data:
                pack.errors = [str(_l("Choose the information pack that shows it"))]
                valid = False
            elif kind.data not in (None, "", "pack") and not text.data:
                text.errors = [str(_l("Enter what shows it, like a date, a number or a link"))]
                valid = False
        return valid

    @property
    def codes(self) -> list[str]:
        """The ids of the questions."""
        return [name.removeprefix("answer_") for name in self._fields if name.startswith("answer_")]

    @property
    def said(self) -> dict[str, Said]:
        """What was entered, by id."""
        return {code: self._said(code) for code in self.codes}

    def _said(self, code: str) -> Said:
        kind, score = self[f"kind_{code}"].data, self[f"score_{code}"].data
        what = self[f"pack_{code}" if kind == "pack" else f"shows_{code}"].data
        return Said(
            answer=self[f"answer_{code}"].data or "",
            score=int(score) if score else None,
            evidence=(kind, what) if kind else None,
        )


def standard_form(
    asked: Mapping[str, str],
    standing: Mapping[str, StandardAnswer],
    packs: list[tuple[str, str]],
    words: Any,
) -> StandardForm:
    """Return the form of one Standard, filled with what stands. ``words`` translates a question."""
    fields: dict[str, Any] = {}
    data: dict[str, Any] = {}
    for code, question in asked.items():
        row = standing.get(code)
        fields[f"answer_{code}"] = LongText(words(question), most=2000, rows=4)
        fields[f"score_{code}"] = Dropdown(_l("Score"), choices=[("", _l("No score")), *_SCORES])
        fields[f"kind_{code}"] = Dropdown(
            _l("Attach evidence"), choices=words_of(EVIDENCE, _l("None"))
        )
        fields[f"pack_{code}"] = Dropdown(
            _l("Which information pack?"), choices=[("", _l("None")), *packs]
        )
        fields[f"shows_{code}"] = Text(_l("What shows it?"), most=300)
        data[f"answer_{code}"] = row.answer if row else ""
        data[f"score_{code}"] = str(row.score or "") if row else ""
    return type("OneStandardForm", (StandardForm,), fields)(data=data)


class PeopleForm(Form):
    """How somebody who took part found it: seven questions, none of which must be answered."""

    felt = Choice(_l("How far could you shape the decision?"), choices=words_of(FELT))

    @property
    def scores(self) -> dict[str, int]:
        """The scores that were given, by Standard."""
        return {
            letter: int(self[f"score_{letter}"].data)
            for letter in FOR_PEOPLE
            if self[f"score_{letter}"].data
        }


for _letter, _question in FOR_PEOPLE.items():
    setattr(
        PeopleForm,
        f"score_{_letter}",
        Choice(
            _l(_question),
            choices=[("6", _l("6: very much")), *((str(n), str(n)) for n in (5, 4, 3, 2)),
                     ("1", _l("1: not at all"))],
        ),
    )  # fmt: skip
