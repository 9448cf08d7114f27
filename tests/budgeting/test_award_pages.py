"""The pages of an award: Aisha's by her reference, the treasurer's, the officer's, everybody's."""

import csv
import io
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from engage import clock
from engage.accounts.models import Account
from engage.audit.models import AuditEvent
from engage.bodies.models import Representative
from engage.budgeting.actions.awards import end_award
from engage.budgeting.actions.bank_details import give_bank_details
from engage.budgeting.actions.delivery import (
    Movement,
    Purchase,
    Report,
    add_photo,
    add_spending,
    agree_milestone,
    record_payment,
    send_report,
)
from engage.budgeting.models import Award, AwardPayment, AwardPhoto, AwardSpending, Round
from engage.budgeting.rules.delivery import AwardStage, BankDetails
from engage.web.pictures import read_picture
from tests.conftest import Site
from tests.makers.bodies import make_body
from tests.makers.delivery import REFERENCE, make_awards, make_declared, make_report, take_to
from tests.makers.pictures import drawn, picture_file
from tests.test_queries import counted

ROUND = "/rounds/mastrick-decides/"
DESK = "/desk/rounds/mastrick-decides/awards/"
DETAILS = BankDetails("Mastrick Youth Trust", "12-34-56", "00112278")
BANK = {"account_name": "Mastrick Youth Trust", "sort_code": "123456", "account_number": "00112278"}


@pytest.fixture
def round_(session: Any) -> Round:
    return make_declared(session)


@pytest.fixture
def award(session: Any, round_: Round) -> Award:
    """Aisha's award: offered, and followed by ``REFERENCE``."""
    return make_awards(session, round_)[0]


def day(name: str, days: int) -> dict[str, str]:
    wanted = clock.today() + timedelta(days=days)
    return {
        f"{name}-day": str(wanted.day),
        f"{name}-month": str(wanted.month),
        f"{name}-year": str(wanted.year),
    }


def a_file(name: str) -> dict[str, Any]:
    return {name: (io.BytesIO(picture_file(drawn(60, 40))), "IMG_2278.jpg")}


def post(site: Site, path: str, data: dict[str, Any]) -> str:
    """Send the page's form with a file, as a browser does."""
    page = site.open(path)
    hidden = {f["name"]: f["value"] for f in page.select("form[enctype] input[type=hidden]")}
    answer = site.client.post(path, data={**hidden, **data}, follow_redirects=True)
    assert answer.status_code == 200, answer.status_code
    return str(answer.text)


def open_by_reference(site: Site) -> Any:
    page = site.send("/follow/", {"reference": REFERENCE})
    return site.send_on(page, "/follow/", form="/awards/open/")


@pytest.mark.requirement("R46")
@pytest.mark.requirement("R82")
def test_aisha_learns_what_became_of_her_proposal_and_accepts_with_an_adult(
    session: Any, site: Site, award: Award
) -> None:
    page = site.send("/follow/", {"reference": REFERENCE})
    assert "Your project won" in page.text
    page = site.send_on(page, "/follow/", form="/awards/open/")
    assert page.h1.text == "Bike shelter"
    assert REFERENCE not in site.response.request.url
    path = f"/awards/{award.public_id}/"
    letter = site.open(f"{path}letter/")
    assert "Spend the money on the project" in letter.text
    assert letter.select_one(f"a.ds_button[href='{path}accept/']")
    answers = {
        "age": "no",
        "holder_kind": "person",
        "holder_name": "Aisha",
        "agreed": "y",
        "accepted_name": "Aisha",
        "accepted_role": "I proposed it",
    }
    page = site.send(f"{path}accept/", answers, status=422)
    assert "an adult or a group must hold the money" in page.select_one(".ds_error-summary").text
    assert page.select_one("[name=holder_name]")["value"] == "Aisha"
    answers |= {"holder_kind": "adult", "holder_name": "Morag Aitken"}
    page = site.send(f"{path}accept/", answers)
    assert "The award is accepted" in page.text
    session.refresh(award)
    assert (award.stage, award.holder_name) == ("accepted", "Morag Aitken")
    page = site.send(path, form="/awards/finish/")
    assert site.client.get(path).status_code == 404


@pytest.mark.parametrize(
    ("answers", "words"),
    [
        ({"age": None}, "Choose whether you are 16 or over"),
        ({"holder_kind": None}, "Choose who holds the money"),
        ({"holder_name": ""}, "Enter who holds the money"),
        ({"agreed": None}, "Tick the box"),
        ({"accepted_name": ""}, "Enter your name"),
        ({"holder_kind": "host"}, "agreed to hold the money"),
    ],
)
def test_what_is_missing_from_an_acceptance_is_said(
    site: Site, award: Award, answers: dict[str, Any], words: str
) -> None:
    open_by_reference(site)
    whole = {
        "age": "yes", "holder_kind": "person", "holder_name": "Dev", "agreed": "y",
        "accepted_name": "Dev", "accepted_role": "I proposed it",
    }  # fmt: skip
    page = site.send(f"/awards/{award.public_id}/accept/", {**whole, **answers}, status=422)
    assert words in page.select_one(".ds_error-summary").text


@pytest.fixture
def bryns(session: Any, bryn: Account, carys: Account) -> Award:
    """The award of Bryn's group, which has no constitution; accepted later."""
    body = make_body(
        session, "Mastrick Gardeners", represented_by=bryn, part="secretary", is_constituted=False
    )
    round_ = make_declared(session, proposals=[{"body_id": body.id, "account_id": bryn.id}])
    return make_awards(session, round_, carys.id)[0]


@pytest.mark.requirement("R14")
def test_a_treasurer_accepts_an_award_and_reports_with_a_photograph(
    session: Any, bryns: Award, as_person: Any, bryn: Account, carys: Account, site: Site
) -> None:
    treasurer, officer = as_person(bryn), as_person(carys)
    path, desk = f"/awards/{bryns.public_id}/", f"{DESK}{bryns.public_id}/"
    page = treasurer.open("/group/")
    assert page.select_one(f'a[href="{path}"]')
    held = {
        "holder_kind": "host",
        "holder_name": "Mastrick Youth Trust",
        **day("agreement_on", -3),
        "agreed": "y",
        "accepted_name": "Bryn",
        "accepted_role": "Treasurer",
    }
    page = treasurer.open(f"{path}accept/")
    assert page.select_one("input[value=body]") is None
    page = treasurer.send(f"{path}accept/", {"holder_kind": "host"}, status=422)
    faulty = {link["href"] for link in page.select(".ds_error-summary a")}
    assert {"#holder_name", "#agreement_on-day", "#agreed", "#accepted_name"} <= faulty
    treasurer.send(f"{path}accept/", held)
    wrong = {**BANK, "sort_code": "12345", "account_name": ""}
    page = treasurer.send(f"{path}bank/", wrong, status=422)
    assert len(page.select(".ds_error-summary li")) == 2
    assert page.select_one("[name=account_number]")["value"] == "00112278"
    page = treasurer.send(f"{path}bank/", BANK)
    assert "the account that ends in 78" in page.text
    assert "You get a message once we have paid" in page.main.text, "when the money comes"
    assert "00112278" not in treasurer.open(f"{path}bank/").text
    officer.send(desk, {"note": "Signed agreement, by email"}, form=f"{desk}check/")
    page = officer.open(desk)
    assert f"Checked by {carys.name} at" in page.text
    assert "Signed agreement, by email" in page.text
    officer.send(desk, {"what": "Dig the beds", **day("due_on", 20)}, form=desk)
    paid = {"kind": "paid", "amount_pence": "3,000", **day("on_day", 0), "reference": "BACS 7"}
    officer.send(f"{desk}pay/", paid, form=f"{desk}pay/")
    page = treasurer.open(path)
    step = page.select_one("form[action*=steps]")["action"]
    treasurer.send_on(page, path, form=step)
    wrong = {"what": "", "amount_pence": "0", **day("on_day", 1)}
    page = treasurer.send(f"{path}spending/", wrong, status=422)
    assert [item.text.strip() for item in page.select(".ds_error-summary li")] == [
        "Enter what you bought or paid for",
        "How much was it? Enter an amount of more than £0",
        "Enter the day on which you paid: today or before",
    ]
    slips = {"what": "Timber", "amount_pence": "20,000", **day("on_day", -400)}
    page = treasurer.send(f"{path}spending/", slips, status=422)
    assert len(page.select(".ds_error-summary li")) == 2, "more than the award, before its offer"
    assert "£20,000" not in treasurer.open(f"{path}spending/").text
    post(treasurer, f"{path}spending/", {**slips, "sure": "y"})
    page = treasurer.open(f"{path}spending/")
    treasurer.send(f"{path}spending/", form=page.select_one("form[action*=take-out]")["action"])
    bought = {"what": "Timber", "amount_pence": "2,900.50", **day("on_day", 0)}
    text = post(treasurer, f"{path}spending/", {**bought, **a_file("receipt")})
    assert "£2,900.50" in text
    photo = {"alt": "Six raised beds with beans", "agreed": "y", **a_file("photograph")}
    post(treasurer, f"{path}photographs/", photo)
    report = {"text": "We built six beds.", "people": "3", "left_pence": "99.50"}
    treasurer.send(f"{path}report/", report)
    back = {"kind": "returned", "amount_pence": "99.50", **day("on_day", 0), "reference": "BACS 8"}
    officer.send(f"{desk}pay/", back, form=f"{desk}pay/")
    assert "Six raised beds" not in site.open(f"{ROUND}delivery/").text
    officer.send(f"{desk}photographs/", {"decision": "yes"})
    officer.send(f"{desk}report/", {"decision": "yes"})
    page = site.open(f"{ROUND}delivery/")
    assert page.select_one("img[alt='Six raised beds with beans']")
    for words in (
        "We built six beds.",
        "Fewer than 5 people benefited",
        "Dig the beds",
        "£2,900.50",
    ):
        assert words in page.text
    for private in ("Timber", "Youth Trust", "Bryn", "BACS"):
        assert private not in page.text


def test_a_receipt_is_seen_by_the_group_and_officers_only(
    session: Any, bryns: Award, as_person: Any, bryn: Account, carys: Account, dev: Account,
    site: Site,
) -> None:  # fmt: skip
    take_to(session, bryns, "accepted", carys.id)
    path = f"/awards/{bryns.public_id}/"
    bought = {"what": "Timber", "amount_pence": "10", **day("on_day", 0), **a_file("receipt")}
    post(as_person(bryn), f"{path}spending/", bought)
    [line] = session.scalars(sa.select(AwardSpending))
    picture = f"{path}pictures/{line.receipt_id}.jpg"
    assert as_person(bryn).client.get(picture).content_type == "image/jpeg"
    officer = f"{DESK}{bryns.public_id}/pictures/{line.receipt_id}.jpg"
    assert as_person(carys).client.get(officer).content_type == "image/jpeg"
    assert as_person(dev).client.get(picture).status_code == 404
    assert site.client.get(picture).status_code == 404
    assert as_person(bryn).client.get(f"{path}pictures/999.jpg").status_code == 404
    page = as_person(bryn).open(f"{path}spending/")
    out = page.select_one("form[action*=take-out]")["action"]
    as_person(bryn).send(f"{path}spending/", form=out)
    assert session.scalars(sa.select(AwardSpending)).all() == []


PAGES = ["", "letter/", "accept/", "end/", "bank/", "spending/", "photographs/", "report/"]


@pytest.mark.parametrize("page", PAGES)
def test_dev_finds_no_page_of_another_award(
    award: Award, as_person: Any, dev: Account, site: Site, page: str
) -> None:
    path = f"/awards/{award.public_id}/{page}"
    assert as_person(dev).client.get(path).status_code == 404
    assert site.client.get(path).status_code == 404


def test_a_reader_of_the_group_reads_and_does_not_act(
    session: Any, bryns: Award, as_person: Any, aisha: Account
) -> None:
    body_id = bryns.project.proposal.body_id
    session.add(Representative(body_id=body_id, account_id=aisha.id, part="reader"))
    session.commit()
    reader, path = as_person(aisha), f"/awards/{bryns.public_id}/"
    page = reader.open(path)
    assert "You can read this" in page.text
    assert page.select_one("main form") is None
    assert reader.client.get(f"{path}accept/").status_code == 404


def test_a_reference_opens_its_own_award_and_not_for_ever(
    award: Award, site: Site, session: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_by_reference(site)
    other = session.scalars(sa.select(Award).where(Award.id != award.id)).one()
    assert site.client.get(f"/awards/{other.public_id}/").status_code == 404
    later = clock.now() + timedelta(hours=2)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert site.client.get(f"/awards/{award.public_id}/").status_code == 404


def test_pages_that_do_not_fit_the_stage_lead_back(award: Award, site: Site) -> None:
    open_by_reference(site)
    path = f"/awards/{award.public_id}/"
    for name in ("bank/", "spending/", "photographs/", "report/"):
        assert site.open(f"{path}{name}").h1.text == "Bike shelter"


def test_a_form_that_was_open_while_the_award_changed_is_kept_and_said(
    award: Award, site: Site, session: Any
) -> None:
    open_by_reference(site)
    path = f"/awards/{award.public_id}/end/"
    page = site.open(path)
    agree_milestone(award, "Dig", clock.today(), at=clock.now(), by=1)
    award.deliver_by += timedelta(days=1)
    session.commit()
    page = site.send_on(page, path, {"reason": "We moved"}, status=422)
    assert "Somebody changed this award before you" in page.text
    assert page.select_one("textarea").text.strip() == "We moved"


def test_an_award_is_turned_down_for_a_reason_that_only_we_read(
    award: Award, site: Site, as_person: Any, carys: Account
) -> None:
    open_by_reference(site)
    site.send(f"/awards/{award.public_id}/end/", {"reason": "My gran is ill"})
    assert "My gran is ill" in as_person(carys).open(f"{DESK}{award.public_id}/").text
    page = site.open(f"{ROUND}delivery/")
    assert "Turned down" in page.text
    assert "£3,000 went back to the fund" in page.text
    assert "gran" not in page.text


# Officers -----------------------------------------------------------------------------------------


def test_carys_offers_all_awards_in_one_step(
    session: Any, round_: Round, as_person: Any, carys: Account
) -> None:
    officer = as_person(carys)
    assert officer.open("/desk/rounds/mastrick-decides/").select_one(f'a[href="{DESK}"]')
    page = officer.send(f"{DESK}offer/", {**day("report_by", 10)}, status=422)
    assert "Enter the day by which they finish, or a later one" in page.text
    page = officer.send(f"{DESK}offer/", {"conditions": "Be kind."})
    assert "2 awards are offered." in page.text
    assert {a.conditions for a in session.scalars(sa.select(Award))} == {"Be kind."}
    page = officer.open(f"{DESK}offer/")
    assert "Every project that won has an award" in page.text


def test_the_whole_account_is_shown_once_on_asking_and_the_trail_keeps_who_asked(
    session: Any, award: Award, as_person: Any, carys: Account, audrey: Account
) -> None:
    take_to(session, award, "accepted", carys.id)
    give_bank_details(award, DETAILS, at=clock.now(), by=None)
    session.commit()
    officer, path = as_person(carys), f"{DESK}{award.public_id}/"
    for shown in (path, f"{path}pay/", f"{path}letter/", DESK):
        assert "00112278" not in officer.open(shown).text
    page = officer.send(f"{path}pay/", form=f"{path}bank/")
    assert "00112278" in page.text
    assert officer.response.headers["Cache-Control"] == "no-store"
    seen = session.scalars(sa.select(AuditEvent).where(AuditEvent.action == "bank_details.seen"))
    assert [event.actor_id for event in seen] == [carys.id]
    auditor = as_person(audrey)
    assert auditor.client.post(f"{path}bank/").status_code == 403
    assert "00112278" not in auditor.open(f"{path}pay/").text


def test_a_payment_beyond_the_award_is_said_at_the_field_and_kept(
    session: Any, award: Award, as_person: Any, carys: Account
) -> None:
    take_to(session, award, "accepted", carys.id)
    path = f"{DESK}{award.public_id}/pay/"
    sent = {"amount_pence": "3000.01", **day("on_day", 0), "reference": "BACS 7"}
    page = as_person(carys).send(path, sent, form=path, status=422)
    assert "Enter £3,000 or less" in page.select_one(".ds_error-summary").text
    assert page.select_one("[name=amount_pence]")["value"] == "3000.01"
    assert session.scalars(sa.select(AwardPayment)).all() == []


def test_what_waits_and_what_is_late_stands_on_the_officers_page(
    session: Any, round_: Round, as_person: Any, carys: Account
) -> None:
    first, second = make_awards(session, round_, answer_by=-1)
    officer = as_person(carys)
    assert officer.open(DESK).text.count("The answer is late") == 2
    take_to(session, first, "under_way", carys.id)
    add_photo(first, read_picture(picture_file(drawn(60, 40))), "A shelter", at=clock.now())
    make_report(first)
    end_award(second, AwardStage.DECLINED, "Moved", at=clock.now(), by=None, role="group")
    session.commit()
    page = officer.open(DESK)
    for words in ("Read the report on", "Look at photographs of", "Decide on £1,500"):
        assert words in page.text


@pytest.mark.requirement("R14")
def test_freed_money_is_offered_on_and_everybody_reads_why(
    session: Any, award: Award, as_person: Any, carys: Account, site: Site
) -> None:
    officer, path = as_person(carys), f"{DESK}{award.public_id}/"
    officer.send(f"{path}stop/", {"stage": "withdrawn", "reason": "No answer"})
    page = officer.open(f"{path}freed/")
    assert "the next project that fits is “Skate ramp”" in page.text
    officer.send(f"{path}freed/", {"decision": "offered", "freed_reason": "Nobody answered us"})
    page = site.open(f"{ROUND}delivery/")
    for words in ("Nobody answered us", "Skate ramp", "from money that another project gave back"):
        assert words in page.text
    page = officer.open(f"{path}freed/")
    assert "This is decided already" in page.text


def test_a_report_that_is_begun_is_kept_while_the_group_says_what_it_spent(
    session: Any, bryns: Award, as_person: Any, carys: Account, bryn: Account
) -> None:
    take_to(session, bryns, "under_way", carys.id)
    session.commit()
    path, treasurer = f"/awards/{bryns.public_id}/", as_person(bryn)
    begun = {"text": "We planted.", "people": "", "left_pence": "", "keep": "spending"}
    page = treasurer.send(f"{path}report/", begun)
    assert "We kept what you wrote" in page.main.text
    assert page.select_one(f"a[href='{path}report/']").text == "Go on to your report"
    session.refresh(bryns)
    assert (bryns.stage, bryns.report_text) == ("under_way", "We planted.")
    assert treasurer.open(f"{path}report/").select_one("textarea").text.strip() == "We planted."
    page = treasurer.send(f"{path}report/", {**begun, "people": "many"}, status=422)
    assert page.select_one("textarea").text.strip() == "We planted."
    assert len(page.select(".ds_error-summary li")) == 1, "gaps are no fault yet"


def test_a_report_and_a_photograph_are_sent_back_with_a_reason(
    session: Any, award: Award, as_person: Any, carys: Account
) -> None:
    take_to(session, award, "under_way", carys.id)
    add_photo(award, read_picture(picture_file(drawn(60, 40))), "A face", at=clock.now())
    make_report(award)
    session.commit()
    officer, path = as_person(carys), f"{DESK}{award.public_id}/"
    page = officer.send(f"{path}report/", {"decision": "no"}, status=422)
    assert "Enter the reason" in page.select_one(".ds_error-summary").text
    officer.send(f"{path}report/", {"decision": "no", "reason": "How many?"})
    officer.send(f"{path}photographs/", {"decision": "no", "reason": "Not agreed"})
    session.refresh(award)
    assert award.stage == "under_way"
    assert session.scalars(sa.select(AwardPhoto)).all() == []


@pytest.mark.parametrize(
    ("spent", "left", "said"),
    [
        (90_000, 20_000, "They say they spent or have left £100 more than was paid"),
        (80_000, 20_000, ""),
    ],
)
def test_an_officer_is_told_where_paid_money_is_not_explained(
    session: Any, award: Award, as_person: Any, carys: Account, spent: int, left: int, said: str
) -> None:
    take_to(session, award, "under_way", carys.id, pence=100_000)
    add_spending(award, Purchase("Timber", spent, clock.today()), at=clock.now())
    send_report(award, Report("Done", 40, left), at=clock.now(), by=None)
    session.commit()
    text = as_person(carys).open(f"{DESK}{award.public_id}/report/").main.text
    assert said in text
    assert ("Ask about it before you accept" in text) is bool(said)


def test_what_is_paid_after_the_report_is_not_explained_by_it(
    session: Any, award: Award, as_person: Any, carys: Account
) -> None:
    take_to(session, award, "under_way", carys.id, pence=100_000)
    make_report(award)
    record_payment(
        award, Movement("paid", 20_000, clock.today(), "BACS 2"), at=clock.now(), by=carys.id
    )
    session.commit()
    text = as_person(carys).open(f"{DESK}{award.public_id}/report/").main.text
    assert "£200 is neither in what they say they spent nor left over" in text


def test_a_report_accounts_for_all_that_was_paid(
    session: Any, bryns: Award, as_person: Any, bryn: Account, carys: Account
) -> None:
    take_to(session, bryns, "under_way", carys.id, pence=100_000)
    path, treasurer = f"/awards/{bryns.public_id}/", as_person(bryn)
    typed = {"text": "We built six beds.", "people": "3", "left_pence": "200"}
    page = treasurer.send(f"{path}report/", typed, status=422)
    assert "£800 is missing" in page.select_one("#left_pence-error").text
    assert page.select_one("[name=text]").text.strip() == "We built six beds."
    add_spending(bryns, Purchase("Timber", 80_000, clock.today()), at=clock.now())
    session.commit()
    page = treasurer.send(f"{path}report/", typed)
    assert "Give back £200" in page.main.text
    as_person(carys).send(
        f"{DESK}{bryns.public_id}/report/", {"decision": "no", "reason": "Who gained?"}
    )
    for address in (path, f"{path}report/"):
        assert "We sent your report back: Who gained?" in treasurer.open(address).main.text


def test_the_reference_of_a_groups_award_only_reads_while_its_people_have_accounts(
    session: Any, bryns: Award, bryn: Account, carys: Account, site: Site
) -> None:
    take_to(session, bryns, "accepted", carys.id)
    path = f"/awards/{bryns.public_id}/"
    page = site.send("/follow/", {"reference": REFERENCE})
    page = site.send_on(page, "/follow/", {"reference": REFERENCE}, form="/awards/open/")
    assert "Somebody in your group who signs in" in page.main.text
    for address in ("bank/", "report/", "spending/", "end/"):
        assert site.client.get(f"{path}{address}").status_code == 404


@pytest.mark.parametrize("page", ["", "offer/", "x/", "x/pay/", "x/stop/", "x/freed/", "x/letter/"])
def test_dev_is_kept_out_of_the_officers_pages(
    round_: Round, as_person: Any, dev: Account, page: str
) -> None:
    assert as_person(dev).client.get(f"{DESK}{page}").status_code == 403


# Everybody ----------------------------------------------------------------------------------------


def test_before_the_awards_the_page_says_what_comes(site: Site, round_: Round) -> None:
    assert "We are making the awards now" in site.open(f"{ROUND}delivery/").text
    assert site.client.get(f"{ROUND}delivery.csv").status_code == 404
    assert site.open(f"{ROUND}results/").select_one(f'a[href="{ROUND}delivery/"]')


def test_the_file_holds_stage_and_money_of_each_project(
    session: Any, site: Site, award: Award, carys: Account
) -> None:
    take_to(session, award, "under_way", carys.id, pence=100_050)
    answer = site.client.get(f"{ROUND}delivery.csv")
    rows = list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert [(r["title"], r["stage"], r["awarded_pounds"], r["paid_pounds"]) for r in rows] == [
        ("Bike shelter", "under_way", "3000", "1000.50"),
        ("Lunch club", "offered", "1500", "0"),
    ]


def test_no_page_asks_the_database_more_for_more_awards(
    session: Any, site: Site, as_person: Any, carys: Account
) -> None:
    few = [("One", 60_000, "fits")]
    many = [(f"Project {n}", 60_000, "fits") for n in range(8)]
    numbers = []
    officer = as_person(carys)
    for title, counted_so in (("Mastrick decides", few), ("Torry decides", many)):
        round_ = make_declared(session, counted_so, title=title)
        for award in make_awards(session, round_):
            take_to(session, award, "under_way", carys.id)
        slug = round_.engagement.slug
        paths = (f"/rounds/{slug}/delivery/", f"/rounds/{slug}/delivery.csv",
                 f"/desk/rounds/{slug}/awards/")  # fmt: skip
        asked = []
        for path in paths:
            officer.client.get(path)
            with counted() as said:
                assert officer.client.get(path).status_code == 200
            asked.append(len(said))
        numbers.append(asked)
    assert numbers[0] == numbers[1]


def test_an_officer_is_told_of_money_to_come_back_before_the_report_is_accepted(
    session: Any, award: Award, as_person: Any, carys: Account
) -> None:
    take_to(session, award, "under_way", carys.id, pence=100_000)
    add_spending(award, Purchase("Timber", 95_000, clock.today()), at=clock.now())
    send_report(award, Report("Done", 40, 5_000), at=clock.now(), by=None)
    session.commit()
    page = as_person(carys).open(f"{DESK}{award.public_id}/report/")
    assert "£50 is left over. Record that it came back" in page.main.text
    assert page.main.select_one(f"a[href='{DESK}{award.public_id}/pay/']")
