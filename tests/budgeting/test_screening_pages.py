"""The pages of checks: for officers, for whoever was left out, and for everybody."""

from typing import Any

import pytest

from engage.accounts.models import Account
from engage.budgeting.models import Proposal
from engage.budgeting.queries.screening import criteria_of, interest_of, reply_of
from engage.messages.rules import new_reference
from tests.conftest import Site
from tests.makers.approvals import second_officer
from tests.makers.budgeting import make_proposal, make_round
from tests.makers.screening import accept, answers, drop, free, make_checked_round

pytestmark = pytest.mark.requirement("R14")
DESK = "/desk/rounds/mastrick-decides/"
PUBLIC = "/rounds/mastrick-decides/"


def choices(round_: Any, *not_met: int) -> dict[str, str]:
    """What somebody fills in."""
    given = answers(round_, *not_met)
    return {f"answer_{key}": a.answer for key, a in given.items()} | {
        f"note_{key}": a.note for key, a in given.items()
    }


def hold(site: Site, reference: str) -> None:
    """Let the browser hold a reference, as the page to come back does."""
    site.send(f"{PUBLIC}propose/return/", {"reference": reference})


def test_a_new_round_has_the_usual_criteria_and_carys_changes_them(
    as_person: Any, carys: Account, session: Any
) -> None:
    round_ = make_checked_round(session, "preparing")
    site = as_person(carys)
    page = site.send(f"{DESK}criteria/", {"words_1": "", "words_2": ""}, status=422)
    assert "Enter at least one criterion" in page.select_one(".ds_error-summary").text
    site.send(f"{DESK}criteria/", {"words_1": "It is ours to do"})
    session.expire_all()
    assert [c.words for c in criteria_of(round_.id)] == ["It is ours to do", "It is legal"]


def test_two_officers_who_change_the_criteria_do_not_overwrite_each_other(
    as_person: Any, carys: Account, ada: Account, session: Any
) -> None:
    make_checked_round(session, "preparing")
    second = as_person(ada)
    page = second.open(f"{DESK}criteria/")
    as_person(carys).send(f"{DESK}criteria/", {"words_1": "Hers"})
    answer = second.send_on(page, f"{DESK}criteria/", {"words_1": "His"}, status=409)
    assert "Somebody changed this before you" in answer.text
    assert answer.select_one("[name=words_1]")["value"] == "His"


def test_the_criteria_stand_on_the_public_page_and_are_fixed(
    as_person: Any, carys: Account, site: Site, session: Any
) -> None:
    make_checked_round(session, "proposals")
    assert "It is feasible" in site.open(PUBLIC).text
    assert "so its criteria are fixed" in as_person(carys).open(f"{DESK}criteria/").text


def test_carys_declares_and_then_checks_criterion_by_criterion(
    as_person: Any, carys: Account, session: Any
) -> None:
    round_ = make_checked_round(session)
    proposal = make_proposal(session, round_, "Palace", near="the pier", cost_pence=312_300)
    site, path = as_person(carys), f"{DESK}proposals/{proposal.public_id}/"
    page = site.open(path)
    assert not page.select("[name=decision]")
    for said in ("£3,123", "Would a smaller award help?", "Money from elsewhere"):
        assert said in page.main.text, "the whole proposal stands beside its check"
    page = site.send(f"{path}interest/", {"has_conflict": "yes"}, status=422)
    assert "Enter what your interest is" in page.select_one(".ds_error-summary").text
    site.send(f"{path}interest/", {"has_conflict": "no"})
    assert interest_of(proposal.id, carys.id).has_conflict is False
    left_out = {"decision": "leave_out", "reason": "No land"}
    page = site.send(path, {**left_out, "reason": ""}, status=422)
    said = [item.text for item in page.select(".ds_error-summary li")]
    assert len(said) == len(criteria_of(round_.id)) + 1, "all that is missing is told at once"
    assert "Enter the reason" in said
    assert "Read what it said before" not in page.text, "it never said anything else"
    site.send(path, {**left_out, **choices(round_, 2)})
    session.expire_all()
    assert (proposal.stage, proposal.reason) == ("left_out", "No land")
    assert "No permission" in site.open(path).text


def test_who_has_an_interest_sees_no_decision(as_person: Any, carys: Account, session: Any) -> None:
    proposal = make_proposal(session, make_checked_round(session))
    site, path = as_person(carys), f"{DESK}proposals/{proposal.public_id}/"
    site.send(f"{path}interest/", {"has_conflict": "yes", "words": "My sister sent it"})
    page = site.open(path)
    assert "somebody else must check it" in page.text
    assert "Carys: My sister sent it" in page.text
    assert not page.select("[name=decision]")


def test_aisha_reads_why_replies_once_with_her_reference_and_reads_what_came_of_it(
    site: Site, as_person: Any, carys: Account, session: Any
) -> None:
    reference, olive = new_reference(), second_officer()
    proposal = make_proposal(session, make_checked_round(session), reference=reference)
    drop(proposal, carys)
    assert "No permission" in site.send("/follow/", {"reference": reference}).text
    hold(site, reference)
    own = f"{PUBLIC}proposals/{proposal.public_id}/"
    assert "No permission" in site.open(own).text
    page = site.send(f"{own}reply/", {"words": ""}, status=422)
    assert "Enter your reply" in page.select_one(".ds_error-summary").text
    site.send(f"{own}reply/", {"words": "We have the permission now"})
    session.expire_all()
    assert (proposal.stage, reply_of(proposal.id).words) == (
        "submitted", "We have the permission now",
    )  # fmt: skip
    assert "You replied on" in site.open(f"{own}reply/").text
    desk = as_person(carys).open(f"{DESK}proposals/{proposal.public_id}/")
    assert "We have the permission now" in desk.text
    assert "another officer must check the reply" in desk.text
    accept(proposal, olive)
    assert "passed our checks" in site.open(own).text


def test_dev_can_neither_reply_nor_declare(
    as_person: Any, dev: Account, carys: Account, session: Any
) -> None:
    proposal = make_proposal(session, make_checked_round(session))
    drop(proposal, carys)
    site = as_person(dev)
    site.open(f"{PUBLIC}proposals/{proposal.public_id}/reply/", status=404)
    site.open(f"{DESK}proposals/{proposal.public_id}/interest/", status=403)
    assert reply_of(proposal.id) is None


def test_everybody_reads_what_was_left_out_over_which_criteria(
    site: Site, carys: Account, session: Any
) -> None:
    round_ = make_checked_round(session)
    accept(make_proposal(session, round_, "Bench"), carys)
    drop(make_proposal(session, round_, "=Palace", name="Aisha Khan"), carys, "Too dear")
    page = site.open(f"{PUBLIC}left-out/")
    for words in ("=Palace", "Too dear", "It is feasible", "No permission"):
        assert words in page.text
    assert "Aisha" not in page.text
    assert "Bench" not in page.main.text
    rows = site.client.get(f"{PUBLIC}left-out.csv").text
    assert "'=Palace" in rows
    assert "It is feasible: No permission" in rows


def test_a_round_from_before_there_were_criteria_is_checked_by_its_reasons(
    as_person: Any, carys: Account, session: Any, site: Site
) -> None:
    proposal = free(make_proposal(session, make_round(session, "screening"), "Palace"), carys)
    path = f"{DESK}proposals/{proposal.public_id}/"
    as_person(carys).send(path, {"decision": "leave_out", "reason": "Too dear"})
    assert session.get(Proposal, proposal.id).stage == "left_out"
    assert "Too dear" in site.open(f"{PUBLIC}left-out/").text
