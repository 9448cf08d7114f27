"""Which answers to criteria allow which decision, and what proposals that become one say."""

import pytest

from engage.budgeting.rules.merging import Together, check_parts, merged_content
from engage.budgeting.rules.proposing import Content, CostItem
from engage.budgeting.rules.refusals import ProposalRefused, RoundRefused
from engage.budgeting.rules.screening import (
    USUAL_CRITERIA,
    Answer,
    answer_lines,
    check_criteria,
    check_decision,
)

MET, NOT_MET, OTHER = Answer("met"), Answer("not_met", "Why"), Answer("not_relevant")


@pytest.mark.parametrize(
    ("decision", "criteria", "answers"),
    [
        ("accept", [1, 2], {1: MET, 2: OTHER}),
        ("leave_out", [1, 2], {1: MET, 2: NOT_MET}),
        ("accept", [], {}),
        ("leave_out", [], {}),
    ],
)
def test_these_answers_lead_to_the_decision(decision, criteria, answers):
    check_decision(decision, criteria, answers)


@pytest.mark.parametrize(
    ("decision", "answers", "about"),
    [
        ("accept", {1: MET}, "answer_2"),
        ("accept", {1: MET, 2: Answer("")}, "answer_2"),
        ("leave_out", {1: Answer("not_met"), 2: MET}, "note_1"),
        ("accept", {1: MET, 2: NOT_MET}, "decision"),
        ("leave_out", {1: MET, 2: OTHER}, "decision"),
    ],
)
def test_these_answers_do_not(decision, answers, about):
    with pytest.raises(ProposalRefused) as refusal:
        check_decision(decision, [1, 2], answers)
    assert refusal.value.about == about


@pytest.mark.parametrize("criteria", [[], ["It is legal"] * 2, [str(n) for n in range(11)]])
def test_none_too_many_or_the_same_criteria_are_refused(criteria):
    with pytest.raises(RoundRefused):
        check_criteria(criteria)
    check_criteria(USUAL_CRITERIA)


def test_a_letter_lists_each_answer_with_its_reason():
    lines = answer_lines([("Legal", MET), ("Feasible", NOT_MET)])
    assert lines == "- Legal: met\n- Feasible: not met. Why"


def test_rows_stay_where_they_add_up_and_else_one_stands_for_all():
    lead = Content("A", items=(CostItem("Wood", 600),), takes_less=True, smallest_pence=500)
    other = Content("B", items=(CostItem("Paint", 400),))
    whole = merged_content(lead, [other], Together("Both", "All", 1000))
    assert whole.items == (CostItem("Wood", 600), CostItem("Paint", 400))
    assert (whole.title, whole.cost_pence, whole.smallest_pence) == ("Both", 1000, 500)
    less = merged_content(lead, [other], Together("Both", "All", 500))
    assert (less.items, less.takes_less) == ((CostItem("Both", 500),), False)


@pytest.mark.parametrize(("parts", "writers"), [(1, 0), (3, 6)])
def test_too_few_parts_or_too_many_writers_are_refused(parts, writers):
    with pytest.raises(ProposalRefused):
        check_parts(parts, writers)
