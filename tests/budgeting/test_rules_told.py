"""Every rule of a round is told in words, to officers and to everybody; and before it is fixed."""

from dataclasses import fields, replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask, render_template, render_template_string

from engage import clock
from engage.accounts.models import Account
from engage.budgeting.forms.rule_words import changed_facts, rule_facts, rule_sections
from engage.budgeting.rules.lighter import weaker
from engage.budgeting.rules.rounds import RoundRules
from tests.makers.budgeting import make_round
from tests.makers.pots import POTS
from tests.makers.screening import make_checked_round

pytestmark = pytest.mark.requirement("R14")
_DAYS = [clock.now() + timedelta(days=n) for n in (1, 10, 20, 30, 40)]
USUAL = RoundRules(
    600_000, 50_000, 500_000, 1, 2, 11, "Everybody", "greedy", "cost,votes,lot", True, *_DAYS[:4]
)
#: Rules that mean something only beside others, with what they are told beside.
BESIDE: dict[str, dict[str, Any]] = {
    "completion": {"rule": "equal-shares", "max_choices": 3},
    "comparison": {"rule": "equal-shares", "max_choices": 3},
    "increment_pence": {"rule": "equal-shares", "max_choices": 3, "completion": "add1"},
    "points": {"ballot_type": "points", "points": 5, "most_points": 3},
    "most_points": {"ballot_type": "points", "points": 5, "most_points": 3},
    "boost_worth": {"ballot_type": "boost"},
    "separate_contests": {"takes_paper": True},
    "pots": {"pots_each_voter": "all"},
    "pots_each_voter": {"pots": POTS, "pots_each_voter": "all"},
    "discussion_opens_at": {"discussion_opens_at": _DAYS[1], "discussion_closes_at": _DAYS[2]},
    "discussion_closes_at": {"discussion_opens_at": _DAYS[1], "discussion_closes_at": _DAYS[2]},
}
#: Another value of each rule.
OTHER: dict[str, Any] = {
    "pot_pence": 700_000, "min_award_pence": 60_000, "max_award_pence": 400_000, "min_choices": 2,
    "max_choices": 4, "min_age": 16, "who_may_vote": "Pupils", "rule": "greedy-stop",
    "tie_order": "lot", "allow_change": False, "completion": "utilitarian",
    "comparison": True, "increment_pence": 500, "threshold": 7, "ways": "account",
    "connection": "live,work", "has_proposals": False, "who_may_propose": "body",
    "money_kind": "capital", "money_source": "mainstream", "deliver_by": _DAYS[4].date(),
    "must_hear_pitches": True, "ballot_type": "ranking", "points": 6, "most_points": 2,
    "boost_worth": 3, "takes_paper": True, "separate_contests": True, "challenge_days": 10,
    "leftover": "smaller_award", "reply_days": 5, "pots": POTS, "pots_each_voter": "one",
}  # fmt: skip
#: Rules that need no words of their own: which they are, and why.
UNTOLD: dict[str, str] = {}
#: What only officers read in a line; in sentences of its own it stands on the page for everybody.
IN_SENTENCES = (
    '{% from "rounds/parts.html" import rule_words with context %}{{ rule_words(round) }}'
)


def _changed(name: str) -> tuple[RoundRules, RoundRules]:
    before = replace(USUAL, **BESIDE.get(name, {}))
    value = OTHER.get(name)
    if name.endswith("_at"):
        value = getattr(before, name) + timedelta(hours=1)
    return before, replace(before, **{name: value})


def _to_everybody(rules: RoundRules) -> str:
    parts = [str(rule_facts(rules)), render_template("rounds/ways.html", round=rules)]
    return "\n".join([*parts, render_template_string(IN_SENTENCES, round=rules)])


def test_every_rule_is_told_to_officers_and_to_everybody(app: Flask) -> None:
    """A new rule is told in forms/rule_words.py, or named in UNTOLD with the reason."""
    names = {field.name for field in fields(RoundRules)} - set(UNTOLD)
    assert {name for name in names if name not in OTHER and not name.endswith("_at")} == set()
    assert set(UNTOLD) <= {field.name for field in fields(RoundRules)}
    with app.test_request_context():
        for name in sorted(names):
            before, after = _changed(name)
            assert rule_sections(before) != rule_sections(after), f"officers don't read {name}"
            assert changed_facts(before, after), f"nobody reads that {name} changed"
            assert _to_everybody(before) != _to_everybody(after), f"not everybody reads {name}"


def test_officers_read_the_link_with_the_area(session: Any, as_person: Any, carys: Account) -> None:
    make_round(session, connection="live,study")
    text = as_person(carys).open("/desk/rounds/mastrick-decides/").text
    assert "One of these is enough: They live there; They go to school" in text


def test_what_is_weaker_is_said() -> None:
    def words(lacks: bool = False, scrutineer: bool = False, **rules: Any) -> str:
        found = replace(USUAL, **rules)
        return " ".join(weaker(found, lacks_second=lacks, has_scrutineer=scrutineer))

    sound = {"ways": "list", "discussion_opens_at": _DAYS[1], "reply_days": 5}
    assert words(**sound) == ""
    assert "no second person yet" in words(lacks=True, **sound)
    assert "from outside" in words(scrutineer=True, **sound)
    assert "two email addresses" in words()
    assert "a code and an email address" in words()
    assert "a code and an email address" not in words(ways="codes")
    assert "whoever gives out the papers" in words(ways="", takes_paper=True)
    assert "not even a court" in words(challenge_days=0)
    assert "you choose what stands on the ballot" in words(has_proposals=False)


def test_before_a_fund_is_published_all_of_it_is_read_over(
    session: Any, as_person: Any, carys: Account
) -> None:
    make_checked_round(session, "preparing", challenge_days=0, connection="live,work")
    desk = as_person(carys)
    page = desk.open("/desk/rounds/mastrick-decides/open_proposals/")
    for words in (
        "£6,000", "11 and over", "One of these is enough", "Most votes first", "It is feasible",
        "not even a court", "You are the only officer here", "for good",
    ):  # fmt: skip
        assert words in page.text, words
    targets = {link["href"] for link in page.select("main a") if "Change" in link.text}
    edit = "/desk/rounds/mastrick-decides/edit/"
    assert {f"{edit}#pot_pence", f"{edit}#who_may_vote"} <= targets
    form = desk.open(edit)
    for target in targets:
        if target.startswith(edit):
            assert form.select_one(f"[id='{target.partition('#')[2]}']"), target
