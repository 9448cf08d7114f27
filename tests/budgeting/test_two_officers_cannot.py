"""What one officer can't do, in any way that the site offers or accepts.

Every route about a round is tried, also those that somebody adds later: opened, and sent a form
that holds a value for every field that any page of a round asks.
"""

from datetime import timedelta
from itertools import product
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from engage import clock
from engage.budgeting.actions.approvals import turn_down
from engage.budgeting.actions.closing import close_voting
from engage.budgeting.actions.counting import ask_to_declare, count_round
from engage.budgeting.actions.extending import ask_to_extend
from engage.budgeting.actions.removing import ask_to_remove
from engage.budgeting.actions.reviewing import keep_voters
from engage.budgeting.models import Approval, Ballot, Project, Result, Round, Voter
from engage.budgeting.rules.ballots import receipt_of
from engage.extensions import db
from engage.web.rules import UK
from tests.makers.approvals import list_by_hand, second_officer
from tests.makers.budgeting import make_proposal, make_round
from tests.makers.voting import cast, let_voting_end, make_voter

pytestmark = pytest.mark.requirement("R76")
#: What no officer changes once people vote.
RULES = (
    "pot_pence", "min_award_pence", "max_award_pence", "min_choices", "max_choices", "min_age",
    "who_may_vote", "rule", "completion", "comparison", "increment_pence", "threshold",
    "tie_order", "allow_change", "voting_opens_at", "voting_closes_at", "rules_hash",
    "ballot_hash",
)  # fmt: skip


def addresses(app: Flask, method: str, values: dict[str, Any]) -> list[str]:
    """Every address about a round or a request that takes ``method``, filled with ``values``."""
    found = []
    for rule in app.url_map.iter_rules():
        if method in (rule.methods or ()) and str(rule).startswith(
            ("/desk/rounds/<slug>/", "/second-person/")
        ):
            choices = [
                [(k, one) for one in getattr(rule._converters[k], "items", [values.get(k, "1")])]
                for k in rule.arguments
            ]
            for given in map(dict, product(*choices)):
                found.append(app.url_map.bind("localhost").build(rule.endpoint, given))
    return sorted(set(found))


def standing(round_id: int) -> dict[str, Any]:
    """Everything that has to be the same after whatever one officer sent."""
    db.session.expire_all()
    round_ = db.session.get_one(Round, round_id)
    return {
        "rules": {name: getattr(round_, name) for name in RULES},
        "projects": db.session.execute(
            sa.select(Project.number, Project.title, Project.cost_pence, Project.lot)
        ).all(),
        "ballots": sorted(
            db.session.execute(sa.select(Ballot.ballot_key, Ballot.choices, Ballot.leaf))
        ),
        "voters": sorted(db.session.execute(sa.select(Voter.uid, Voter.status))),
        "results": db.session.scalars(sa.select(Result.round_id)).all(),
        "agreed": db.session.scalars(
            sa.select(Approval.id).where(Approval.outcome.in_(("agreed", "turned_down")))
        ).all(),
    }


def everything(round_: Round, lines: list[str]) -> dict[str, Any]:
    """A value for every field of every page: dates in the past, costs of a pound, and so on."""
    early = (clock.now() + timedelta(minutes=1)).astimezone(UK)
    later = (round_.voting_closes_at + timedelta(hours=1)).astimezone(UK)
    typed: dict[str, Any] = {
        "title": "Another", "purpose": "Another", "level": "empower", "open_to_change": "All",
        "fixed": "Nothing", "locality": "", "pot_pence": "1", "min_award_pence": "1",
        "max_award_pence": "1", "who_may_vote": "Friends", "min_age": "8", "min_choices": "1",
        "max_choices": "1", "allow_change": "no", "rule": "greedy", "decision": "remove",
        "cost_pence": "1", "cost_reason": "Because", "reason": "Because", "code": "twice",
        "lines": lines, "kind": "email", "typed": "aisha@example.org", "number": "2",
        "name": "Friend", "email": "friend@example.org", "choices": "[1]", "votes": "999",
        "stage": "declared", "outcome": "agreed", "version": str(round_.version),
    }  # fmt: skip
    for field, when in (("voting_closes_at", early), ("until", early), ("closes_at", later)):
        typed |= {
            f"{field}-day": when.day,
            f"{field}-month": when.month,
            f"{field}-year": when.year,
            f"{field}-time": when.strftime("%H:%M"),
            field: when.isoformat(),
        }
    return typed


@pytest.fixture
def round_(session):
    """A round with a proposal on its ballot, seven votes, and an open request to prolong it."""
    made = make_round(session)
    make_proposal(session, made, stage="accepted")
    for _ in range(7):
        cast(made, make_voter(made), made.projects[:1])
    return made


def send_all(app, site, round_, lines, approvals):
    """Send a form to every route that takes one; say whether anything was answered with a fault."""
    token = site.open("/desk/rounds/new/").select_one("[name=csrf_token]")["value"]
    proposal = db.session.scalars(sa.text("SELECT public_id FROM proposal")).first()
    slug, answers = round_.engagement.slug, {}
    for number in approvals:
        values = {"slug": slug, "public_id": proposal, "number": number}
        for path in addresses(app, "POST", values):
            if path.endswith("/withdraw/"):
                continue  # one's own request may be taken back
            data = {**everything(round_, lines), "csrf_token": token}
            answers[path] = site.client.post(path, data=data).status_code
    assert {path: status for path, status in answers.items() if status >= 500} == {}
    assert len(answers) > 8
    return answers


def test_one_officer_changes_nothing_while_people_vote(app, as_person, carys, round_):
    later = round_.voting_closes_at + timedelta(hours=1)
    asked = ask_to_extend(round_, later, "The site was down", at=clock.now(), by=carys.id)
    db.session.commit()
    line = list_by_hand(db.session.scalars(sa.select(Voter)).first())
    before = standing(round_.id)
    send_all(app, as_person(carys), round_, [line], [asked.id])
    assert standing(round_.id) == before
    assert db.session.get_one(Round, round_.id).stage == "voting"


def test_one_officer_removes_nothing_and_confirms_nothing_after_the_close(
    app, as_person, carys, round_
):
    let_voting_end(round_)
    close_voting(round_, at=clock.now())
    db.session.commit()
    voter, other = db.session.scalars(sa.select(Voter)).all()[:2]
    line, more = list_by_hand(voter), list_by_hand(other)
    removal = ask_to_remove(round_, [line], "twice", "We know", at=clock.now(), by=carys.id)
    db.session.commit()
    before = standing(round_.id)
    send_all(app, as_person(carys), round_, [more], [removal.id])
    assert standing(round_.id) == before
    for waiting in db.session.scalars(sa.select(Approval)).all():  # it could ask, no more
        turn_down(waiting, at=clock.now(), by=second_officer().id, role="officer")
        db.session.commit()
    keep_voters(round_, [line, more], at=clock.now(), by=carys.id)
    db.session.commit()
    count_round(round_, at=clock.now(), by=carys.id)
    db.session.commit()
    certify = ask_to_declare(round_, at=clock.now(), by=carys.id)
    db.session.commit()
    before = standing(round_.id)
    send_all(app, as_person(carys), round_, [more], [certify.id])
    assert standing(round_.id) == before
    assert db.session.get_one(Round, round_.id).stage == "closed"


@pytest.mark.parametrize("stage", ["voting", "closed"])
def test_no_page_of_an_officer_shows_a_ballot_or_who_a_voter_is(
    app, as_person, carys, round_, stage
):
    line = list_by_hand(db.session.scalars(sa.select(Voter)).first())
    if stage == "closed":
        let_voting_end(round_)
        close_voting(round_, at=clock.now())
        db.session.commit()
        asked = ask_to_remove(round_, [line], "twice", "We know", at=clock.now(), by=carys.id)
    else:
        later = round_.voting_closes_at + timedelta(hours=1)
        asked = ask_to_extend(round_, later, "The site was down", at=clock.now(), by=carys.id)
    db.session.commit()
    secret = {voter.uid.hex() for voter in db.session.scalars(sa.select(Voter))}
    for ballot in db.session.scalars(sa.select(Ballot)):
        secret |= {ballot.ballot_key.hex(), ballot.leaf.hex(), ballot.salt.hex()}
        secret.add(receipt_of(ballot.leaf))
    site = as_person(carys)
    proposal = db.session.scalars(sa.text("SELECT public_id FROM proposal")).first()
    values = {"slug": round_.engagement.slug, "public_id": proposal, "number": asked.id}
    opened = addresses(app, "GET", values)
    assert f"/second-person/{asked.id}/" in opened
    for path in opened:
        answer = site.client.get(path)
        assert answer.status_code < 500, path
        assert not [s for s in secret if s in answer.text], path


def test_the_turnout_is_on_no_page_before_the_count(app, as_person, carys, round_):
    votes = db.session.scalar(sa.select(sa.func.count()).select_from(Ballot))
    site = as_person(carys)
    for path in ("", "codes/", "requests/", "extend/", "checks/", "proposals/", "try/"):
        page = site.open(f"/desk/rounds/mastrick-decides/{path}")
        shown = {dd.text.strip() for dd in page.select("dd")}
        assert str(votes) not in shown, path
