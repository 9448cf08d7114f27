"""The public list of proposals, what comes on paper, and the questions that a round adds."""

import csv
import io
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from engage import clock
from engage.accounts.models import Account
from engage.audit.models import AuditEvent
from engage.budgeting.actions.drafts import set_questions
from engage.budgeting.models import Proposal, ProposalVersion, Round, RoundQuestion
from engage.budgeting.rules.refusals import RoundRefused
from engage.engagements.models import ParticipationFact
from engage.messages.actions import reference_address
from tests.conftest import Site
from tests.makers.budgeting import make_proposal, make_round
from tests.makers.places import Places
from tests.makers.proposing import (
    IDEA,
    MONEY,
    PLACE,
    ROUND,
    add_photograph,
    draft_path,
    make_area,
    reference_on,
    write_draft,
)
from tests.makers.screening import accept

LIST = f"{ROUND}proposals/"
DESK = "/desk/rounds/mastrick-decides/"


@pytest.fixture(autouse=True)
def area(session: Any) -> Places:
    """Strathlyle with its postcodes."""
    return make_area(session)


def titles(page: Any) -> list[str]:
    return [h.text for h in page.select(".engage-cards h2")]


def make_three(session: Any, area: Places) -> Round:
    round_ = make_round(session, "screening")
    accepted: dict[str, Any] = {"stage": "accepted"}
    make_proposal(session, round_, "Bench", locality_id=area.glen_id, **accepted)
    make_proposal(session, round_, "Choir", summary="Sing at 100% volume", cost_pence=100_000,
                  **accepted)  # fmt: skip
    make_proposal(session, round_, "Arbour", near="the pier", checked_cost_pence=90_000,
                  cost_reason="A quote", smallest_pence=80_000, **accepted)  # fmt: skip
    make_proposal(session, round_, "Not checked")
    make_proposal(session, round_, "Palace", stage="left_out", reason="Too dear")
    return round_


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("", ["Arbour", "Bench", "Choir"]),
        ("?order=cost", ["Arbour", "Choir", "Bench"]),
        ("?order=nonsense&page=99", ["Arbour", "Bench", "Choir"]),
        ("?words=SING+volume", ["Choir"]),
        ("?words=100%25", ["Choir"]),
        ("?words=pier", ["Arbour"]),
        ("?words=palace", []),
        ("?place=whole", ["Choir"]),
        ("?place=nonsense", ["Arbour", "Bench", "Choir"]),
    ],
)
def test_the_list_is_found_by_words_and_place_without_a_script(
    site: Site, session: Any, area: Places, query: str, shown: list[str]
) -> None:
    make_three(session, area)
    page = site.open(f"{LIST}{query}")
    assert titles(page) == shown
    if not shown:
        assert "No proposals match" in page.text


def test_the_list_is_complete_by_locality_and_as_data(
    site: Site, session: Any, area: Places
) -> None:
    make_three(session, area)
    assert titles(site.open(f"{LIST}?place={area.glen_id}")) == ["Bench"]
    text = site.client.get(f"{ROUND}proposals.csv").text.removeprefix("\ufeff")
    rows = {row["title"]: row for row in csv.DictReader(io.StringIO(text))}
    assert set(rows) == {"Arbour", "Bench", "Choir"}
    assert rows["Bench"]["place"] == "Upper Glen"
    assert (rows["Arbour"]["cost_pounds"], rows["Arbour"]["smallest_award_pounds"]) == (
        "900",
        "800",
    )


def test_an_empty_list_says_what_to_do(site: Site, session: Any) -> None:
    make_round(session, "proposals")
    page = site.open(LIST)
    assert "None yet" in page.text
    assert "Propose a project" in page.text


def test_a_proposal_that_passed_the_checks_is_public_with_its_picture_and_no_name(
    site: Site, app: Any, session: Any, carys: Account
) -> None:
    make_round(session, "proposals")
    path = write_draft(site, name="Aisha Khan", email="aisha@example.org")
    add_photograph(site, path, alt="The old wall")
    site.send(f"{path}check/")
    proposal = session.scalars(select(Proposal)).one()
    accept(proposal, carys)
    page = Site(app.test_client()).open(f"{LIST}{proposal.public_id}/")
    for words in (*IDEA.values(), "£2,500", "Near the library", "Yes, from £2,000"):
        assert words in page.text
    assert page.select_one("main img")["alt"] == "The old wall"
    assert "Aisha" not in page.text
    assert "aisha@" not in page.text
    card = Site(app.test_client()).open(LIST).select_one(".engage-cards img")
    assert card["alt"] == "The old wall"
    assert card["loading"] == "lazy"


def test_dev_cannot_see_what_is_not_checked(site: Site, session: Any) -> None:
    proposal = make_proposal(session, make_round(session, "proposals"))
    site.open(f"{LIST}{proposal.public_id}/", 404)


# On paper ----------------------------------------------------------------------------------------


def write_paper(officer: Site, received: date) -> str:
    officer.send(f"{DESK}proposals/paper/")
    path = draft_path(officer)
    officer.send(f"{path}idea/", IDEA)
    officer.send(f"{path}money/", MONEY)
    officer.send(f"{path}place/", PLACE)
    day = {"received_on-day": received.day, "received_on-month": received.month,
           "received_on-year": received.year}  # fmt: skip
    answers = {"postcode": "XY1 0AA", "name": "Mrs Grant"} | {k: str(v) for k, v in day.items()}
    officer.send(f"{path}about/", answers)
    return path


def test_carys_types_what_came_on_paper_and_hands_over_a_slip(
    session: Any, as_person: Any, carys: Account, dev: Account, site: Site
) -> None:
    make_round(session, "proposals")
    officer = as_person(carys)
    path = write_paper(officer, clock.today())
    as_person(dev).open(f"{path}check/", 404)
    page = officer.send(f"{path}check/")
    reference = reference_on(page)
    assert "Print this page" in page.text
    proposal = session.scalars(select(Proposal)).one()
    assert proposal.reference_hash == reference_address(reference)
    assert (proposal.channel, proposal.name) == ("paper", "Mrs Grant")
    assert session.scalars(select(ProposalVersion.made_by)).one() == "officer"
    assert session.scalars(select(ParticipationFact.channel)).one() == "paper"
    event = session.scalars(select(AuditEvent)).one()
    assert (event.action, event.actor_id) == ("proposal.entered", carys.id)
    assert "Grant" not in event.detail
    assert IDEA["title"] in site.send("/follow/", {"reference": reference}).text
    slip = f"{DESK}proposals/{proposal.public_id}/slip/"
    assert reference not in as_person(carys).open(slip).text


def test_paper_that_came_in_time_may_be_typed_after_the_close_and_late_paper_not(
    session: Any, as_person: Any, carys: Account
) -> None:
    closed_at = clock.now() - timedelta(days=2)
    make_round(session, "proposals", proposals_close_at=closed_at)
    officer = as_person(carys)
    late = write_paper(officer, clock.today())
    page = officer.send(f"{late}check/", status=422)
    assert "later ones cannot be taken" in page.text
    officer.send(f"{write_paper(officer, closed_at.astimezone(clock.UK).date())}check/")
    session.scalars(select(Proposal)).one()


def test_residents_cannot_type_for_others(site: Site, as_person: Any, dev: Account, session: Any):
    make_round(session, "proposals")
    assert site.open(f"{DESK}proposals/paper/").h1.text == "Sign in"
    as_person(dev).open(f"{DESK}proposals/paper/", 403)


# Questions ---------------------------------------------------------------------------------------


def test_an_officer_sets_questions_and_every_proposal_is_asked_them(
    session: Any, as_person: Any, carys: Account, site: Site
) -> None:
    make_round(session, "preparing")
    as_person(carys).send(
        f"{DESK}questions/",
        {"prompt_1": "Who looks after it?", "kind_1": "short-needed",
         "prompt_3": "Anything else?", "kind_3": "long"},
    )  # fmt: skip
    asked = session.scalars(select(RoundQuestion).order_by(RoundQuestion.position)).all()
    assert [(q.position, q.kind, q.is_needed) for q in asked] == [
        (1, "short", True), (2, "long", False),
    ]  # fmt: skip
    assert session.scalars(select(AuditEvent.action)).one() == "round.questions_set"


def test_the_answers_stand_with_the_proposal(session: Any, carys: Account, site: Site) -> None:
    at = clock.now() - timedelta(days=5)
    round_ = make_round(session, "preparing", at=at)
    set_questions(round_, [("Who looks after it?", "short", True)], at=at, by=carys.id)
    round_.stage = "proposals"
    session.commit()
    path = write_draft(site)
    page = site.send(f"{path}check/", status=422)
    assert "Answer the question “Who looks after it?”" in page.text
    number = session.scalars(select(RoundQuestion.id)).one()
    site.send(f"{path}questions/", {f"answer_{number}": ""}, status=422)
    site.send(f"{path}questions/", {f"answer_{number}": "The Men's Shed"})
    site.send(f"{path}check/")
    assert "The Men's Shed" in session.scalars(select(ProposalVersion.content)).one()


def test_questions_are_refused_once_proposals_are_open_and_beyond_ten(
    session: Any, as_person: Any, carys: Account
) -> None:
    who = {"at": clock.now(), "by": carys.id}
    with pytest.raises(RoundRefused, match="The rules are fixed"):
        set_questions(make_round(session, "proposals"), [], **who)
    with pytest.raises(RoundRefused, match="10 questions or fewer"):
        set_questions(
            make_round(session, "preparing", title="B"), [("?", "short", False)] * 11, **who
        )
    assert "the questions are fixed" in as_person(carys).open(f"{DESK}questions/").text
