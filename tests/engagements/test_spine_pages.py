"""An officer new to the site plans an event, sees what blocks it, opens, reviews and closes it."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from icalendar import Calendar
from sqlalchemy import delete, func, select

from engage import clock
from engage.engagements.models import (
    CalendarEntry,
    Election,
    Engagement,
    EngagementDecision,
    Invitation,
    ParticipantView,
    StandardAnswer,
)
from engage.engagements.queries.calendar import burden_facts, burdens
from tests.conftest import NOW
from tests.makers.bodies import make_body
from tests.makers.home import make_partnership
from tests.makers.places import make_places
from tests.makers.spine import (
    answer,
    make_event,
    make_large_plan,
    make_pack,
    make_partner,
    opened,
)
from tests.test_queries import counted

DESK = "/desk/engagements/"
EVENT = f"{DESK}evening-in-the-hall/"


@pytest.fixture(autouse=True)
def _held_clock(monkeypatch, now):
    held = SimpleNamespace(now=lambda: now, today=now.date)
    monkeypatch.setattr(clock, "now", held.now)
    monkeypatch.setattr(clock, "today", held.today)


def errors(page):
    return [item.text.strip() for item in page.select(".ds_error-summary li")]


def blocked(page):
    """What the file says blocks it, each with its link."""
    listed = page.select_one(".engage-jobs")
    heading = page.find("h2", string=lambda s: s and "What blocks" in s)
    count = page.select_one("h2 .engage-count").text if heading is None else heading.text
    return count, [a.text for a in listed.select("a")] if listed else []


def instant(name, at):
    parts = {"day": at.day, "month": at.month, "year": at.year, "time": f"{at.hour}:00"}
    return {f"{name}-{part}": str(value) for part, value in parts.items()}


def event(**facts):
    return {
        "title": "Evening in the hall",
        "purpose": "To hear how people travel.",
        "level": "involve",
        "open_to_change": "Routes.",
        "fixed": "The money.",
        "methods": "Round tables.",
        **instant("opens_at", NOW + timedelta(days=10)),
        **instant("closes_at", NOW + timedelta(days=12)),
        **facts,
    }


@pytest.mark.requirement("R10")
def test_r10_an_officer_plans_an_event_and_mends_what_blocks_its_opening(as_person, session, carys):
    site = as_person(carys)
    page = site.send(f"{DESK}new/", event())
    text = " ".join(page.text.split())
    assert "What blocks its opening (1)" in text
    assert "it is worth less than" not in text
    assert "it is worth less than" not in site.open(f"{EVENT}standards/").text.casefold()
    link = page.find("a", string="Say what it is worth")
    page = site.send(link["href"].partition("#")[0], {"value": "30,000"})
    mends = [a.text for a in page.select_one(".engage-jobs").select("a")]
    assert mends == [
        "Answer Inclusion", "Answer Support", "Answer Planning", "Add an information pack",
    ]  # fmt: skip
    assert not page.find("button", string="Open it")
    one_of_four = site.send(f"{EVENT}standards/plan/I/", {"answer_I1": "We do."})
    assert "3 questions of this Standard have no answer yet" in one_of_four.text
    for letter, codes in (("I", 4), ("S", 3), ("P", 6)):
        said = {f"answer_{letter}{n}": "We do." for n in range(1, codes + 1)}
        page = site.send(f"{EVENT}standards/plan/{letter}/", said)
        assert "no answer yet" not in page.select_one("[role=status]").parent.text
    pack = {"title": "Bus map", "format_": "web", "link": "https://example.org/map",
            "published_on-day": "1", "published_on-month": "11",
            "published_on-year": "2026"}  # fmt: skip
    site.send(f"{EVENT}packs/", pack)
    page = site.open(EVENT)
    assert "its title, purpose and dates stay as they are" in page.main.text
    assert page.find("a", string="Add a meeting", href=f"{EVENT}#meetings")
    page = site.send(EVENT, form=f"{EVENT}open/")
    assert "It is open" in page.text
    found = session.scalars(select(Engagement)).one()
    assert (found.standards_scope, found.opened_at) == ("full", NOW)
    public = site.open("/engagements/evening-in-the-hall/").main.text
    assert ("Bus map" in public, "Routes." in public, "Round tables." in public) == (True,) * 3


@pytest.mark.parametrize(
    ("wrong", "field", "message"),
    [
        (instant("closes_at", NOW - timedelta(days=1)), "closes_at-day", "after the opening"),
        (
            instant("opens_at", NOW - timedelta(days=9))
            | instant("closes_at", NOW - timedelta(days=1)),
            "closes_at-day",
            "must be in the future",
        ),
        ({"locality": "9999"}, "locality", "Choose one from the list"),
        ({"title": ""}, "title", "Enter a title"),
        ({"methods": ""}, "methods", "Enter how people take part"),
        ({"reuse_notice": "plans"}, "reuse_words", "Enter the words"),
        ({"value": "99,000,000,000"}, "value", "or less"),
    ],
)
def test_r10_what_cannot_be_is_refused_on_its_field_and_the_form_is_kept(
    as_person, session, carys, wrong, field, message
):
    page = as_person(carys).send(f"{DESK}new/", event(**wrong), status=422)
    (said,) = errors(page)
    assert message in said
    assert page.select_one(".ds_error-summary a")["href"] == f"#{field}"
    assert page.select_one("#purpose").text.strip() == "To hear how people travel."
    assert session.scalar(select(func.count(Engagement.id))) == 0


def test_r10_nobody_sees_an_event_before_it_is_opened_or_one_by_invitation(
    site, session, as_person, carys
):
    engagement = make_event(session)
    site.open("/engagements/evening-in-the-hall/", status=404)
    assert "Evening" not in site.open("/calendar/?month=2026-12").main.text
    opened(session, engagement)
    assert "Evening" in site.open("/calendar/?month=2026-12").main.text
    opened(session, make_event(session, "For members", is_public=False))
    site.open("/engagements/for-members/", status=404)
    assert "For members" not in site.open("/calendar/?view=list").main.text
    assert "For members" not in site.client.get("/calendar/engagements.ics").text
    assert "For members" in as_person(carys).open("/desk/calendar/?month=2026-12").main.text


def test_r10_a_pack_has_a_link_or_a_file_and_a_file_is_there_from_its_day(
    as_person, site, session, carys, now
):
    engagement = make_event(session)
    pack = {"title": "Map", "format_": "pdf", "published_on-day": "1",
            "published_on-month": "12", "published_on-year": "2026"}  # fmt: skip
    page = as_person(carys).send(f"{EVENT}packs/", pack, status=422)
    assert errors(page) == ["Give a link, or choose a file"]
    early = make_pack(session, engagement, version="1", file_pdf=b"%PDF-1", link="")
    late = make_pack(
        session, engagement, version="2", file_pdf=b"%PDF-2", link="",
        published_on=(now + timedelta(days=1)).date(),
    )  # fmt: skip
    opened(session, engagement)
    path = "/engagements/evening-in-the-hall/packs/"
    answer_ = site.client.get(f"{path}{early.id}.pdf")
    assert (answer_.data, answer_.mimetype) == (b"%PDF-1", "application/pdf")
    assert site.client.get(f"{path}{late.id}.pdf").status_code == 404


def test_r09_officers_partners_and_people_stand_side_by_side_and_few_are_held_back(
    as_person, site, session, carys, now
):
    engagement = make_event(session, opens_at=now - timedelta(days=3), closes_at=now)
    opened(session, engagement)
    partner = make_partner(session)
    review = f"{EVENT}standards/review/I/"
    officer = as_person(carys)
    officer.send(review, {"answer_I": "All came.", "score_I": "6"})
    officer.send(f"{review}?partner={partner.id}", {"score_I": "4"})
    link = f"/engagements/evening-in-the-hall/how-it-was/code-{engagement.id}/"
    for score in (1, 2, 3, 4):
        assert "Thank you" in site.send(link, {"score_I": str(score), "felt": "consult"}).text
    text = officer.open(f"{EVENT}standards/").main.text
    assert ("6.0" in text, "4.0" in text, "fewer than 5" in text) == (True, True, True)
    assert ("2.5" in text, "it reached" in text) == (False, False)
    site.send(link, {"score_I": "5", "felt": "consult"})
    page = officer.open(f"{EVENT}standards/")
    row = [
        cell.text.strip() for cell in page.select("table")[1].select("tbody tr")[0].select("th,td")
    ]
    assert row == ["Inclusion", "6.0", "4.0", "3.0", "People see it differently"]
    assert "It reached: We ask what you think".lower() in page.main.text.lower()
    assert (
        "Evening in the hall,Inclusion,6.0,4.0,3.0,5"
        in officer.client.get(f"{EVENT}standards.csv").text
    )
    year = officer.open("/desk/standards/?year=2026-27").main.text
    assert "Officers scored 1 of 1" in year


def test_r09_people_answer_without_a_name_while_it_is_open(site, session, now):
    engagement = opened(session, make_event(session))
    link = f"/engagements/evening-in-the-hall/how-it-was/code-{engagement.id}/"
    assert "It has not begun" in site.open(link).main.text
    site.open("/engagements/evening-in-the-hall/how-it-was/wrong/", status=404)
    engagement.opens_at = now
    page = site.send(link, {}, status=422)
    assert errors(page) == ["Answer a question or two before you send"]
    assert errors(site.send(link, {"score_I": "9"}, status=422)) == ["Choose one of the answers"]
    engagement.closed_at = now
    assert "no more answers" in site.open(link).main.text
    assert session.scalar(select(func.count(ParticipantView.id))) == 0


def test_r09_a_large_one_closes_once_it_is_scored_with_evidence_and_then_stays(
    as_person, site, session, carys, now
):
    engagement = make_large_plan(session, opens_at=now - timedelta(days=3), closes_at=now)
    opened(session, engagement, "full")
    answer(session, engagement, "C", "review", score=5, shown=True)
    answer(session, engagement, "X", "review", score=4)
    officer = as_person(carys)
    mends = [a.text for a in officer.open(EVENT).select_one(".engage-jobs").select("a")]
    assert mends == ["Attach evidence"]
    review = f"{EVENT}standards/review/X/"
    page = officer.send(review, {"kind_X1": "text"}, status=422)
    assert errors(page) == ["Enter what shows it, like a date, a number or a link"]
    page = officer.send(review, {"kind_X1": "pack"}, status=422)
    assert errors(page) == ["Choose the information pack that shows it"]
    officer.send(review, {"kind_X1": "pack", "pack_X1": "1"})
    page = officer.send(EVENT, form=f"{EVENT}close/")
    assert "It was closed on 22 November 2026" in page.main.text
    page = officer.send(review, {"answer_X1": "More"}, status=422)
    assert errors(page) == ["It is closed: its review is fixed"]
    public = site.open("/engagements/evening-in-the-hall/").main.text
    assert "How well was it done" in public


def test_r79_the_plan_sets_the_indicators_that_the_review_judges(as_person, session, carys, now):
    engagement = make_event(session, opens_at=now - timedelta(days=3))
    officer = as_person(carys)
    plan, review = f"{EVENT}leap/plan/", f"{EVENT}leap/review/"
    officer.send(plan, {"outcomes": "Better buses.", "words_0": "30 come", "target_0": "30"})
    opened(session, engagement)
    page = officer.open(plan)
    assert "the indicators are fixed" in page.main.text
    assert not page.select("#words_0")
    officer.send(review, {"results": "40 came.", "met_1": "yes", "result_1": "We counted."})
    text = officer.open(f"{EVENT}leap/").main.text
    assert ("Better buses." in text, "We counted." in text, "40 came." in text) == (True,) * 3


def test_r80_decisions_show_the_level_offered_and_warn_of_what_is_taken_away(
    as_person, session, carys
):
    opened(session, make_event(session, level="inform"))
    officer = as_person(carys)
    decided = {"title": "Close the library", "kind": "withdraw", "decided_on-day": "1",
               "decided_on-month": "11", "decided_on-year": "2026"}  # fmt: skip
    page = officer.send(f"{EVENT}decisions/", {**decided, "decided_on-year": "2027"}, status=422)
    assert "Enter a day that has been" in errors(page)[0]
    page = officer.send(f"{EVENT}decisions/", decided)
    assert "people were only told" in page.text
    assert session.scalars(select(EngagementDecision)).one().level_offered == "inform"
    text = officer.open("/desk/decided/").main.text
    assert "100% (1 of 1)" in text
    assert "1 decision took something away" in text
    assert "Close the library,withdraw" in officer.client.get("/desk/decided/decisions.csv").text


def test_r11_a_use_is_recorded_as_far_as_people_were_told(as_person, session, carys):
    make_event(session, reuse_notice="published", reuse_words="We may use what we publish.")
    make_event(session, "Silent")
    officer = as_person(carys)
    assert "were not told that you might" in officer.open(f"{DESK}silent/uses/").main.text
    use = {"item": "findings", "item_reference": "3", "plan_kind": "transport",
           "plan_reference": "Strategy, page 4", "basis": "notice"}  # fmt: skip
    page = officer.send(f"{EVENT}uses/", use, status=422)
    assert "only what is published" in errors(page)[0]
    officer.send(f"{EVENT}uses/", {**use, "basis": "published"})
    assert "Strategy, page 4" in officer.open("/desk/used-again/?plan=transport").main.text
    assert "No use is recorded" in officer.open("/desk/used-again/?plan=other").main.text


def test_r12_the_calendar_warns_of_clashes_elections_and_the_same_asked_again(
    as_person, session, carys, now
):
    session.add(
        Election(title="Poll", poll_on=(now + timedelta(days=20)).date(),
                 quiet_from=(now + timedelta(days=5)).date(), source="The law")
    )  # fmt: skip
    earlier = make_event(
        session, "Before", topic="health", opens_at=now - timedelta(days=60),
        closes_at=now - timedelta(days=50),
    )  # fmt: skip
    opened(session, earlier)
    make_event(session, topic="health")
    make_event(session, "Same evening")
    officer = as_person(carys)
    page = officer.open("/desk/calendar/?month=2026-12")
    cell = page.select("table tbody tr")[0].select("td")[-1].text
    assert all(part in cell for part in ("Same evening", "Poll", "Before"))
    page = officer.open(EVENT)
    assert page.select_one(".engage-jobs a").text == "Say what changed since last time"
    page = officer.send(f"{EVENT}details/", {"changed_since": "A new surgery."})
    assert "You say what changed." in page.main.text
    assert page.find("button", string="Open it")


def test_r12_a_subject_set_after_opening_asks_what_changed_too(as_person, session, carys, now):
    for title, opens in (("Before", 60), ("Evening in the hall", 5)):
        made = make_event(
            session, title, opens_at=now - timedelta(days=opens), closes_at=now + timedelta(days=9),
            topic="health" if title == "Before" else "",
        )  # fmt: skip
        opened(session, made)
    officer = as_person(carys)
    page = officer.send(f"{EVENT}details/", {"topic": "health", "methods": "Tea."}, status=422)
    assert "asked about the same within six months: Before" in errors(page)[0]
    assert page.select_one(".ds_error-summary a")["href"] == "#changed_since"
    assert page.select_one("[name=methods]").text.strip() == "Tea."
    session.expire_all()
    assert not session.scalars(select(Engagement.topic).where(Engagement.slug == made.slug)).one()
    said = {"topic": "health", "changed_since": "A new surgery."}
    officer.send(f"{EVENT}details/", said)
    page = officer.send(f"{EVENT}details/", {"changed_since": ""}, status=422)
    assert "Before" in errors(page)[0]
    officer.send(f"{EVENT}details/", {"topic": "", "changed_since": ""})


def test_r12_a_partners_entry_stands_on_the_calendar_until_it_is_cancelled(
    as_person, site, session, carys, now
):
    places = make_places(session)
    make_partnership(session, places.council_code)
    partner = make_partner(session)
    entry = {
        "title": "Surgery survey", "partner": str(partner.id), "kind": "survey", "topic": "health",
        "locality": str(places.harbour_id), "link": "https://nhs.example/survey",
        **instant("opens_at", now + timedelta(days=1)),
        **instant("closes_at", now + timedelta(days=9)),
    }  # fmt: skip
    officer = as_person(carys)
    wrong = entry | instant("closes_at", now) | {"locality": "999", "link": "javascript:x"}
    assert len(errors(officer.send("/desk/calendar/new/", wrong, status=422))) == 3
    officer.send("/desk/calendar/new/", entry)
    page = officer.send("/desk/calendar/new/", entry, status=422)
    assert "Say what changed since" in errors(page)[0]
    path = "/calendar/?month=2026-11"
    assert "Surgery survey" in site.open(path).main.text
    assert "Surgery survey" in site.open(f"{path}&area={places.harbour_id}").main.text
    assert "Surgery survey" not in site.open(f"{path}&area={places.glen_id}").main.text
    assert "Surgery survey" not in site.open(f"{path}&kind=round&partner=rubbish").main.text
    officer.send("/desk/calendar/1/", {"title": "Surgery questions"})
    officer.send("/desk/calendar/1/", form="/desk/calendar/1/cancel/")
    assert "Surgery" not in site.open(path).main.text
    (event_,) = Calendar.from_ical(site.client.get("/calendar/engagements.ics").data).walk("VEVENT")
    assert (str(event_["summary"]), event_["status"]) == ("Surgery questions", "CANCELLED")
    assert event_["uid"] == f"{session.scalars(select(CalendarEntry)).one().uid}@localhost"


def test_r12_the_file_of_engagements_says_how_many_partners_run_each(as_person, session, carys):
    lead, helps = make_partner(session), make_partner(session, "Lyle College")
    make_event(session, lead_partner_id=lead.id)
    officer = as_person(carys)
    officer.send(f"{EVENT}details/", {"partners": [str(lead.id), str(helps.id)]})
    assert ",0,2\r\n" in officer.client.get(f"{DESK}engagements.csv").text


def test_r12_elections_are_data_that_officers_change(as_person, session, carys):
    day = {"poll_on-day": "6", "poll_on-month": "5", "poll_on-year": "2032",
           "quiet_from-day": "7", "quiet_from-month": "5", "quiet_from-year": "2032",
           "title": "Councils", "source": "Law"}  # fmt: skip
    session.execute(delete(Election))
    officer = as_person(carys)
    page = officer.send("/desk/elections/", day, status=422)
    assert errors(page) == ["The quiet time must begin before the poll"]
    officer.send("/desk/elections/", {**day, "quiet_from-month": "3"}, form="")
    election = session.scalars(select(Election).where(Election.title == "Councils")).one()
    officer.send(f"/desk/elections/{election.id}/", {"title": "All councils"})
    path = f"/desk/elections/{election.id}/remove/"
    page = officer.send("/desk/elections/", form=path)
    assert "All councils" not in page.main.text


def test_r12_the_burden_on_each_group_the_most_asked_first(as_person, session, carys, now):
    quiet, busy = make_body(session, "Quiet Group"), make_body(session, "Busy Group")
    for number in range(3):
        engagement = make_event(session, f"Event {number}", topic="health", minutes_asked=40)
        session.add(
            Invitation(engagement_id=engagement.id, body_id=busy.id, level="inform",
                       invited_at=now - timedelta(days=200 * number))
        )  # fmt: skip
    session.commit()
    rows = as_person(carys).open("/desk/burden/").select("tbody tr")
    assert [[c.text.strip().split()[0] for c in row.select("th,td")] for row in rows] == [
        ["Busy", "2", "80", "1"], ["Quiet", "0", "0", "0"],
    ]  # fmt: skip
    assert quiet.id


def test_r12_the_burden_is_the_same_a_page_at_a_time_and_as_a_file(as_person, session, carys, now):
    names = ["Ask me not", "Bowls", "Café", "Drama", "Elders", "Football"]
    bodies = {name: make_body(session, name) for name in names}
    gone = make_body(session, "Gone", stage="dormant")
    asked = {"Bowls": (30, 30), "Drama": (60,), "Football": (30,), "Elders": (30, 50)}
    for name, minutes in [*asked.items(), ("Gone", (90, 90, 90))]:
        for number, each in enumerate(minutes):
            event = make_event(session, f"{name} {number}", topic="health", minutes_asked=each)
            body = bodies.get(name, gone)
            session.add(
                Invitation(engagement_id=event.id, body_id=body.id, level="inform", invited_at=now)
            )
    session.commit()
    since = now - timedelta(days=365)
    want = [
        ("Elders", 2, 80, 1), ("Bowls", 2, 60, 1), ("Drama", 1, 60, 0), ("Football", 1, 30, 0),
        ("Ask me not", 0, 0, 0), ("Café", 0, 0, 0),
    ]  # fmt: skip
    assert burden_facts(since) == want
    for size in (1, 2, 3, 5, 6, 9):
        pages = [burdens(since, offset=start, limit=size) for start in range(0, 6, size)]
        shown = [(b.name, b.asked, b.minutes, b.repeats) for page in pages for b in page]
        assert shown == want
    assert as_person(carys).open("/desk/burden/?page=99").select("tbody tr")


def test_r09_the_partnership_says_from_which_value_the_standards_bind(as_person, session, carys):
    make_event(session, value_pence=90_000)
    officer = as_person(carys)
    assert "seven questions apply" in officer.open(f"{EVENT}standards/").main.text
    officer.send(f"{DESK}rules/", {"standards_from": "500"})
    answer(session, session.scalar(select(Engagement)), "I", scope="seven")
    page = officer.open(f"{EVENT}standards/").main
    assert "all 38 questions apply" in page.text
    assert "1 of 4" not in page.text  # the one question of before is none of these


def test_no_page_of_engagements_asks_more_for_more_rows(as_person, session, carys, bryn, now):
    places = make_places(session)
    make_partnership(session, places.council_code)
    partner = make_partner(session)
    officer = as_person(carys)
    first = make_event(session, opens_at=now - timedelta(days=1), locality_id=places.glen_id)
    opened(session, first)
    paths = [
        EVENT, f"{EVENT}standards/", f"{EVENT}leap/", f"{EVENT}packs/", f"{EVENT}decisions/",
        f"{EVENT}uses/", "/calendar/?month=2026-11", "/calendar/?view=list",
        "/calendar/engagements.ics", "/desk/calendar/?month=2026-11", "/desk/burden/",
        "/desk/standards/?year=2026-27", "/desk/decided/", "/desk/used-again/",
        "/engagements/evening-in-the-hall/",
    ]  # fmt: skip

    def fill(numbers):
        for n in numbers:
            body = make_body(session, f"Group {n}")
            one = make_event(
                session, f"Event {n}", opens_at=now - timedelta(hours=1), topic="other",
                locality_id=places.glen_id, lead_partner_id=partner.id, changed_since="Much.",
            )  # fmt: skip
            opened(session, one)
            session.add_all(
                [
                    Invitation(engagement_id=e.id, body_id=body.id, level="inform", invited_at=now)
                    for e in (first, one)
                ]
            )
            for e in (first, one):
                session.add(
                    EngagementDecision(engagement_id=e.id, kind="plan", title=f"Plan {n}", at=now,
                                       decided_on=now.date(), level_offered="inform")
                )  # fmt: skip
            make_pack(session, first, version=str(n))
            answer(session, one, "I", "review", "seven", shown=True, score=3)
            entry = CalendarEntry(
                title=f"Entry {n}", kind="survey", partner_id=partner.id, opens_at=now,
                closes_at=now + timedelta(days=2), changed_at=now, locality_id=places.glen_id,
            )  # fmt: skip
            session.add(entry)
            session.commit()

    def asked_by():
        numbers = {}
        for path in paths:
            officer.client.get(path)
            with counted() as said:
                assert officer.client.get(path).status_code == 200, path
            numbers[path] = len(said)
        return numbers

    fill(range(2))
    few = asked_by()
    fill(range(2, 7))
    many = asked_by()
    assert {path: (few[path], many[path]) for path in paths if many[path] > few[path]} == {}
    assert max(many.values()) <= 30, many
    assert session.scalar(select(func.count(StandardAnswer.id))) == 7
