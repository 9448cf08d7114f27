"""One year of a partnership and its community groups, in a browser: who takes part, as far as they
wish, in engagement that is planned and reviewed; one participation request; two Place Standards.

Carys is the engagement officer, Bryn the secretary of a community council; residents have no
account. The days of the year pass by a clock that the story holds.
"""

import csv
import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from icalendar import Calendar

from engage import clock
from engage.accounts.actions import create_account
from engage.accounts.queries import account_by_email
from engage.extensions import db
from engage.permissions import Role
from engage.requests.rules.requests import GROUNDS
from tests.conftest import NOW, Site
from tests.journeys import conftest
from tests.journeys.conftest import LiveSite, Person
from tests.journeys.test_story import PASSWORD, instant, letters_to
from tests.makers.bodies import make_body
from tests.makers.home import make_partnership
from tests.makers.places import make_places
from tests.makers.requests import make_partner
from tests.makers.spine import make_event, opened

COUNCIL, GROUP = "Ferryhill Community Council", "/group/ferryhill-community-council/"
DESK = "/desk/engagements/"
SMALL = ("stall-at-the-harbour", "walk-up-the-glen", "drop-in-at-the-library")
WHERE = ("Ardle", "Burnside", "Craigend", "Dalmore", "Eskbank", "Fernie", "Gartly", "Hillfoot")
WHAT = {
    "Community Council": "community_council",
    "Parents": "parent_council",
    "Gardeners": "informal",
    "Youth Theatre": "youth",
    "Traders": "business",
}


class HeldClock:
    """The clock of the story's year: it stands until the story lets days pass."""

    def __init__(self) -> None:
        self.at = NOW

    def now(self) -> datetime:
        return self.at

    def pass_days(self, days: int) -> None:
        self.at += timedelta(days=days)


@pytest.fixture(autouse=True)
def _on_a_phone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Check pages at 320 px alone, where faults show first: the year has many."""
    monkeypatch.setattr(conftest, "WIDTHS", [320])


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> HeldClock:
    one = HeldClock()
    monkeypatch.setattr(clock, "now", one.now)
    return one


@pytest.fixture
def area(live_site: LiveSite, held: HeldClock) -> LiveSite:
    """The site of Strathlyle, with partners named by the law, and accounts of Carys and Bryn."""
    with live_site.app.app_context():
        make_partnership(db.session, make_places(db.session).council_code)
        make_partner(db.session)
        make_partner(db.session, "NHS Strathlyle", "health_board")
        make_partner(db.session, "Police Scotland", "police")
        for name, role in (("Carys", Role.OFFICER), ("Bryn", Role.RESIDENT)):
            create_account(
                f"{name.lower()}@example.org", name, role, password=PASSWORD, at=held.at, by=None
            )
        db.session.commit()
    return live_site


def day(name: str, on: date) -> dict[str, str]:
    """The three boxes of a day, filled in as a person would."""
    return {
        f"{name}-day": str(on.day),
        f"{name}-month": str(on.month),
        f"{name}-year": str(on.year),
    }


def arrive(person: Person, name: str) -> None:
    """Sign in, or again where the night has ended it; the whole story looks at these pages."""
    person.hurry_to("/sign-in/")
    person.fill(email=f"{name}@example.org", password=PASSWORD)
    person.hurry("Sign in")


# Groups -----------------------------------------------------------------------------------------


def write_groups(file: Path, *more: tuple[str, ...]) -> str:
    """Write a file of forty groups, and ``more`` rows; return its path."""
    head = ("name", "kind", "place_or_interest", "purpose", "how_involved", "contact_email")
    levels = ("inform", "consult", "involve", "collaborate", "none")
    rows = [
        (f"{where} {what}", kind, "place", f"To speak for {where}.", level,
         f"{where}.{kind}@example.org".lower())
        for where in WHERE
        for (what, kind), level in zip(WHAT.items(), levels, strict=True)
    ]  # fmt: skip
    with file.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows([head, *rows, *more])
    return str(file)


def import_groups(carys: Person, folder: Path) -> None:
    """1. A file of forty groups with two faults writes nothing; the mended one is looked at."""
    bad = write_groups(
        folder / "faults.csv",
        ("Inchgarth Friends", "cult", "place", "To meet.", "", ""),
        ("ARDLE gardeners", "informal", "place", "To dig.", "", ""),
    )
    carys.hurry_to("/desk/groups/import/")
    carys.fill(file=bad)
    carys.press("Upload and look")
    for words in ("Faults (2)", "Line 42 kind “cult” is not known",
                  "Line 43 name The same group stands on line 4"):  # fmt: skip
        carys.says(words)
    carys.hurry_to("/groups/")
    assert carys.page.get_by_text("Ardle Gardeners").count() == 0
    carys.hurry_to("/desk/groups/import/")
    carys.fill(file=write_groups(folder / "groups.csv"))
    carys.hurry("Upload and look")
    carys.says("New groups (40)")
    carys.hurry("Add these groups to the register")
    carys.says("40 groups were added")


def register_by_hand(carys: Person) -> None:
    """2. Carys registers one more group, and invites its secretary."""
    carys.hurry_to("/desk/groups/new/")
    carys.fill(
        name=COUNCIL,
        kind="community_council",
        basis="place",
        is_constituted="yes",
        purpose="To speak for the people of Ferryhill.",
        represents_disadvantage="no",
        contact_email="bryn@example.org",
    )
    carys.hurry("Register this group")
    carys.press("People and invitations")
    carys.fill(email="bryn@example.org", part="secretary")
    carys.hurry("Send the invitation")


def join_and_wish(bryn: Person, site: LiveSite) -> None:
    """3. Bryn accepts, and says how far the group wants to take part, and further about buses."""
    arrive(bryn, "bryn")
    (link,) = re.findall(r"http\S+/group/invitation/\S+", letters_to(site, "bryn@example.org")[-1])
    bryn.open(link)
    bryn.hurry("Accept and join the group")
    bryn.open(f"{GROUP}wishes/")
    bryn.fill(wish="involve")
    bryn.press("Save your answer")
    bryn.fill(wish="empower", topic="Buses")
    bryn.press("Save your answer")
    bryn.says("Buses Let us decide")


# Engagement -------------------------------------------------------------------------------------


def event(title: str, opens: datetime, closes: datetime, value: str = "") -> dict[str, Any]:
    return {
        "title": title,
        "purpose": "To hear how people travel.",
        "level": "consult",
        "open_to_change": "Routes and times.",
        "fixed": "The money.",
        "methods": "Round tables and a walk.",
        "support_offered": "Travel, a meal and somebody to write for you.",
        "value": value,
        **instant("opens_at", opens),
        **instant("closes_at", closes),
    }


def plan_small_ones(carys: Person, held: HeldClock) -> None:
    """4. Three small events; one with a closing date that has passed is refused, the form kept."""
    ahead = held.at + timedelta(days=10)
    carys.open(DESK + "new/")
    late = instant("closes_at", held.at - timedelta(days=1))
    early = instant("opens_at", held.at - timedelta(days=9))
    carys.fill(**event("Stall at the harbour", ahead, ahead, "500") | early | late)
    carys.hurry("Plan this event")
    summary = carys.page.locator(".ds_error-summary")
    assert "The closing date must be in the future" in summary.inner_text()
    assert summary.locator("a").get_attribute("href") == "#closes_at-day"
    assert carys.page.get_by_label("What is open to change?").input_value() == "Routes and times."
    carys.fill(**instant("opens_at", ahead), **instant("closes_at", ahead + timedelta(days=1)))
    carys.hurry("Plan this event")
    for number, title in ((3, "Walk up the glen"), (5, "Drop-in at the library")):
        carys.hurry_to(DESK + "new/")
        first = held.at + timedelta(days=10 + number)
        carys.fill(**event(title, first, first + timedelta(days=1), "900"))
        carys.hurry("Plan this event")
    for slug in SMALL:
        carys.hurry_to(f"{DESK}{slug}/")
        carys.hurry("Open it")
        carys.says("It is open")


def open_the_large_one(carys: Person, held: HeldClock) -> None:
    """5. What blocks the large one is named, and mended step by step until it opens."""
    carys.hurry_to(DESK + "new/")
    opens = held.at + timedelta(days=9)
    carys.fill(**event("Buses for Strathlyle", opens, opens + timedelta(days=12)))
    carys.press("Plan this event")
    carys.says("What blocks its opening (1)")
    carys.press("Say what it is worth")
    carys.fill(value="60,000")
    carys.hurry("Save")
    carys.says("What blocks its opening (4)")
    for left, standard in ((3, "Inclusion"), (2, "Support"), (1, "Planning")):
        (carys.press if left == 3 else carys.hurry)(f"Answer {standard}")
        for box in carys.page.locator("[name^='answer_']").all():
            box.fill("We ask each group first.")
        carys.hurry("Save and go on")
        carys.open(f"{DESK}buses-for-strathlyle/")
        carys.says(f"What blocks its opening ({left})")
    assert not carys.page.get_by_role("button", name="Open it").count()
    carys.press("Add an information pack")
    carys.fill(title="The network now", format_="web", link="https://example.org/buses",
               **day("published_on", held.at.date()))  # fmt: skip
    carys.hurry("Add it")
    carys.open(f"{DESK}buses-for-strathlyle/")
    carys.hurry("Open it")
    carys.says("It is open")


def offer_less(carys: Person, bryn: Person) -> None:
    """6. From the matrix Carys offers less than Bryn's group wants; it reads why, and replies."""
    carys.hurry_to("/desk/wishes/")
    carys.says("41 groups")
    carys.fill(engagement="Buses for Strathlyle", topic="Buses", words="ferryhill")
    carys.hurry("Show these groups")
    carys.says("Let us decide")
    carys.tick(carys.page.get_by_label(COUNCIL, exact=True))
    carys.fill(offer="consult", reason="The contract is let until 2028.", reason_code="law",
               decided_by="The board")  # fmt: skip
    carys.press("Ask the ticked groups to take part")
    carys.says("Less than it wants")
    bryn.open(f"{GROUP}reasons/")
    bryn.says("The contract is let until 2028.")
    bryn.page.get_by_role("link", name="Reply").click()
    bryn.look()
    bryn.fill(reply="Then ask us before the next one.")
    bryn.press("Send your reply")
    bryn.says("Then ask us before the next one.")


def try_and_support(carys: Person, bryn: Person) -> None:
    """7. An attempt that nobody answered; a barrier that Bryn names, and what was done about it."""
    carys.open("/desk/outreach/new/")
    carys.fill(body="Ardle Youth Theatre", channel="email", offered="An evening of their own.",
               response="none")  # fmt: skip
    carys.hurry("Record the attempt")
    carys.says("Try another one next")
    bryn.open(f"{GROUP}support/")
    bryn.fill(barrier="bsl", wanted="An interpreter on the evening.")
    bryn.press("Tell us")
    carys.hurry_to("/desk/support/")
    carys.says("1 barrier has no outcome yet")
    carys.page.get_by_role("link", name=COUNCIL).click()
    carys.look()
    carys.fill(outcome="met", support="An interpreter came.", cost="120", hours="2")
    carys.hurry("Save what came of it")
    bryn.open(f"{GROUP}support/")
    bryn.says("What we did: An interpreter came.")


def contribute(carys: Person) -> None:
    """8. What two partners gave, and that the third gave nothing, with its reason."""
    carys.open("/desk/contributions/")
    carys.says("3 partners named by the law have no entry")
    carys.fill(partner="Strathlyle Council", kind="funds", amount="2000", unit="pounds",
               purpose="Evenings.")  # fmt: skip
    carys.hurry("Enter this contribution")
    carys.fill(partner="NHS Strathlyle", kind="staff", amount="20", unit="hours", value="480",
               purpose="Two nurses at the stall.")  # fmt: skip
    carys.hurry("Enter this contribution")
    carys.fill(nil_partner="Police Scotland", nil_reason="It gives from April on.")
    carys.hurry("Enter that it gave nothing")
    carys.says("It gives from April on.")


def read_the_calendar(resident: Person) -> None:
    """9. Everybody finds all four on the calendar, and in the feed that calendars subscribe to."""
    titles = {"Buses for Strathlyle", "Stall at the harbour", "Walk up the glen",
              "Drop-in at the library"}  # fmt: skip
    resident.open("/calendar/?view=list")
    for title in titles:
        resident.says(title)
    feed = resident.page.request.get(f"{resident.address}/calendar/engagements.ics")
    assert {str(one["SUMMARY"]) for one in Calendar.from_ical(feed.text()).walk("VEVENT")} == titles


def review(carys: Person, *, shown: bool = False) -> None:
    """Score the questions of the Standard that is open; attach what shows that it was so."""
    for box in carys.page.locator("[name^='answer_']").all():
        box.fill("We did.")
    for box in carys.page.locator("[name^='score_']").all():
        box.select_option("5")
    if shown:
        carys.page.locator("summary", has_text="Attach evidence").first.click()
        carys.page.locator("[name^='kind_']").first.select_option("text")
        carys.page.locator("[name^='shows_']").first.fill("The note of 1 December")
    carys.hurry("Save and go on")


def hear_how_it_was(carys: Person, resident: Person) -> None:
    """10. While it runs, a resident says how it is: seven questions, and no name."""
    carys.open(f"{DESK}buses-for-strathlyle/standards/")
    resident.open(carys.page.locator(".engage-quote a").get_attribute("href") or "")
    resident.fill(score_I="5", felt="consult")
    resident.hurry("Send your answers")
    resident.says("Thank you")


def review_and_close(carys: Person, resident: Person) -> None:
    """11. Carys reviews all four against the National Standards, and closes them."""
    large = f"{DESK}buses-for-strathlyle/"
    carys.open(large)
    carys.says("What blocks its closing (4)")
    assert not carys.page.get_by_role("button", name="Close it").count()
    for standard in ("Communication", "Impact"):
        (carys.press if standard == "Impact" else carys.hurry)(f"Score {standard}")
        review(carys, shown=True)
        carys.hurry_to(large)
    carys.hurry("Close it")
    carys.says("It was closed on")
    for slug, standards in zip(SMALL, (7, 1, 1), strict=True):
        carys.hurry_to(f"{DESK}{slug}/standards/review/I/")
        for _standard in range(standards):
            review(carys)
        carys.hurry_to(f"{DESK}{slug}/")
        carys.hurry("Close it")
        carys.says("It was closed on")
    resident.open("/engagements/buses-for-strathlyle/")
    resident.says("How well was it done")


def take_seats(carys: Person, held: HeldClock) -> None:
    """12. Bryn's group has a seat on the board, and was heard there."""
    carys.hurry_to("/desk/seats/")
    carys.fill(name="Board", level="board", has_seats="yes")
    carys.hurry("Add it")
    carys.press("Board")
    carys.fill(body=COUNCIL, votes="yes", **day("from_on", NOW.date()))
    carys.hurry("Give the seat")
    carys.tick(carys.page.get_by_label(COUNCIL, exact=True))
    carys.fill(people="2", is_monitoring=True, challenge="Why are no buses wanted?",
               answer="They are, from 2028.", **day("on_day", held.at.date()))  # fmt: skip
    carys.hurry("Record the meeting")
    carys.page.locator("main a[href*='/meetings/']").click()
    carys.fill(brought_by=COUNCIL, what="A bus shelter")
    carys.hurry("Add it")


def read_the_year(resident: Person, carys: Person) -> None:
    """13. The pages of the year show what was done, to everybody and to officers."""
    resident.open("/reports/2026-27/efforts/")
    for words in ("£2,000", "£480", "Nothing: It gives from April on."):
        resident.says(words)
    resident.open("/seats/")
    resident.says(COUNCIL)
    resident.says("A bus shelter")
    resident.hurry_to("/groups/reasons/")
    resident.says("The contract is let until 2028.")
    carys.open("/desk/standards/?year=2026")
    carys.says("Officers scored 4 of 4")


@pytest.mark.requirement(
    "R01", "R03", "R04", "R05", "R06", "R07", "R09", "R10", "R12", "R16", "R79"
)
@pytest.mark.parametrize("script", ["with script"], indirect=True)
def test_a_year_of_groups_and_of_engagement(
    area: LiveSite, held: HeldClock, someone: Callable[..., Person], tmp_path: Path
) -> None:
    carys, bryn, resident = someone(desktop=True), someone(), someone()
    arrive(carys, "carys")
    import_groups(carys, tmp_path)
    register_by_hand(carys)
    join_and_wish(bryn, area)
    plan_small_ones(carys, held)
    open_the_large_one(carys, held)
    offer_less(carys, bryn)
    try_and_support(carys, bryn)
    contribute(carys)
    read_the_calendar(resident)
    held.pass_days(11)
    arrive(carys, "carys")
    hear_how_it_was(carys, resident)
    held.pass_days(11)
    arrive(carys, "carys")
    review_and_close(carys, resident)
    take_seats(carys, held)
    read_the_year(resident, carys)


# A participation request ------------------------------------------------------------------------


def ask_to_take_part(bryn: Person) -> str:
    """Bryn writes the request in two sittings, and sends it. Returns its address."""
    bryn.open(f"{GROUP}requests/")
    bryn.press("Start a request")
    bryn.fill(title="Safer crossing", authority="Strathlyle Council")
    if not bryn.page.locator("[name='maker']:checked").count():
        bryn.fill(maker="community_council")
    bryn.press("Keep it and check it")
    bryn.says("Before you can send it, write:")
    address = bryn.page.url
    bryn.press("Change what it says")
    bryn.fill(
        outcome="Children walk to school safely.",
        reasons="We see the crossing twice a day.",
        knowledge="We counted cars for a month.",
        improvement="The lights would stand where people cross.",
    )
    bryn.press("Keep it and check it")
    bryn.press("Send the request")
    bryn.says("We check that nothing is missing")
    return address


@pytest.mark.requirement("R78")
@pytest.mark.parametrize("script", ["with script"], indirect=True)
def test_a_participation_request_from_its_form_to_the_yearly_report(
    area: LiveSite, held: HeldClock, someone: Callable[..., Person]
) -> None:
    with area.app.app_context():
        bryns = account_by_email("bryn@example.org")
        make_body(db.session, COUNCIL, represented_by=bryns)
    carys, bryn = someone(desktop=True), someone()
    arrive(bryn, "bryn")
    own = ask_to_take_part(bryn)
    arrive(carys, "carys")
    carys.open("/desk/requests/")
    carys.press("Safer crossing")
    desk = carys.page.url
    carys.press("It is complete")
    carys.says("Decide by 5 January 2027")
    carys.press("Decide")
    carys.fill(**{f"weigh_{ground}": "likely" for ground in GROUNDS}, agreed="yes",
               reasons="You know the crossing.", group_part="A seat at each.")  # fmt: skip
    carys.press("Look at the notice")
    carys.says("Enter how the process works")
    carys.fill(operation="Two meetings.")
    carys.press("Look at the notice")
    carys.says("Everybody can read it as it stands here")
    carys.press("Change it")
    carys.fill(operation="Three meetings.")
    carys.press("Look at the notice")
    carys.says("Three meetings.")
    carys.press("Give the decision notice")
    bryn.open(own)
    bryn.says("You know the crossing.")
    bryn.fill(text="Meet in the evening.")
    bryn.press("Send our comments")
    carys.open(desk)
    carys.fill(runs="Three evening meetings.")
    carys.press("Give notice and publish it")
    carys.press("It has started")
    carys.fill(kind="stage", what="We met at the crossing.", **day("on_day", held.at.date()))
    carys.press("Record it")
    held.pass_days(60)
    arrive(carys, "carys")
    carys.open(desk)
    carys.press("The process has ended")
    carys.press("Write the report")
    carys.fill(summary="The crossing was moved.", improved="yes", improvement="Nobody was hurt.",
               influence="The group chose the place.", service_changed="yes",
               informing="A page each quarter.")  # fmt: skip
    carys.press("Keep it and ask the group")
    arrive(bryn, "bryn")
    bryn.open(own)
    bryn.fill(text="We were heard.")
    bryn.press("Send our view")
    carys.open(desk)
    carys.press("Publish the report")
    bryn.open("/participation-requests/safer-crossing/")
    for words in ("Three evening meetings.", "We met at the crossing.", "We were heard."):
        bryn.says(words)
    held.pass_days(90)
    arrive(carys, "carys")
    carys.open("/desk/requests/years/")
    carys.page.locator("main a", has_text="Strathlyle Council").first.click()
    carys.look()
    carys.fill(promoted="Leaflets in each hall.", supported="A phone line.")
    carys.press("Publish the report")
    bryn.open("/participation-requests/")
    bryn.page.locator("main a[href*='/reports/2026-27/']").first.click()
    bryn.look()
    for words in ("Leaflets in each hall.", "A phone line."):
        bryn.says(words)


# Two places ---------------------------------------------------------------------------------------


def ask_about_a_place(carys: Person, place: str, held: HeldClock) -> None:
    """Carys plans an exercise about a place, and opens it."""
    carys.open("/desk/place-standard/new/")
    carys.fill(engagement="Evening in the hall", title=f"How good is {place}?", place_name=place,
               **day("opens_on", held.at.date()),
               **day("closes_on", held.at.date() + timedelta(days=5)))  # fmt: skip
    carys.press("Save")
    carys.press("Open it")
    carys.press("Open it")


def answer_on_a_phone(resident: Person, site: LiveSite, place: str, score: int) -> None:
    """One resident answers on a phone, with words; four more through the same page."""
    path = f"/place-standard/how-good-is-{place.lower()}/"
    resident.open("/place-standard/")
    resident.press(f"How good is {place}?")
    box = resident.page.locator("[name='good_moving']")
    resident.fill(score_moving=str(score), score_safe="6")
    if not box.is_visible():
        resident.page.locator("details", has=box).locator("summary").first.click()
    resident.fill(good_moving=f"Wide pavements in {place}.", priorities=["safe"])
    resident.press("Send your answer")
    resident.says("your answer is kept")
    for _one in range(4):
        more = {"score_moving": str(score), "score_safe": "6"}
        assert "your answer is kept" in Site(site.app.test_client()).send(path, more).text


def close_and_publish(carys: Person, place: str) -> None:
    """Carys closes an exercise, reads what people wrote, and publishes the results."""
    path = f"/desk/place-standard/how-good-is-{place.lower()}/"
    carys.open(path)
    carys.press("Close it")
    carys.press("Close it")
    carys.open(f"{path}comments/")
    carys.says(f"Wide pavements in {place}.")
    carys.tick(carys.page.get_by_label("Show it").first)
    carys.press("Save what you decided")
    carys.open(path)
    carys.press("Publish the results")
    carys.press("Publish the results")


@pytest.mark.requirement("R13")
@pytest.mark.parametrize("script", ["with script"], indirect=True)
def test_residents_of_two_places_say_how_good_they_are(
    area: LiveSite, held: HeldClock, someone: Callable[..., Person]
) -> None:
    with area.app.app_context():
        opened(db.session, make_event(db.session, opens_at=NOW - timedelta(days=1)))
    carys, resident = someone(desktop=True), someone()
    arrive(carys, "carys")
    looks, scores = carys.looks, {"Kirkton": 2, "Harbourside": 5}
    for place, score in scores.items():
        carys.looks = resident.looks = looks and place == "Kirkton"
        ask_about_a_place(carys, place, held)
        answer_on_a_phone(resident, area, place, score)
    held.pass_days(6)
    arrive(carys, "carys")
    for place, score in scores.items():
        carys.looks = resident.looks = looks and place == "Kirkton"
        close_and_publish(carys, place)
        page = resident.open(f"/place-standard/how-good-is-{place.lower()}/results/")
        assert page.locator("main svg").first.is_visible()
        resident.says(f"1. Moving around {score}.0 5")
        resident.open(f"/place-standard/how-good-is-{place.lower()}/comments/")
        resident.says(f"Wide pavements in {place}.")
    resident.looks = looks
    resident.open(
        "/place-standard/compare/?first=how-good-is-kirkton&second=how-good-is-harbourside"
    )
    resident.says("+3.0")
