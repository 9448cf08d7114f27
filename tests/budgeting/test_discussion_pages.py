"""The pages on which people ask, answer, decide and meet."""

from datetime import timedelta
from typing import Any

import pytest

from engage import clock
from engage.accounts.models import Account
from engage.budgeting.models import Proposal, Round, RoundEvent
from engage.budgeting.queries.discussion import standings_of
from engage.messages.rules import new_reference
from tests.conftest import Site
from tests.makers.bodies import make_body
from tests.makers.budgeting import make_round
from tests.makers.discussion import (
    DESK,
    PAGE,
    ROUND,
    answered,
    asked,
    make_accepted,
    make_discussed,
    published,
)
from tests.makers.proposing import make_area, reference_on
from tests.makers.voting import move_dates

EVENTS = "/desk/rounds/mastrick-decides/events/"


@pytest.fixture
def proposal(session: Any) -> Proposal:
    make_area(session)
    return make_accepted(session, make_discussed(session))


def follow(site: Site, reference: str) -> str:
    return str(site.send("/follow/", {"reference": reference}).select_one("main").text)


def test_aisha_asks_without_account_and_follows_her_question(
    site: Site, as_person: Any, carys: Account, proposal: Proposal
) -> None:
    assert "People ask about the proposals" in site.open(ROUND).text
    page = site.send(f"{PAGE}ask/", {"project": proposal.public_id, "words": "Is it lit?"})
    reference = reference_on(page)
    assert "Is it lit?" not in site.open(PAGE).text
    assert "We are reading it" in follow(site, reference)
    [standing] = standings_of(proposal.round_id)
    assert (standing.post.name, standing.post.email) == ("", "")
    officer = as_person(carys)
    assert "Is it lit?" in officer.open(DESK).text
    path = f"{DESK}{standing.post.public_id}/"
    officer.send(path, {"decision": "published"})
    page = site.open(PAGE)
    assert "1 question" in page.text
    assert "Asked by a resident" in page.text
    assert "not answered yet" in follow(site, reference)
    officer.send(path, {"decision": "held_back", "reason": "personal"})
    assert "Is it lit?" not in site.open(PAGE).text
    assert "should stay private" in follow(site, reference)


def test_what_was_typed_stays_and_a_name_is_kept_only_to_be_shown(
    site: Site, session: Any, proposal: Proposal
) -> None:
    page = site.send(f"{PAGE}ask/", {"words": "Is it lit?", "show_name": "y"}, status=422)
    assert "Choose the project you are asking about" in page.select_one(".ds_error-summary").text
    assert "Enter the name that we should show" in page.select_one(".ds_error-summary").text
    assert page.select_one("[name=words]").text.strip() == "Is it lit?"
    typed = {"project": proposal.public_id, "words": "Is it lit?", "name": "Aisha"}
    site.send(f"{PAGE}ask/", typed)
    site.send(f"{PAGE}ask/", {**typed, "show_name": "y"})
    assert [s.post.name for s in standings_of(proposal.round_id)] == ["", "Aisha"]


def test_the_same_page_sent_twice_asks_once(site: Site, proposal: Proposal) -> None:
    page = site.open(f"{PAGE}ask/")
    typed = {"project": proposal.public_id, "words": "Is it lit?"}
    first = reference_on(site.send_on(page, f"{PAGE}ask/", typed))
    assert reference_on(site.send_on(page, f"{PAGE}ask/", typed)) == first
    assert len(standings_of(proposal.round_id)) == 1


def test_after_the_window_words_stay_on_the_page(site: Site, session: Any) -> None:
    soon = clock.now() + timedelta(hours=1)
    round_ = make_discussed(session, discussion_closes_at=soon)
    proposal = make_accepted(session, round_)
    page = site.open(f"{PAGE}ask/")
    move_dates(round_, -timedelta(hours=2))
    typed = {"project": proposal.public_id, "words": "Is it lit?"}
    page = site.send_on(page, f"{PAGE}ask/", typed, status=410)
    assert "Is it lit?" in page.text


def test_a_round_without_a_discussion_has_no_pages(site: Site, session: Any) -> None:
    make_round(session, "screening")
    for path in (PAGE, f"{PAGE}ask/", f"{PAGE}asked/", f"{ROUND}discussion.csv"):
        site.open(path, 404)
    assert "Questions about the proposals" not in site.open(ROUND).text


def test_the_list_is_looked_through_by_project_and_words(
    site: Site, session: Any, carys: Account, proposal: Proposal
) -> None:
    club = make_accepted(session, proposal.round, "Lunch club")
    asked_first = published(asked(proposal, "Is it lit?"), carys.id)
    published(asked(club, "Who cooks?"), carys.id)
    published(answered(asked_first), carys.id)
    published(asked(club, "Buy my pans"), carys.id, "held_back", reason="advertising")
    session.commit()
    page = site.open(PAGE)
    assert [h.text for h in page.select("main h3")] == ["Is it lit?", "Who cooks?"]
    assert "fewer than 5" in page.text
    assert "Buy my pans" not in page.text
    assert "Who cooks" not in site.open(f"{PAGE}?words=LAMPS").text
    assert "Is it lit" not in site.open(f"{PAGE}?project={club.public_id}").text
    assert "No questions match" in site.open(f"{PAGE}?words=moon").text
    rows = site.client.get(f"{ROUND}discussion.csv").text
    assert "Yes, by solar lamps." in rows
    assert "Buy my pans" not in rows
    assert "It advertises something.,fewer than 5,0" in site.client.get(f"{PAGE}reasons.csv").text


def test_the_reasons_stand_on_the_page_before_anybody_asked(site: Site, proposal: Proposal) -> None:
    text = site.open(PAGE).text
    assert "None yet." in text
    assert "It insults or threatens somebody." in text


def test_proposers_answer_by_reference_account_or_group_and_dev_does_not(
    site: Site, app: Any, session: Any, as_person: Any, proposal: Proposal,
    aisha: Account, bryn: Account, carys: Account, dev: Account,
) -> None:  # fmt: skip
    round_, reference = proposal.round, new_reference()
    body = make_body(session, represented_by=bryn)
    own = {
        "by reference": (Site(app.test_client()), {"reference": reference}),
        "by account": (as_person(aisha), {"account_id": aisha.id}),
        "by group": (as_person(bryn), {"body_id": body.id}),
    }
    for words, (person, columns) in own.items():
        mine = make_accepted(session, round_, words, **columns)
        question = published(asked(mine), carys.id)
        session.commit()
        path = f"{PAGE}{question.post.public_id}/answer/"
        as_person(dev).open(path, 404)
        if "reference" in columns:
            person.send(f"{ROUND}propose/return/", {"reference": reference})
        shown = person.open(f"{ROUND}proposals/{mine.public_id}/")
        assert shown.select_one(f"a[href='{path}']")
        page = person.send(path, {"words": "Yes"})
        assert "We have your answer" in page.text
        assert not page.select("textarea")
        assert ">Yes<" not in str(site.open(PAGE))


def test_words_of_somebody_who_is_not_the_proposer_stay_on_the_page(
    session: Any, as_person: Any, aisha: Account, carys: Account, proposal: Proposal, site: Site
) -> None:
    mine = make_accepted(session, proposal.round, "Mine", account_id=aisha.id)
    question = published(asked(mine), carys.id)
    session.commit()
    path = f"{PAGE}{question.post.public_id}/answer/"
    page = as_person(aisha).open(path)
    site.open(ROUND)
    token = page.select_one("main [name=csrf_token]")["value"]
    answer = site.client.post(path, data={"words": "Yes", "csrf_token": token})
    assert answer.status_code == 401
    assert "Yes" in answer.text


def test_two_officers_who_decide_at_once_are_told(
    session: Any, as_person: Any, carys: Account, proposal: Proposal
) -> None:
    question = asked(proposal)
    session.commit()
    officer, path = as_person(carys), f"{DESK}{question.post.public_id}/"
    page = officer.open(path)
    published(question, carys.id)
    session.commit()
    held_back = {"decision": "held_back", "reason": "insulting"}
    page = officer.send_on(page, path, held_back, status=409)
    assert "Somebody changed this before you" in page.text
    page = officer.send(path, {"decision": "held_back"}, status=422)
    assert "Choose why it is held back" in page.select_one(".ds_error-summary").text


def test_an_outsider_decides_nothing(session: Any, as_person: Any, dev: Account) -> None:
    make_discussed(session)
    for path in (DESK, f"{EVENTS}new/"):
        as_person(dev).open(path, 403)


def instant(name: str, at: Any) -> dict[str, str]:
    at = at.astimezone(clock.UK)
    return {
        f"{name}-day": str(at.day),
        f"{name}-month": str(at.month),
        f"{name}-year": str(at.year),
        f"{name}-time": "18:00",
    }


@pytest.fixture
def plan(as_person: Any, carys: Account) -> Any:
    """Plan an event as Carys does, seen from now."""
    day = clock.now() + timedelta(days=9)
    return lambda **more: as_person(carys).send(
        f"{EVENTS}new/",
        {
            "title": "Hear them all",
            "place": "Town hall",
            **instant("starts_at", day),
            **instant("ends_at", day + timedelta(days=1)),
            "access": ["loop", "no_steps"],
            "support": ["travel"],
            "ask_for_support": "Ring 01224 000000",
            **more,
        },
        status=more.pop("status", 200),
    )


def only_event(session: Any) -> RoundEvent:
    return session.query(RoundEvent).one()


def test_an_event_is_planned_changed_and_cancelled_in_the_open(
    site: Site, session: Any, as_person: Any, carys: Account, plan: Any
) -> None:
    make_discussed(session)
    page = plan(ask_for_support="", status=422)
    assert "Enter how people ask for support" in page.select_one(".ds_error-summary").text
    plan()
    text = site.open(ROUND).text
    assert "No steps; Hearing loop" in text
    assert "Ring 01224 000000" in text
    event = only_event(session)
    one = site.client.get(f"{ROUND}events/{event.public_id}.ics")
    assert one.content_type.startswith("text/calendar")
    assert "SUMMARY:Hear them all: Mastrick decides" in one.text
    officer, path = as_person(carys), f"{EVENTS}{event.public_id}/"
    stale = officer.open(path)
    officer.send(path, {"title": "Hear every one"})
    officer.send_on(stale, path, {"title": "Another"}, status=409)
    assert "Hear every one" in site.open(ROUND).text
    officer.send(f"{path}cancel/", status=422)
    officer.send(f"{path}cancel/", {"reason": "The hall is flooded"})
    text = site.open(ROUND).text
    assert "Cancelled" in text
    assert "The hall is flooded" in text
    assert "STATUS:CANCELLED" in site.client.get(f"{ROUND}events.ics").text
    page = officer.send(path, {"title": "Again"}, status=422)
    assert "The event is cancelled" in page.text


@pytest.mark.parametrize(("came", "shown"), [("3", "fewer than 5"), ("48", "48")])
def test_who_came_is_a_number_and_a_small_one_is_held_back(
    site: Site, session: Any, as_person: Any, carys: Account, came: str, shown: str
) -> None:
    round_: Round = make_discussed(session)
    at = clock.now()
    event = RoundEvent(
        round=round_, kind="drop_in", title="Tea", place="Library", changed_at=at,
        starts_at=at - timedelta(hours=3), ends_at=at - timedelta(hours=1),
    )  # fmt: skip
    session.add(event)
    session.commit()
    path = f"{EVENTS}{event.public_id}/people/"
    as_person(carys).send(path, {"attended": "many"}, status=422)
    as_person(carys).send(path, {"attended": came})
    facts = site.open(ROUND).select("#events ~ ul .engage-facts__item")
    assert [f.dd.text for f in facts if f.dt.text == "People who came"] == [shown]


def test_the_window_is_a_rule_that_everybody_reads_and_an_officer_changes(
    site: Site, session: Any, as_person: Any, carys: Account
) -> None:
    make_area(session)
    round_ = make_round(session, "proposals")
    rules = "/desk/rounds/mastrick-decides/rules/"
    opens, closes = round_.proposals_close_at, round_.voting_closes_at
    early = instant("discussion_opens_at", opens - timedelta(days=1))
    answers = {
        **early, **instant("discussion_closes_at", closes - timedelta(days=1)),
        "reason": "So that people can ask",
    }  # fmt: skip
    page = as_person(carys).send(rules, answers, status=422)
    assert "from the close of proposals on" in page.select_one(".ds_error-summary").text
    later = instant("discussion_opens_at", opens + timedelta(days=1))
    as_person(carys).send(rules, {**answers, **later})
    kept = (round_.discussion_opens_at, round_.discussion_closes_at)
    assert "Asking about the proposals" in site.open(ROUND).text
    as_person(carys).send(rules, {"pot_pence": "7,000", "reason": "More money came"})
    session.expire_all()
    assert (round_.discussion_opens_at, round_.discussion_closes_at) == kept
    assert None not in kept


@pytest.mark.parametrize(
    ("stage", "columns", "shown"),
    [
        ("screening", {}, "People ask about the proposals"),
        ("voting", {"voting_opens_at": timedelta(hours=-1)}, "Voting is open"),
        ("screening", {"discussion_closes_at": timedelta(hours=-1)}, "We are checking proposals"),
        (
            "voting",
            {"voting_opens_at": timedelta(days=4), "discussion_closes_at": timedelta(days=5)},
            "People ask about the proposals",
        ),
    ],
)
def test_the_stage_says_that_people_ask_until_they_vote(
    site: Site, session: Any, stage: str, columns: dict[str, timedelta], shown: str
) -> None:
    at = clock.now()
    make_discussed(session, stage, **{name: at + span for name, span in columns.items()})
    assert site.open(ROUND).select_one(".ds_tag").text == shown


def test_the_desk_counts_what_waits_to_be_read(
    session: Any, proposal: Proposal, as_person: Any, carys: Account, anil: Account
) -> None:
    published(asked(proposal, "Is it warm?"), carys.id)
    for words in ("Is it lit?", "Is it dry?"):
        asked(proposal, words)
    session.commit()
    desk = as_person(carys).open("/desk/")
    assert "2 questions and answers wait for you to read them: Mastrick decides" in " ".join(
        desk.main.text.split()
    )
    assert desk.select_one(f'a[href="{DESK}"]')
    assert "wait for you to read them" not in as_person(anil).open("/desk/").text
