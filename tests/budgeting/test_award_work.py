"""What awards ask of officers and of whoever holds them: on their desks, and told once."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from engage import clock
from engage.accounts.models import Account
from engage.budgeting.actions.award_checks import record_holder_check
from engage.budgeting.actions.awards import end_award
from engage.budgeting.actions.bank_details import give_bank_details
from engage.budgeting.actions.delivery import (
    Report,
    agree_milestone,
    judge_report,
    remind_late,
    send_report,
)
from engage.budgeting.actions.withdrawing import Why, withdraw
from engage.budgeting.models import Award, Proposal
from engage.budgeting.queries.award_work import award_work
from engage.budgeting.rules.award_work import Facts, for_holder, for_officers
from engage.budgeting.rules.delivery import AwardMoney, AwardRefused, AwardStage, BankDetails, Dates
from engage.messages.models import Message
from tests.conftest import Site
from tests.home.test_desks import jobs
from tests.makers.bodies import make_body
from tests.makers.budgeting import make_proposal, make_round
from tests.makers.delivery import make_awards, make_declared, take_to
from tests.makers.screening import make_checked_round
from tests.test_queries import counted

pytestmark = pytest.mark.requirement("R14")
TODAY = date(2026, 11, 22)
DAY = timedelta(days=1)
DATES = Dates(TODAY + DAY, TODAY + 10 * DAY, TODAY + 20 * DAY)


def facts(stage: str, **more: Any) -> Facts:
    usual = {
        "stage": stage, "dates": DATES, "open_steps": (), "has_bank": False, "is_checked": False,
        "photos": 0,
        "money": AwardMoney(), "left_pence": 0, "is_decided": False,
    }  # fmt: skip
    return Facts(**{**usual, **more})


@pytest.mark.parametrize(
    ("award", "waits"),
    [
        (facts("offered"), []),
        (facts("offered", dates=Dates(TODAY - DAY, TODAY, TODAY)), ["answer"]),
        (facts("accepted"), ["check"]),
        (facts("accepted", has_bank=True), ["check"]),
        (facts("accepted", is_checked=True), []),
        (facts("accepted", is_checked=True, has_bank=True), ["pay"]),
        (facts("under_way", photos=2), ["photos"]),
        (facts("under_way", open_steps=[TODAY - DAY]), ["milestone"]),
        (facts("under_way", open_steps=[TODAY]), []),
        (facts("under_way", dates=Dates(TODAY, TODAY, TODAY - DAY)), ["report"]),
        (facts("reported", money=AwardMoney(500, 0, 500)), ["reported"]),
        (facts("reported", money=AwardMoney(500, 0, 400)), ["unexplained"]),
        (facts("reported", money=AwardMoney(500, 0, 400), left_pence=100), ["reported"]),
        (facts("declined"), ["freed"]),
        (facts("withdrawn", is_decided=True), []),
        (facts("finished"), []),
    ],
)
def test_what_waits_for_officers(award: Facts, waits: list[str]) -> None:
    assert for_officers(award, TODAY) == waits


@pytest.mark.parametrize(
    ("award", "todo"),
    [
        (facts("offered"), [("accept", DATES.answer_by)]),
        (facts("accepted"), [("bank", None)]),
        (
            facts("under_way", has_bank=True, open_steps=[TODAY + DAY, TODAY]),
            [("step", TODAY), ("report", DATES.report_by)],
        ),
        (facts("reported", has_bank=True), []),
        (facts("failed"), []),
    ],
)
def test_what_its_holder_is_to_do(award: Facts, todo: list[Any]) -> None:
    assert for_holder(award, TODAY) == todo


@pytest.fixture
def awards(session: Any, carys: Account) -> list[Award]:
    """The awards of a bike shelter and of a lunch club, offered."""
    return make_awards(session, make_declared(session), by=carys.id)


def works() -> list[tuple[str, str]]:
    return [(work.what, work.title) for work in award_work(clock.now(), clock.today())]


def test_the_desk_of_officers_follows_an_award_to_its_end(
    session: Any, awards: list[Award], carys: Account
) -> None:
    shelter, lunch = awards
    assert works() == []
    take_to(session, shelter, "accepted", carys.id)
    assert works() == [("check", "Bike shelter")]
    give_bank_details(shelter, BankDetails("A", "12-34-56", "12345678"), at=clock.now(), by=None)
    session.commit()
    assert works() == [("check", "Bike shelter")], "its papers still wait for a look"
    record_holder_check(shelter, "Signed, 3 March", at=clock.now(), by=carys.id, role="officer")
    session.commit()
    assert works() == [("pay", "Bike shelter")]
    with pytest.raises(AwardRefused, match="before you"):
        record_holder_check(shelter, "", at=clock.now(), by=carys.id, role="officer")
    with pytest.raises(AwardRefused, match="once the award is accepted"):
        record_holder_check(lunch, "", at=clock.now(), by=carys.id, role="officer")
    end_award(lunch, AwardStage.DECLINED, "No time", at=clock.now(), by=None, role="group")
    session.commit()
    assert works() == [("pay", "Bike shelter"), ("freed", "Lunch club")]


def test_a_report_waits_until_it_is_judged(
    session: Any, awards: list[Award], carys: Account
) -> None:
    shelter = take_to(session, awards[0], "under_way", carys.id)
    send_report(shelter, Report("Done", 40, shelter.amount_pence), at=clock.now(), by=None)
    session.commit()
    assert works() == [("reported", "Bike shelter")]
    judge_report(shelter, "Which receipts?", at=clock.now(), by=carys.id)
    session.commit()
    assert works() == []


def test_a_declared_round_has_awards_to_offer(
    session: Any, as_person: Any, carys: Account, dev: Account
) -> None:
    make_declared(session)
    assert [(w.what, w.number) for w in award_work(clock.now(), clock.today())] == [("offer", 2)]
    page = as_person(carys).open("/desk/")
    assert "2 awards are to be offered: Mastrick decides" in jobs(page)
    (link,) = [a["href"] for a in page.select(".engage-jobs a") if "Offer the awards" in a.text]
    assert "offer" in as_person(carys).open(link).h1.text.lower()


def test_each_thing_on_the_desk_links_to_its_very_page(
    session: Any, awards: list[Award], as_person: Any, carys: Account
) -> None:
    take_to(session, awards[0], "reported", carys.id)
    take_to(session, awards[1], "accepted", carys.id)
    desk = as_person(carys)
    page = desk.open("/desk/")
    assert "Bike shelter (Mastrick decides): A report waits for you to read it." in (jobs(page))
    links = {a["href"] for a in page.select(".engage-jobs a")}
    own = "/desk/rounds/mastrick-decides/awards/"
    wanted = {f"{own}{awards[0].public_id}/report/", f"{own}{awards[1].public_id}/#check"}
    assert wanted <= links
    for link in wanted:
        desk.open(link)


def test_what_was_withdrawn_stands_on_the_desk(
    session: Any, as_person: Any, carys: Account
) -> None:
    proposal = make_proposal(session, make_checked_round(session))
    withdraw(proposal, Why("We moved"), part="author", at=clock.now())
    session.commit()
    assert works() == [("withdrawn", "Bike shelter")]
    assert "was withdrawn by its proposer" in jobs(as_person(carys).open("/desk/"))
    later = clock.now() + 15 * DAY
    assert award_work(later, later.date()) == []


def test_the_desk_asks_no_more_for_more_awards(session: Any, carys: Account) -> None:
    make_awards(session, make_declared(session), by=carys.id)
    numbers = []
    for title in ("", "Torry decides", "Ferryhill decides"):
        if title:
            make_awards(session, make_declared(session, title=title), by=carys.id)
        with counted() as seen:
            award_work(clock.now(), clock.today())
        numbers.append(len(seen))
    assert len(set(numbers)) == 1


# For whoever has an award -------------------------------------------------------------------------


def test_a_resident_reads_on_their_page_what_to_do_next(
    session: Any, as_person: Any, aisha: Account, carys: Account
) -> None:
    declared = make_declared(session, proposals=[{"account_id": aisha.id}])
    (shelter, _lunch) = make_awards(session, declared, by=carys.id)
    site = as_person(aisha)
    page = site.open("/group/")
    assert "Accept the award: Bike shelter by" in " ".join(page.main.text.split())  # type: ignore[union-attr]
    take_to(session, shelter, "under_way", carys.id)
    agree_milestone(shelter, "Foundations", clock.today() + DAY, at=clock.now(), by=carys.id)
    session.commit()
    words = " ".join(site.open("/group/").main.text.split())  # type: ignore[union-attr]
    for todo in ("Tell us where to pay it", "Do the next step", "Send your report"):
        assert todo in words


@pytest.mark.parametrize(("part", "told"), [("member", True), ("reader", False)])
def test_who_only_reads_for_a_group_is_asked_for_nothing(
    session: Any, as_person: Any, bryn: Account, carys: Account, part: str, told: bool
) -> None:
    body = make_body(session, represented_by=bryn, part=part)
    make_awards(session, make_declared(session, proposals=[{"body_id": body.id}]), by=carys.id)
    text = as_person(bryn).open("/group/").text
    assert "Your award of" in text
    assert ("Accept the award" in text) is told


# Told once ----------------------------------------------------------------------------------------


def to_officers(session: Any, carys: Account) -> list[str]:
    wanted = select(Message).where(Message.address == carys.email).order_by(Message.id)
    return [message.body for message in session.scalars(wanted)]


def test_officers_are_told_of_a_groups_deeds(
    session: Any, awards: list[Award], carys: Account
) -> None:
    take_to(session, awards[0], "reported", carys.id)
    end_award(awards[1], AwardStage.DECLINED, "No", at=clock.now(), by=None, role="group")
    session.commit()
    bodies = to_officers(session, carys)
    for words in ("is accepted", "The report on", "was turned down"):
        assert sum(words in body for body in bodies) == 1, words
    assert all("/desk/rounds/mastrick-decides/awards/" in body for body in bodies)


def test_what_is_overdue_is_told_once_to_both(
    session: Any, awards: list[Award], carys: Account
) -> None:
    take_to(session, awards[0], "accepted", carys.id)
    at = clock.now() + 300 * DAY
    agree_milestone(awards[0], "Roof", clock.today() + DAY, at=clock.now(), by=carys.id)
    assert remind_late(at=at) == 3
    assert remind_late(at=at + DAY) == 0
    session.commit()
    reference = session.get(Proposal, awards[0].project.proposal_id).reference_hash
    wanted = select(Message.body).where(Message.address == reference)
    assert sum("is overdue" in body for body in session.scalars(wanted)) == 2
    assert sum("We reminded" in body for body in to_officers(session, carys)) == 3


# Drafts are found again ---------------------------------------------------------------------------


@pytest.mark.requirement("R82")
def test_a_draft_is_found_again_from_the_page_of_its_writer(
    session: Any, as_person: Any, aisha: Account, dev: Account
) -> None:
    make_round(session, "proposals")
    site: Site = as_person(aisha)
    page = site.send("/rounds/mastrick-decides/propose/", {"title": "Skate ramp"}, button="later")
    assert "Your groups and proposals" in page.main.text  # type: ignore[union-attr]
    own = site.open("/group/")
    (link,) = [a["href"] for a in own.select("main a") if "Finish and send" in a.text]
    assert "Skate ramp" in site.open(link).text
    as_person(dev).open(link, status=404)
    assert "Skate ramp" not in as_person(dev).open("/group/").text
