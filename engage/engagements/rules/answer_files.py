"""Answers to a Place Standard in a CSV file: one line for each, every fault named by its line."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from engage.engagements.rules.place_standard import (
    KINDS,
    ExerciseRefused,
    Said,
    check_answer,
)
from engage.engagements.rules.standard_themes import AXES
from engage.places.rules.files import Fault, Row, read_table, refuse_if

#: The most answers in one file, and the longest comment.
MOST_LINES, LONGEST = 1_000, 1_000
FIRST = ("kind", "people", "day", "priorities")


@dataclass(frozen=True)
class FiledAnswer:
    """One answer of a file, with the line that it stands on."""

    line: int
    kind: str
    people: int
    on_day: date
    said: dict[str, Said]


def columns() -> tuple[str, ...]:
    """Return every column that a file may have; a theme stands under the name of its axis."""
    themes = [f"{axis}{end}" for axis in AXES for end in ("", "_good", "_better")]
    return (*FIRST, *themes)


def read_answers(data: bytes, opens_on: date, closes_on: date) -> list[FiledAnswer]:
    """Read a file of answers. Raises ImportRefused that names every fault by its line.

    Only “kind” must be there. An empty cell of a theme is “not answered”; without a day the
    answer is of the exercise's first day. Priorities are axes with semicolons between them.
    """
    table = read_table(data, needed=("kind",))
    known = set(columns())
    refuse_if([Fault(1, f"There is no column “{c}” in our form.") for c in table.columns
               if c not in known])  # fmt: skip
    faults = list(table.faults)
    if len(table.rows) > MOST_LINES:
        faults.append(Fault(MOST_LINES + 2, f"A file holds {MOST_LINES:,} answers at most."))
    answers = []
    for row in table.rows[:MOST_LINES]:
        read = _Line(row, faults)
        answers.append(read.answer(opens_on, closes_on))
    refuse_if(faults)
    return [answer for answer in answers if answer is not None]


class _Line:
    """One line while it is read; what is wrong with it goes to ``faults``."""

    def __init__(self, row: Row, faults: list[Fault]) -> None:
        self.row, self.faults = row, faults

    def cell(self, column: str) -> str:
        return self.row.cells.get(column, "")

    def fault(self, words: str) -> None:
        self.faults.append(Fault(self.row.line, words))

    def answer(self, opens_on: date, closes_on: date) -> FiledAnswer | None:
        before = len(self.faults)
        chosen = {name.strip() for name in self.cell("priorities").split(";") if name.strip()}
        for name in sorted(chosen - set(AXES)):
            self.fault(f"“{name[:20]}” in priorities is no theme.")
        answer = FiledAnswer(
            self.row.line,
            self.kind(),
            self.people(),
            self.day(opens_on, closes_on),
            {axis: self.theme(axis, axis in chosen) for axis in AXES},
        )
        if len(self.faults) > before:
            return None
        try:
            check_answer(answer.kind, answer.people, answer.said)
        except ExerciseRefused as refusal:
            self.fault(f"{refusal}.")
            return None
        return answer

    def kind(self) -> str:
        kind = self.cell("kind").casefold()
        if kind not in KINDS:
            self.fault(f"kind is “{kind[:20]}”, which is neither individual nor group.")
        return kind

    def people(self) -> int:
        typed = self.cell("people")
        if not typed:
            return 1
        if not typed.isascii() or not typed.isdigit() or len(typed) > 6:
            self.fault(f"people is “{typed[:20]}”, which is not a whole number.")
            return 1
        return int(typed)

    def day(self, opens_on: date, closes_on: date) -> date:
        typed = self.cell("day")
        try:
            day = date.fromisoformat(typed) if typed else opens_on
        except ValueError:
            self.fault(f"day is “{typed[:20]}”, which is not a date like {opens_on.isoformat()}.")
            return opens_on
        if not opens_on <= day <= closes_on:
            self.fault(f"day is {day.isoformat()}, which is not a day of this exercise.")
        return day

    def theme(self, axis: str, is_priority: bool) -> Said:
        typed = self.cell(axis)
        if typed and typed not in tuple("1234567"):
            self.fault(f"{axis} is “{typed[:20]}”, which is not a whole number from 1 to 7.")
            typed = ""
        texts = [self.cell(f"{axis}{end}") for end in ("_good", "_better")]
        for end, text in zip(("good", "better"), texts, strict=True):
            if len(text) > LONGEST:
                self.fault(f"{axis}_{end} has more than {LONGEST:,} characters.")
        return Said(int(typed) if typed else None, texts[0], texts[1], is_priority)


def template_rows(labels: Sequence[str]) -> list[tuple[str, ...]]:
    """Return an example line for whoever fills in such a file."""
    row = dict.fromkeys(columns(), "")
    row |= {"kind": "group", "people": "8", "priorities": f"{AXES[0]};{AXES[11]}"}
    row |= dict.fromkeys(AXES, "4") | {f"{AXES[0]}_better": f"More about: {labels[0]}"}
    return [tuple(row.values())]
