"""Rules that change while people rely on them: each time a version, with a reason, in public."""

from dataclasses import fields, replace
from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from engage import clock
from engage.accounts.models import Account
from engage.audit.models import AuditEvent
from engage.budgeting.actions.proposals import Draft, submit_proposal
from engage.budgeting.actions.rounds import change_rules, open_proposals
from engage.budgeting.models import Round, RuleVersion
from engage.budgeting.queries.rounds import rule_changes, rules_of, versions_of
from engage.budgeting.rules.refusals import ProposalRefused, RoundRefused, RulesRefused
from engage.budgeting.rules.rounds import (
    RoundRules,
    change_faults,
    hash_rules,
    plain_rules,
    read_rules,
)
from engage.extensions import db
from engage.messages.models import Message
from engage.places.rules.postcodes import Placing
from tests.makers.bodies import make_body
from tests.makers.budgeting import make_proposal, make_round

pytestmark = pytest.mark.requirement("R14")
DAY = timedelta(days=1)


def change(round_: Round, by: int | None, reason: str = "A partner gave more", **rules: Any) -> Any:
    changed = replace(rules_of(round_), **rules)
    return change_rules(round_, changed, reason, at=clock.now(), by=by)


def test_what_is_published_first_is_version_one(session: Any, carys: Account) -> None:
    round_ = make_round(session, "preparing")
    open_proposals(round_, at=clock.now(), by=carys.id)
    (version,) = versions_of(round_.id)
    assert (version.n, version.rules_hash) == (1, round_.rules_hash)
    assert rule_changes(round_.id) == []


def test_rules_are_kept_as_they_are_read_again(session: Any) -> None:
    round_ = make_round(session, "preparing", deliver_by=clock.now().date() + 90 * DAY, threshold=3)
    rules = rules_of(round_)
    assert read_rules(plain_rules(rules)) == rules


@pytest.mark.parametrize("stage", ["proposals", "screening"])
def test_a_change_is_a_version_with_a_reason_and_proposers_are_told(
    session: Any, carys: Account, stage: str
) -> None:
    round_ = make_round(session, stage)
    make_proposal(session, round_, email="aisha@example.org")
    old = rules_of(round_)
    change(round_, carys.id, pot_pence=900_000)
    session.commit()
    ((version, before, after),) = rule_changes(round_.id)
    assert (version.n, version.reason, version.by) == (2, "A partner gave more", carys.id)
    assert (before, after.pot_pence) == (old, 900_000)
    assert round_.rules_hash == hash_rules(rules_of(round_)) == version.rules_hash
    told = session.scalars(sa.select(Message).where(Message.subject.contains("rules changed")))
    assert {(m.channel, "A partner gave more" in m.body) for m in told} == {
        ("notice", True),
        ("email", True),
    }
    assert session.scalars(sa.select(AuditEvent.action)).all()[-1] == "rules.changed"


def test_a_later_change_stands_beside_the_earlier_ones(session: Any, carys: Account) -> None:
    round_ = make_round(session, "proposals")
    change(round_, carys.id, "First", pot_pence=900_000)
    change(round_, carys.id, "Second", pot_pence=600_000)
    changes = rule_changes(round_.id)
    assert [(v.n, a.pot_pence) for v, _, a in changes] == [(2, 900_000), (3, 600_000)]


@pytest.mark.parametrize("stage", ["preparing", "voting", "closed", "declared"])
def test_at_other_stages_rules_stay(session: Any, carys: Account, stage: str) -> None:
    with pytest.raises(RoundRefused):
        change(make_round(session, stage), carys.id, pot_pence=900_000)


def test_a_change_needs_a_reason_and_something_changed(session: Any, carys: Account) -> None:
    round_ = make_round(session, "proposals")
    with pytest.raises(RoundRefused, match="Enter why"):
        change(round_, carys.id, "", pot_pence=900_000)
    with pytest.raises(RoundRefused, match="Nothing is changed"):
        change(round_, carys.id)


def test_what_has_begun_is_not_moved_and_nothing_goes_into_the_past(session: Any) -> None:
    at = clock.now()
    rules = rules_of(make_round(session, "proposals", at=at))
    moved = {
        "proposals_open_at": rules.proposals_open_at + DAY,
        "proposals_close_at": at - DAY,
        "voting_opens_at": at - DAY,
        "voting_closes_at": at - DAY,
        "has_proposals": False,
    }
    for name, value in moved.items():
        assert list(change_faults(rules, replace(rules, **{name: value}), "proposals", at)) == [
            name
        ]
    later = replace(rules, proposals_close_at=rules.proposals_close_at + DAY)
    assert change_faults(rules, later, "proposals", at) == {}
    assert list(change_faults(rules, later, "screening", at)) == ["proposals_close_at"]
    early = replace(rules, proposals_open_at=at + 2 * DAY)
    opening = replace(rules, proposals_open_at=at + DAY)
    assert change_faults(opening, early, "proposals", at) == {}


def test_new_rules_must_fit_together(session: Any, carys: Account) -> None:
    with pytest.raises(RulesRefused):
        change(make_round(session, "proposals"), carys.id, max_award_pence=700_000)


def test_voting_may_be_moved_before_the_ballot_is_settled(session: Any, carys: Account) -> None:
    round_ = make_round(session, "screening")
    later = round_.voting_closes_at + 7 * DAY
    change(round_, carys.id, voting_closes_at=later)
    session.commit()
    assert round_.voting_closes_at == round_.engagement.closes_at == later


def other(value: Any) -> Any:
    """Another value for a column, whatever it is: the guard is asked before its checks."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + 1
    if isinstance(value, datetime):
        return value + DAY
    return clock.now() if value is None else f"{value}x"


#: The parts of a fund are rows of their own, with guards of their own (test_pot_guards).
COLUMNS = [field.name for field in fields(RoundRules) if field.name != "pots"]


@pytest.mark.parametrize("rule", COLUMNS)
@pytest.mark.parametrize("stage", ["proposals", "voting"])
def test_the_database_takes_no_change_of_any_rule_without_a_version(
    session: Any, stage: str, rule: str
) -> None:
    round_ = make_round(session, stage)
    changed = sa.update(Round).where(Round.id == round_.id)
    with pytest.raises(DBAPIError, match=r"fixed once proposals open|moves later only|agreed"):
        session.execute(changed.values(**{rule: other(getattr(round_, rule))}))


def _version(round_: Round, rules_hash: str) -> None:
    version = RuleVersion(
        round_id=round_.id, n=1, at=clock.now(), reason="Raw", rules="{}", rules_hash=rules_hash
    )
    db.session.add(version)
    db.session.flush()


@pytest.mark.parametrize(
    ("stage", "hashes", "taken"),
    [
        ("proposals", ("a" * 64, "a" * 64), True),
        ("proposals", ("a" * 64, "b" * 64), False),
        ("voting", ("a" * 64, "a" * 64), False),
    ],
)
def test_the_database_takes_only_the_newest_version_and_only_before_the_ballot(
    session: Any, stage: str, hashes: tuple[str, str], taken: bool
) -> None:
    round_ = make_round(session, stage)
    _version(round_, hashes[0])
    update = sa.text("UPDATE round SET pot_pence = 900000, rules_hash = :hash WHERE id = :id")
    values = {"hash": hashes[1], "id": round_.id}
    if taken:
        assert session.execute(update, values).rowcount == 1
    else:
        with pytest.raises(DBAPIError):
            session.execute(update, values)


@pytest.mark.parametrize(
    "statement",
    ["UPDATE rule_version SET reason = 'Another'", "DELETE FROM rule_version"],
)
def test_versions_are_kept_as_they_are(session: Any, carys: Account, statement: str) -> None:
    change(make_round(session, "proposals"), carys.id, pot_pence=900_000)
    with pytest.raises(DBAPIError):
        session.execute(sa.text(statement))


def test_everybody_sees_what_changed_and_why(
    as_person: Any, carys: Account, session: Any, site: Any
) -> None:
    make_round(session, "proposals")
    page = as_person(carys).send(
        "/desk/rounds/mastrick-decides/rules/",
        {"pot_pence": "9000", "reason": "The council added £3,000"},
    )
    assert "The rules are changed. We told whoever sent a proposal." in page.text
    shown = site.open("/rounds/mastrick-decides/").text
    assert "The council added £3,000" in shown
    assert "£6,000" in shown
    assert "£9,000" in shown


def test_a_refused_change_keeps_what_was_typed(
    as_person: Any, carys: Account, session: Any
) -> None:
    make_round(session, "proposals")
    path = "/desk/rounds/mastrick-decides/rules/"
    page = as_person(carys).send(path, {"pot_pence": "9000", "reason": ""}, status=422)
    assert "Enter why the rules change" in page.select_one(".ds_error-summary").text
    assert page.select_one("[name=pot_pence]")["value"] == "9000"
    page = as_person(carys).send(path, {"pot_pence": "10", "reason": "Why not"}, status=422)
    assert "The largest award must be no more than the fund" in page.text


def test_an_outsider_changes_no_rules(as_person: Any, dev: Account, session: Any) -> None:
    make_round(session, "proposals")
    as_person(dev).open("/desk/rounds/mastrick-decides/rules/", status=403)
    as_person(dev).open("/desk/rounds/start/", status=403)


def test_a_fund_without_proposals_goes_straight_to_its_checks(session: Any, carys: Account) -> None:
    round_ = make_round(session, "preparing", has_proposals=False)
    open_proposals(round_, at=clock.now(), by=carys.id)
    assert round_.stage == "screening"


@pytest.mark.parametrize(
    ("who", "is_body", "taken"),
    [
        ("either", False, True),
        ("resident", False, True),
        ("body", False, False),
        ("either", True, True),
        ("resident", True, False),
        ("body", True, True),
    ],
)
def test_who_may_propose_is_what_the_rules_say(
    session: Any, who: str, is_body: bool, taken: bool
) -> None:
    round_ = make_round(session, "proposals", who_may_propose=who)
    draft = Draft("A bench", "For all", 100_000, body_id=make_body(session).id if is_body else None)
    placing = Placing("unmatched", None, None)
    if taken:
        assert submit_proposal(round_, draft, placing, "abc", at=clock.now()).id
    else:
        with pytest.raises(ProposalRefused):
            submit_proposal(round_, draft, placing, "abc", at=clock.now())


def test_lowering_the_largest_award_calls_for_another_check(
    as_person: Any, session: Any, carys: Account
) -> None:
    round_ = make_round(session, "screening")
    make_proposal(session, round_, stage="accepted", cost_pence=400_000)
    change(round_, carys.id, max_award_pence=300_000)
    session.commit()
    shown = as_person(carys).open("/desk/rounds/mastrick-decides/").text
    assert "1 accepted proposals cost more or less than one may get: check them again" in shown
