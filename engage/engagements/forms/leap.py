"""One stage of LEAP on a page (R79), with the indicators of the plan and their judgement."""

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l

from engage.engagements.forms.file import words_of
from engage.engagements.models import LeapIndicator, LeapJudgement
from engage.engagements.rules.leap import MET, PARTS
from engage.web.fields import Choice, LongText, Text
from engage.web.forms import Form

#: So many indicators a plan has room for; few are better.
MOST_INDICATORS = 6


class LeapForm(Form):
    """One stage; its fields are made for it by ``leap_form``."""

    def written(self, stage: str) -> dict[str, str]:
        """What was written, by part of the stage."""
        return {part.name: self[part.name].data or "" for part in PARTS[stage]}

    @property
    def indicators(self) -> list[tuple[str, str]]:
        """The indicators that were entered: words and target, without empty lines."""
        pairs = [
            (self[f"words_{n}"].data or "", self[f"target_{n}"].data or "")
            for n in range(MOST_INDICATORS)
        ]
        return [(words, target) for words, target in pairs if words]

    def judged(self, numbers: Sequence[int]) -> dict[int, tuple[str, str]]:
        """How the indicators were judged, by id; one without an answer is absent."""
        return {
            n: (self[f"met_{n}"].data, self[f"result_{n}"].data or "")
            for n in numbers
            if self[f"met_{n}"].data
        }


def leap_form(
    stage: str,
    written: dict[str, str],
    indicators: Sequence[tuple[LeapIndicator, LeapJudgement | None]],
    words: Any,
) -> LeapForm:
    """Return the form of one stage, filled with what stands. ``words`` translates a question."""
    fields: dict[str, Any] = {
        part.name: LongText(words(part.question), most=5000, rows=5) for part in PARTS[stage]
    }
    data: dict[str, Any] = {part.name: written[part.name] for part in PARTS[stage]}
    if stage == "plan":
        for n in range(MOST_INDICATORS):
            fields[f"words_{n}"] = Text(
                _l("Indicator %(number)s: what will show it?", number=n + 1), most=300
            )
            fields[f"target_{n}"] = Text(
                _l("Target of indicator %(number)s", number=n + 1), most=300
            )
            if n < len(indicators):
                data[f"words_{n}"] = indicators[n][0].words
                data[f"target_{n}"] = indicators[n][0].target
    if stage == "review":
        for indicator, judgement in indicators:
            fields[f"met_{indicator.id}"] = Choice(
                _l("Was it met? %(words)s", words=indicator.words), choices=words_of(MET)
            )
            fields[f"result_{indicator.id}"] = LongText(
                _l("What shows it? %(words)s", words=indicator.words), most=2000, rows=3
            )
            data[f"met_{indicator.id}"] = judgement.met if judgement else None
            data[f"result_{indicator.id}"] = judgement.result if judgement else ""
    return type("OneLeapForm", (LeapForm,), fields)(data=data)
