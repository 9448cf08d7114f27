"""One partnership's whole story, in a browser, from empty tables to the year's evidence.

Carys is the engagement officer, Olive another one, Bryn the secretary of a community council,
Aisha is 14 and has no e-mail. Voting opens and closes by the real clock: nothing in here goes
round it.
"""

import csv
import email
import email.policy
import re
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from engage.accounts.actions import create_account
from engage.budgeting.actions.proposals import Draft, submit_proposal
from engage.budgeting.models import Criterion, Round
from engage.budgeting.rules.ballots import CLOSING_WAIT
from engage.budgeting.rules.charter import FEATURES
from engage.extensions import db
from engage.messages.rules import new_reference
from engage.permissions import Role
from engage.places.rules import Placing
from tests.conftest import Site, check_page
from tests.journeys.conftest import LiveSite, Person
from tests.makers.place_files import band_rows, file_of, lookup_rows, postcode_rows
from tests.makers.places import COUNCIL

UK = ZoneInfo("Europe/London")
PLAN, FUND = "lyle-harbour-your-plan", "strathlyle-decides"
PASSWORD = "the harbour gull sings twice"
SCOPE = {
    "level": "involve",
    "open_to_change": "Which priorities come first, and how they are worded.",
    "fixed": "The council's duties in law.",
}


def instant(name: str, when: datetime) -> dict[str, str]:
    """The four boxes of a date and time, filled in as a person would."""
    local = when.astimezone(UK)
    return {
        f"{name}-day": str(local.day),
        f"{name}-month": str(local.month),
        f"{name}-year": str(local.year),
        f"{name}-time": local.strftime("%H:%M:%S"),
    }


def wait_until(when: datetime) -> None:
    """Wait for the server's clock, which is this machine's."""
    time.sleep(max(0.0, (when - datetime.now(UTC)).total_seconds()))


def people_of(site: LiveSite) -> None:
    """Carys, Olive and Bryn have accounts; how they get one has its own tests."""
    with site.app.app_context():
        people = (("Carys", Role.OFFICER), ("Olive", Role.OFFICER), ("Bryn", Role.RESIDENT))
        for name, role in people:
            create_account(
                f"{name.lower()}@example.org",
                name,
                role,
                password=PASSWORD,
                at=datetime.now(UTC),
                by=None,
            )
        db.session.commit()


def letters_to(site: LiveSite, address: str) -> list[str]:
    """The texts of the messages that went to an address, oldest first."""
    found = []
    for file in sorted(Path(site.app.config["MAIL_DIRECTORY"]).glob("*.eml")):
        letter = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
        if str(letter["To"]) == address:
            found.append(letter.get_content())
    return found


def sign_in(person: Person, name: str) -> None:
    person.open("/sign-in/")
    person.fill(email=f"{name}@example.org", password=PASSWORD)
    person.press("Sign in")


def reference_on(person: Person) -> str:
    """The reference that a page gives to keep."""
    return str(person.page.locator(".ds_notification-panel__reference").inner_text()).strip()


def load_places(carys: Person, folder: Path) -> None:
    """1. Carys loads the index, the populations and the postcodes, and divides the area."""
    for page, rows, typed in (
        ("index", lookup_rows(), {"name": "SIMD", "version": "2020v2", "zones": "2011"}),
        ("population", band_rows(), {"year": "2020"}),
        ("postcodes", postcode_rows(), {}),
    ):
        file = folder / f"{page}.csv"
        file.write_bytes(file_of(rows))
        carys.open(f"/desk/places/{page}/")
        carys.fill(**typed, file=str(file))
        carys.press("Load the file")
    carys.open("/desk/partnership/")
    carys.fill(name="Strathlyle Community Planning Partnership", council_code=COUNCIL)
    carys.press("Save")
    carys.open("/desk/places/wards/")
    carys.press("Use these wards as localities")
    carys.open("/areas/")
    carys.says("Lyle Harbour")
    carys.says("Lyle Glen")


def register_groups(bryn: Person, young_carers: Person, carys: Person) -> str:
    """2. A community council and an unconstituted group register; Carys accepts both.

    Returns the reference that the young carers, who have no account, were given.
    """
    bryn.open("/groups/register/")
    bryn.fill(
        name="Lyle Harbour Community Council",
        kind="community_council",
        basis="place",
        is_constituted="yes",
        purpose="To speak for the people of Lyle Harbour.",
        represents_disadvantage="no",
        wish="collaborate",
    )
    bryn.press("Register your group")
    young_carers.open("/groups/register/")
    young_carers.fill(
        name="Young Carers of the Glen",
        kind="youth",
        basis="interest",
        is_constituted="no",
        purpose="We look after somebody at home, and meet on Thursdays.",
        represents_disadvantage="yes",
        evidence="Fourteen young carers, most of them from Lyle Harbour.",
        wish="involve",
    )
    young_carers.press("Register your group")
    reference = reference_on(young_carers)
    for name in ("Lyle Harbour Community Council", "Young Carers of the Glen"):
        carys.open("/desk/groups/")
        carys.press(name)
        carys.press("Accept on to the register")
    visitor = young_carers
    visitor.open("/groups/")
    visitor.says("Lyle Harbour Community Council")
    visitor.says("Young Carers of the Glen")
    return reference


def write_plan(carys: Person) -> None:
    """3a. Carys writes the draft locality plan, with a priority."""
    carys.open("/desk/plans/new/")
    carys.fill(title="Lyle Harbour locality plan")
    carys.page.locator("[name='locality']").select_option(label="Lyle Harbour")
    carys.press("Create the plan")
    carys.open("/desk/plans/lyle-harbour-locality-plan/draft/")
    carys.fill(
        text="# Getting about\n\nBuses will run every hour until 7pm.\n\n"
        "Paths to the school will be lit.\n\n# Places to meet\n\nThe hall will open at weekends."
    )
    carys.press("Save and look at it")
    carys.press("Publish draft 1")
    carys.open("/desk/plans/lyle-harbour-locality-plan/priorities/new/")
    carys.fill(
        title="Getting about",
        text="Buses run every hour until 7pm.",
        added_value="The council, the health board and the college pay for buses together.",
    )
    carys.press("Save the priority")


def consult(carys: Person, closes: datetime) -> None:
    """3b. Carys opens the consultation, and asks both groups."""
    carys.open("/desk/consultations/new/")
    carys.fill(
        title="Lyle Harbour: your plan",
        purpose="To get the plan right before we agree it.",
        **SCOPE,
        question_1="What is missing?",
        short_notice_reason="The board meets this evening.",
        **instant("opens_at", datetime.now(UTC) - timedelta(minutes=1)),
        **instant("closes_at", closes),
    )
    carys.page.locator("[name='draft']").select_option(index=1)
    carys.press("Create the consultation")
    carys.press("Open this consultation")
    carys.open("/desk/engagements/lyle-harbour-your-plan/invite/")
    for box in carys.page.locator("[name='bodies']").all():
        carys.tick(box)
    carys.fill(
        level="involve", reason="The board decides on the plan as a whole.", decided_by="The board"
    )
    carys.press("Ask the chosen groups")


def comment(person: Person, paragraph: str, text: str) -> None:
    """Open the box below a paragraph of the draft, and write into it."""
    box = person.page.get_by_label(f"Your comment on paragraph {paragraph}")
    if not box.is_visible():
        person.page.locator("details", has=box).locator("summary").click()
    box.fill(text)


def answer_for_the_council(bryn: Person) -> None:
    """3c. Bryn answers, saves half-way, comes back, submits, and gets a receipt."""
    bryn.open("/say/lyle-harbour-your-plan/")
    bryn.press("Answer this consultation")
    bryn.tick(bryn.page.get_by_label("Lyle Harbour Community Council"))
    bryn.press("Start")
    bryn.tick(bryn.page.get_by_label("Agree", exact=True))
    bryn.page.get_by_label("What is missing?").fill("Buses after 7pm, for people who work shifts.")
    bryn.press("Save and come back later")
    bryn.open("/say/lyle-harbour-your-plan/answer/")
    bryn.tick(bryn.page.get_by_label("Lyle Harbour Community Council"))
    bryn.press("Start")
    assert "shifts" in bryn.page.get_by_label("What is missing?").input_value()
    bryn.press("Continue")
    comment(bryn, "1.1", "Until 10pm, please: shifts end late.")
    comment(bryn, "2.1", "Good. Keep the hall open.")
    bryn.press("Continue")
    bryn.fill(publish="with_name")
    bryn.press("Continue")
    bryn.says("shifts end late")
    bryn.press("Send your answers")
    assert re.fullmatch(r"(\w{4}-){3}\w{4}", reference_on(bryn))


def answer_as_a_resident(resident: Person) -> str:
    """3d. A resident answers without an account. Returns the reference."""
    resident.open("/say/lyle-harbour-your-plan/answer/")
    resident.press("Start")
    resident.tick(resident.page.get_by_label("Disagree", exact=True))
    resident.press("Continue")
    comment(resident, "1.2", "Light the path by the burn too.")
    resident.press("Continue")
    resident.fill(publish="without_name", postcode="XY1 1AA")
    resident.press("Continue")
    resident.press("Send your answers")
    return reference_on(resident)


def set_up_round(carys: Person, clock: dict[str, datetime]) -> None:
    """4a. Carys opens a round with limits."""
    carys.open("/desk/rounds/start/")
    carys.press("Small grants")
    carys.page.get_by_text("More rules", exact=True).click()
    carys.fill(
        title="Strathlyle decides",
        purpose="To spend the community fund as residents choose.",
        **{**SCOPE, "level": "empower"},
        pot_pence="3,000",
        min_award_pence="100",
        max_award_pence="2,000",
        min_choices="1",
        max_choices="2",
        reply_days="0",
        min_age="12",
        who_may_vote="Everybody aged 12 or over who lives in Strathlyle.",
    )
    carys.fill(**{k: v for name, when in clock.items() for k, v in instant(name, when).items()})
    carys.press("Save the fund")
    carys.press("Publish the fund")
    carys.press("Publish the fund")


def propose(person: Person, title: str, cost: str) -> str:
    """4b. Somebody proposes a project without an account; returns the reference."""
    person.open("/rounds/strathlyle-decides/")
    person.press("Propose a project")
    person.fill(title=title, summary=f"{title}, for everybody.", beneficiaries="Everybody.")
    person.press("Save and continue")
    person.fill(cost_pence=cost, **{"items-what-0": title, "items-pounds-0": cost}, takes_less="no")
    person.press("Save and continue")
    person.fill(where="whole")
    person.press("Save and continue")
    person.press("Continue")
    person.fill(postcode="XY2 1AA")
    person.press("Save and continue")
    person.press("Send your proposal")
    return reference_on(person)


def print_and_test_sheet(carys: Person, page: str) -> None:
    """Carys prints a recovery sheet, and types its lines back from the paper."""
    carys.open(page)
    carys.press("Show the sheet, to print it")
    paper = carys.page.locator(".engage-sheet li").all_inner_texts()
    carys.press("It is printed: test it")
    carys.fill(lines="\n".join(paper))
    carys.press("Test the sheet")
    carys.says("The sheet is right.")


def propose_quickly(site: LiveSite, title: str, cost_pence: int) -> str:
    """4b. Others propose too; returns the reference."""
    with site.app.app_context():
        round_ = db.session.scalars(sa.select(Round)).one()
        sent, reference = Draft(title, f"{title}, for everybody.", cost_pence), new_reference()
        submit_proposal(round_, sent, Placing("unmatched"), reference, at=datetime.now(UTC))
        db.session.commit()
    return reference


def screen(carys: Person, site: LiveSite) -> None:
    """4c. Carys screens projects in, and one out with a reason; and keeps the keys on paper."""
    for title, decision in (
        ("Skate ramp", {"decision": "accept"}),
        ("Lights on the path", {"decision": "accept"}),
        ("Fireworks", {"decision": "leave_out", "reason": "The harbour's licence forbids them."}),
    ):
        carys.open("/desk/rounds/strathlyle-decides/proposals/")
        carys.press(title)
        carys.fill(has_conflict="no")
        carys.press("Save and go on")
        with site.app.app_context():
            criteria = db.session.scalars(
                sa.select(Criterion.id).order_by(Criterion.position)
            ).all()
        carys.fill(**{f"answer_{key}": "met" for key in criteria})
        if decision["decision"] == "leave_out":
            carys.fill(**{f"answer_{criteria[2]}": "not_met", f"note_{criteria[2]}": "No licence"})
        carys.fill(**decision)
        carys.press("Save the decision")
    carys.open("/desk/rounds/strathlyle-decides/")
    carys.press("Close proposals")
    carys.press("Close proposals")
    carys.press("Check the fund against the Charter, before the vote")
    carys.fill(
        **dict.fromkeys(FEATURES, "partly"),
        **{f"{feature}_shown": "An evening in the hall" for feature in FEATURES},
    )
    carys.press("Save these answers")
    for page in ("/desk/keys/", "/desk/rounds/strathlyle-decides/key/"):
        print_and_test_sheet(carys, page)
    carys.open("/desk/rounds/strathlyle-decides/")
    carys.press("Make the ballot final")
    carys.press("Make the ballot final")


def codes_of(carys: Person, number: int) -> list[str]:
    """4d. Carys prints codes for people without e-mail, shown once."""
    carys.open("/desk/rounds/strathlyle-decides/codes/")
    carys.fill(number=str(number))
    carys.press("Make the codes")
    carys.tick(carys.page.get_by_label("A list of the codes", exact=False))
    with carys.page.expect_download() as download:
        carys.page.get_by_role("button", name="Download the codes").click()
    text = download.value.path().read_text(encoding="utf-8-sig")
    return [row["Voting code"] for row in csv.DictReader(text.splitlines())]


def vote_with_code(voter: Person, code: str, choices: list[str]) -> str:
    """4e. Somebody votes with a code; returns the receipt."""
    voter.open("/vote")
    voter.fill(code=code.lower().replace("-", " "))
    voter.press("Go on")
    if voter.page.locator("[name='postcode']").count():
        voter.fill(link="live", postcode="xy21aa", may_vote=True)
        voter.press("Go on to the projects")
    for choice in choices:
        voter.tick(voter.page.get_by_label(choice, exact=True))
    voter.press("Submit your vote")
    voter.says("Your vote is in")
    return reference_on(voter)


def others_vote(site: LiveSite, codes: list[str]) -> None:
    """4g. More residents vote with codes, through the same pages, for the path and its lights."""
    for code in codes:
        voter = Site(site.app.test_client())
        voter.send("/vote", {"code": code})
        asked = voter.response.text
        place = voter.send_on(
            check_page(asked), "/vote", {"link": "live", "postcode": "XY4 1AA", "may_vote": "y"}
        )
        lights = place.find("label", string="Lights on the path")["for"]
        choice = place.find(id=lights)["value"]
        voter.send_on(place, "/rounds/strathlyle-decides/ballot/", {"projects": [choice]})
        assert "Your vote is in" in voter.response.text


def vote_by_mail(site: LiveSite, voter: Person, address: str, choices: list[str]) -> None:
    """4f. Somebody votes by a link to their e-mail address."""
    voter.open("/rounds/strathlyle-decides/vote/")
    voter.fill(email=address, link="live", postcode="XY8 1AA", may_vote=True)
    voter.press("Send me a link")
    voter.open(re.findall(r"http\S+/vote/\S+", letters_to(site, address)[-1])[0])
    voter.press("Go on to vote")
    for choice in choices:
        voter.tick(voter.page.get_by_label(choice, exact=True))
    voter.press("Submit your vote")
    voter.says("Your vote is in")


def confirm_result(olive: Person) -> None:
    """4h. Olive, a second officer, looks at the count that Carys confirmed, and agrees."""
    olive.open("/desk/")
    olive.says("request waits for a second person")
    olive.press("Look at the requests")
    olive.press("Confirm the result: Strathlyle decides")
    olive.says("Lights on the path")
    olive.press("Agree, and do it now")
    olive.says("The result is confirmed.")


def record_finding(carys: Person, slug: str, theme: str, statement: str, words: str) -> None:
    """5a. Carys draws a finding from the contributions that hold these words."""
    carys.open(f"/desk/findings/{slug}/new/")
    for box in carys.page.locator("[name='sources']").all():
        said = carys.page.locator(f"#{box.get_attribute('id')}-hint").inner_text()
        if words in said:
            carys.tick(box)
    carys.fill(statement=statement, theme=theme, kind="need")
    carys.press("Record the finding")


def record_effect(carys: Person, slug: str, number: int, effect: str, **typed: str) -> None:
    """5b. Carys records how a finding shaped the priority, with the reason."""
    carys.open(f"/desk/findings/{slug}/{number}/")
    carys.fill(effect=effect)
    carys.page.locator("[name='priority']").select_option(index=1)
    carys.press("Continue")
    today = datetime.now(UK).date()
    carys.fill(
        **typed,
        decided_by="The community planning board",
        **{"decided_on-day": str(today.day), "decided_on-month": str(today.month)},
        **{"decided_on-year": str(today.year)},
    )
    carys.press("Record what you did")


@pytest.mark.requirement("R01", "R03", "R10", "R14", "R15", "R31", "R46")
def test_one_partnerships_whole_story(
    live_site: LiveSite, someone: Callable[..., Person], tmp_path: Path
) -> None:
    started = time.monotonic()
    people_of(live_site)
    carys, bryn = someone(desktop=True), someone()
    aisha, resident, young_carers = someone(), someone(), someone()
    sign_in(carys, "carys")
    sign_in(bryn, "bryn")

    load_places(carys, tmp_path)
    carers_reference = register_groups(bryn, young_carers, carys)

    write_plan(carys)
    # How long this took says how long the windows must be: on a busy machine, and where every
    # page is checked for accessibility, short ones would shut people out.
    pace = max(25, round(time.monotonic() - started))
    began = datetime.now(UTC).replace(microsecond=0)
    consult_closes = began + timedelta(seconds=1.5 * pace)
    consult(carys, consult_closes)
    answer_for_the_council(bryn)
    resident_reference = answer_as_a_resident(resident)

    began = datetime.now(UTC).replace(microsecond=0)
    clock = {
        "proposals_open_at": began - timedelta(minutes=1),
        "proposals_close_at": began + timedelta(seconds=0.7 * pace),
        "voting_opens_at": began + timedelta(seconds=1.6 * pace),
        "voting_closes_at": began + timedelta(seconds=3.2 * pace),
    }
    set_up_round(carys, clock)
    aisha_reference = propose(aisha, "Skate ramp", "1,800")
    propose_quickly(live_site, "Lights on the path", 90_000)
    fireworks_reference = propose_quickly(live_site, "Fireworks", 50_000)
    wait_until(clock["proposals_close_at"])
    screen(carys, live_site)
    young_carers.open("/follow/")
    young_carers.fill(reference=fireworks_reference)
    young_carers.press("Show what came of it")
    young_carers.says("The harbour's licence forbids them.")

    codes = codes_of(carys, 12)
    wait_until(clock["voting_opens_at"])
    receipt = vote_with_code(aisha, codes[0], ["Skate ramp"])
    vote_by_mail(live_site, resident, "resident@example.org", ["Lights on the path", "Skate ramp"])
    others_vote(live_site, codes[1:])
    assert vote_with_code(aisha, codes[0], ["Skate ramp"]) != "", "a changed vote has a receipt too"
    assert receipt
    wait_until(clock["voting_closes_at"] + CLOSING_WAIT + timedelta(seconds=1))
    carys.open("/desk/rounds/strathlyle-decides/")
    if carys.page.get_by_role("button", name="Close voting and seal the votes").count():
        carys.press("Close voting and seal the votes")
    for move in ("Count the votes", "Ask a second person to confirm the result"):
        carys.press(move)
        carys.press(move)
    olive = someone(desktop=True)
    sign_in(olive, "olive")
    confirm_result(olive)
    aisha.open("/rounds/strathlyle-decides/results/")
    for words in ("Lights on the path", "Skate ramp", "£3,000", "£2,100", "£300"):
        aisha.says(words)

    wait_until(consult_closes)
    for theme, statement, words in (
        ("Buses", "People who work shifts need buses after 7pm.", "shifts"),
        ("Hall", "The hall should stay open.", "hall"),
        ("Paths", "The path by the burn should be lit.", "burn"),
    ):
        record_finding(carys, PLAN, theme, statement, words)
    record_effect(
        carys,
        PLAN,
        1,
        "changed",
        text="Buses run every hour until 10pm.",
        reason="Shifts at the harbour end at 9pm.",
    )
    record_effect(carys, PLAN, 2, "confirmed", reason="The plan keeps the hall open.")
    record_effect(
        carys,
        PLAN,
        3,
        "not_taken_up",
        reason="The burn's banks must stay dark for its bats.",
    )
    record_finding(carys, FUND, "Meeting", "Young people want a place of their own.", "Skate")
    record_effect(carys, FUND, 1, "confirmed", reason="A ramp is such a place, and we pay for it.")
    for slug in (PLAN, FUND):
        carys.open(f"/desk/findings/{slug}/")
        carys.press("Tell everyone who took part")
        carys.press("Tell everyone now")
    bryn.open("/decisions/lyle-harbour-your-plan/")
    for words in ("added: 10pm.", "Shifts at the harbour end at 9pm.", "must stay dark"):
        bryn.says(words)
    assert "decisions/lyle-harbour-your-plan" in letters_to(live_site, "bryn@example.org")[-1]
    for person, reference, words in (
        (aisha, aisha_reference, "A ramp is such a place, and we pay for it."),
        (resident, resident_reference, "must stay dark"),
        (young_carers, carers_reference, "Young Carers of the Glen"),
    ):
        person.open("/follow/")
        person.fill(reference=reference)
        person.press("Show what came of it")
        person.says(words)

    carys.open("/desk/reach/")
    for words in (
        "Voters: 13, in 1 vote",
        "55.0 (27.4 to 98.4)",
        "Answers from people: 1, in 1 consultation",
        "25% (1 of 4)",
    ):
        carys.says(words)
    with carys.page.expect_download() as download:
        carys.page.get_by_role("link", name=re.compile("Download these figures")).click()
    assert "27.4" in download.value.path().read_text(encoding="utf-8-sig")
