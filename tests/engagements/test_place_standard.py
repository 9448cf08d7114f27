"""Place Standard through its pages and in the database: each answer once, none after the close."""

import io
from datetime import timedelta
from types import SimpleNamespace

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from engage.disclosure.rules import THRESHOLD
from engage.engagements.actions import place_standard as actions
from engage.engagements.actions.standard_answers import answer_on_paper, answer_online
from engage.engagements.models import (
    ParticipationFact,
    PlaceStandardAnswer,
    PlaceStandardExercise,
    PlaceStandardResponse,
    PlaceStandardTheme,
    PlaceStandardVersion,
)
from engage.engagements.queries.place_standard import versions
from engage.engagements.rules.place_standard import ExerciseRefused, Said
from engage.engagements.rules.standard_themes import VERSIONS
from tests.makers.engagements import make_engagement
from tests.makers.place_standard import TODAY, answer, close_and_publish, make_exercise

PUBLIC = "/place-standard/how-good-is-kirkton/"
DESK = "/desk/place-standard/how-good-is-kirkton/"
DAY = timedelta(days=1)


@pytest.fixture
def exercise(session):
    return make_exercise(session, make_engagement(session, kind="event"))


@pytest.fixture
def hold(monkeypatch, now):
    """Call with days: the pages are opened so long after the story's instant."""

    def at(days=0):
        held = SimpleNamespace(now=lambda: now + days * DAY, today=lambda: TODAY + days * DAY)
        for module in ("views", "manage"):
            monkeypatch.setattr(f"engage.engagements.{module}.place_standard.clock", held)
        monkeypatch.setattr("engage.engagements.manage.standard_answers.clock", held)

    at()
    return at


def refused(session, statement, **values):
    with pytest.raises(DBAPIError):
        session.execute(sa.text(statement), values)
    session.rollback()


def count(session, model):
    return session.scalar(sa.select(sa.func.count()).select_from(model))


def test_r13_anybody_answers_without_an_account_and_a_second_press_counts_once(
    site, session, exercise, hold
):
    page = site.open(PUBLIC)
    assert len(page.select(".engage-scale")) == 14
    sent = {"score_moving": "2", "score_safe": "7", "good_safe": "Light.", "priorities": ["moving"]}
    assert "your answer is kept" in site.send_on(page, PUBLIC, sent).main.text
    assert "your answer is kept" in site.send_on(page, PUBLIC, sent).main.text
    assert count(session, PlaceStandardResponse) == 1
    said = {
        a.theme.axis: (a.score, a.good, a.is_priority, a.reading)
        for a in session.scalars(sa.select(PlaceStandardAnswer))
    }
    assert said == {"moving": (2, "", True, "none"), "safe": (7, "Light.", False, "waiting")}
    assert count(session, ParticipationFact) == 0  # nobody was asked where they live


def test_r13_a_bad_answer_is_told_and_nothing_typed_is_lost(site, session, exercise, hold):
    assert "Answer at least one theme" in site.send(PUBLIC, {}, status=422).main.text
    sent = {"kind": "group", "score_moving": "2", "good_moving": "Wide.",
            "priorities": ["moving", "safe", "care", "play"]}  # fmt: skip
    page = site.send(PUBLIC, sent, status=422)
    assert "how many people were in the group" in page.main.text
    assert page.find(id="good_moving").text.strip() == "Wide."
    assert page.find("details", open=True)
    page = site.send(PUBLIC, {**sent, "people": "9"}, status=422)
    assert "Choose 3 themes or fewer" in page.main.text
    assert page.find(id="score_moving-1").has_attr("checked")
    site.send(PUBLIC, {**sent, "score_moving": "9"}, status=422)
    assert count(session, PlaceStandardResponse) == 0


def test_before_its_days_and_after_them_nobody_answers_online(site, session, exercise, hold):
    page = site.open(PUBLIC)
    hold(days=10)
    assert "It is closed" in site.open(PUBLIC).main.text
    site.send_on(page, PUBLIC, {"score_moving": "2"}, status=410)
    with pytest.raises(ExerciseRefused, match="closed"):
        answer_online(exercise, "individual", 1, {"moving": Said(1)}, press="p", at=exercise.
                      engagement.closes_at)  # fmt: skip
    make_exercise(session, exercise.engagement, "Not yet", stage="preparing")
    site.open("/place-standard/not-yet/", status=404)


def test_an_exercise_of_an_engagement_by_invitation_is_not_listed(site, session, exercise, hold):
    assert exercise.title in site.open("/place-standard/").main.text
    exercise.engagement.is_public = False
    session.commit()
    assert exercise.title not in site.open("/place-standard/").main.text


def test_r13_an_officer_plans_opens_enters_reads_and_publishes(
    as_person, site, session, carys, hold
):
    engagement = make_engagement(session)
    desk = as_person(carys)
    days = {"opens_on-day": "20", "opens_on-month": "11", "opens_on-year": "2026",
            "closes_on-day": "25", "closes_on-month": "11", "closes_on-year": "2026"}  # fmt: skip
    sent = {"engagement": str(engagement.id), "title": "How good is Kirkton?", **days}
    page = desk.send("/desk/place-standard/new/", sent, status=422)
    assert "Choose an area, or enter" in page.main.text
    desk.send("/desk/place-standard/new/", {**sent, "place_name": "Kirkton"})
    site.open(PUBLIC, status=404)
    desk.send(DESK + "open/")
    assert "Kirkton" in site.open("/place-standard/").main.text
    paper = {"kind": "group", "people": "6", "score_moving": "3", "better_moving": "Kerbs."}
    desk.send(DESK + "paper/", paper)
    desk.send(DESK + "paper/", {**paper, "better_moving": "Mrs R blocks it."})
    assert "until 25 November 2026" in desk.open(DESK).main.text
    page = desk.send(DESK + "closed/", status=422)
    assert "People may still answer today" in page.main.text
    hold(days=5)
    desk.send(DESK + "closed/")
    assert "never after" in desk.open(DESK + "paper/").main.text
    page = desk.open(DESK + "comments/")
    names = [box["name"] for box in page.select("input[value=shown]")]
    desk.send_on(page, DESK + "comments/", {names[0]: "shown", names[1]: "held"})
    assert "Nothing waits" in desk.open(DESK + "comments/").main.text
    site.open(PUBLIC + "results/", status=404)
    desk.send(DESK + "published/")
    results = site.open(PUBLIC + "results/").main.text
    assert "with 12 people together" in results
    assert "Nobody answered in this way" in results  # people alone are apart
    comments = site.open(PUBLIC + "comments/").main.text
    assert "Kerbs." in comments
    assert "Mrs R" not in comments


def test_r13_results_have_a_wheel_with_words_and_its_table_and_a_file(
    site, session, exercise, hold
):
    answer(session, exercise, 5, times=4)
    answer(session, exercise, 2, moving=Said(1, is_priority=True), times=2)
    answer(session, exercise, 6, kind="group", people=9)
    close_and_publish(session, exercise)
    page = site.open(PUBLIC + "results/")
    assert len(page.select("svg title")) == len(page.select("svg desc")) == 2
    rows = [[cell.text.strip() for cell in row.select("th, td")] for row in page.select("tr")]
    assert ["1. Moving around", "3.7", "6", "fewer than 5"] in rows
    assert ["1. Moving around", "6.0", "9", "0"] in rows
    assert "never put together in one mean" in page.main.text
    file = site.client.get(PUBLIC + "results.csv").text
    assert "people alone,1,Moving around,moving,6,3.7,fewer than 5" in file


def test_r13_below_the_minimum_a_sentence_stands_for_the_results(site, session, exercise, hold):
    answer(session, exercise, 1, times=THRESHOLD - 1, safe=Said(1, better="Dark."))
    session.execute(sa.update(PlaceStandardAnswer).where(PlaceStandardAnswer.better != "").values(
        reading="shown", read_at=exercise.engagement.opens_at))  # fmt: skip
    close_and_publish(session, exercise)
    page = site.open(PUBLIC + "results/")
    assert "so that nobody can be recognised" in page.main.text
    assert not page.select("svg")
    assert "Dark." not in site.open(PUBLIC + "comments/").main.text
    assert site.client.get(PUBLIC + "results.csv").text.count("\n") == 1


def test_r13_places_and_times_are_compared_by_theme_across_versions(site, session, exercise, hold):
    earlier = make_exercise(
        session, exercise.engagement, "Kirkton before", version="2016",
        opens_on=TODAY - 800 * DAY, closes_on=TODAY,
    )  # fmt: skip
    for one, score in ((earlier, 2), (exercise, 5)):
        answer(session, one, score, times=6)
        close_and_publish(session, one)
    page = site.open(f"/place-standard/compare/?first={exercise.slug}&second={earlier.slug}")
    rows = [[cell.text.strip() for cell in row.select("th, td")] for row in page.select("tr")]
    assert ["7. Facilities and services", "2.0", "5.0", "+3.0"] in rows
    assert ["Facilities and amenities", "Facilities and services"] in rows
    assert "different versions" in page.main.text
    page = site.open("/place-standard/compare/?first=rubbish")
    assert "Choose two or three" in page.main.text


def test_r13_a_file_is_loaded_whole_once_or_not_at_all(as_person, session, carys, exercise, hold):
    desk = as_person(carys)

    def sent(text):
        return {"file": (io.BytesIO(text.encode()), "answers.csv")}

    bad = "kind,moving\nindividual,9\nindividual,3\n"
    page = desk.send(DESK + "file/", sent(bad), status=422)
    assert "Line 2" in page.main.text
    assert count(session, PlaceStandardResponse) == 0
    good = "kind,moving,moving_good\nindividual,3,Wide\nindividual,4,\n"
    assert "2 answers are kept" in desk.send(DESK + "file/", sent(good)).main.text
    page = desk.send(DESK + "file/", sent(good), status=422)
    assert "loaded before" in page.main.text
    assert count(session, PlaceStandardResponse) == 2
    assert {r.channel for r in session.scalars(sa.select(PlaceStandardResponse))} == {"imported"}
    assert "moving_better" in desk.client.get(DESK + "form.csv").text


def test_paper_is_of_a_day_of_the_exercise(session, exercise, carys, now):
    said = {"moving": Said(1)}
    with pytest.raises(ExerciseRefused, match="a day on which"):
        answer_on_paper(
            exercise, "individual", 1, said, press="p", on_day=TODAY + 10 * DAY, at=now, by=carys.id
        )


def test_r13_labels_are_data_until_people_saw_them(as_person, session, carys, exercise, hold):
    desk = as_person(carys)
    desk.send("/desk/place-standard/versions/2016/", {"label_work": "Work and money"})
    worded = {v.name: {t.axis: t.label for t in v.themes} for v in versions()}
    assert worded["2016"]["work"] == "Work and money"
    assert "its words stay" in desk.open("/desk/place-standard/versions/2022/").main.text
    page = desk.send("/desk/place-standard/versions/new/?like=2022", {"name": "2016"}, status=422)
    assert "choose another name" in page.main.text
    desk.send("/desk/place-standard/versions/new/?like=2022", {"name": "Children"})
    assert [v.name for v in versions()] == ["2022", "2016", "Children"]
    with pytest.raises(ExerciseRefused, match="add a new one"):
        actions.word_version(
            "2022", "", VERSIONS[0].themes, is_new=False, at=exercise.engagement.opens_at, by=None
        )


def test_once_opened_only_words_and_a_later_last_day_change(session, exercise, now):
    told = {"title": "Kirkton now", "about": "", "locality_id": None, "place_name": "Kirkton",
            "opens_on": exercise.opens_on, "closes_on": exercise.closes_on + DAY,
            "version": "2022"}  # fmt: skip
    actions.change_exercise(exercise, told, at=now, by=None)
    for bad in ({"place_name": "Moon"}, {"version": "2016"}, {"closes_on": TODAY}):
        with pytest.raises(ExerciseRefused):
            actions.change_exercise(exercise, {**told, **bad}, at=now, by=None)
    session.commit()


# What the database refuses -----------------------------------------------------------------------

RESPONSE = (
    "INSERT INTO place_standard_response (exercise_id, press, kind, people, channel, on_day) "
    "VALUES (:exercise, :press, :kind, :people, 'online', :day)"
)
ANSWER = (
    "INSERT INTO place_standard_answer "
    "(response_id, theme_id, score, good, better, is_priority, reading) "
    "VALUES (:response, :theme, :score, '', '', :priority, 'none')"
)


def test_r13_the_database_takes_1_to_7_one_answer_a_theme_and_three_priorities(session, exercise):
    answer(session, exercise, None, moving=Said(4))
    response = session.scalar(sa.select(PlaceStandardResponse.id))
    themes = list(
        session.scalars(sa.select(PlaceStandardTheme.id).order_by(PlaceStandardTheme.position))
    )
    good = {"response": response, "theme": themes[1], "score": 4, "priority": True}
    for bad in (
        {"score": 0},
        {"score": 8},
        {"theme": themes[0]},
        {"score": None, "priority": False},
    ):
        refused(session, ANSWER, **{**good, **bad})
    for theme in themes[1:4]:
        session.execute(sa.text(ANSWER), {**good, "theme": theme})
    refused(session, ANSWER, **{**good, "theme": themes[4]})
    session.execute(sa.text(ANSWER), {**good, "theme": themes[1]})
    session.commit()
    other = actions.keep_version("2016")
    session.commit()
    refused(session, ANSWER, **{**good, "theme": other.themes[0].id})
    for change in ("score = 5", "good = 'x', reading = 'waiting'", "is_priority = false"):
        refused(session, f"UPDATE place_standard_answer SET {change}")
    for table in ("place_standard_answer", "place_standard_response"):
        refused(session, f"DELETE FROM {table}")
    refused(session, "UPDATE place_standard_response SET people = 1")
    session.execute(sa.text("UPDATE place_standard_answer SET reading = 'none'"))


def test_half_a_number_is_no_score(session, exercise):
    if session.get_bind().dialect.name != "sqlite":
        pytest.skip("an integer column of PostgreSQL holds no halves")
    answer(session, exercise, None, moving=Said(4))
    theme = session.scalar(
        sa.select(PlaceStandardTheme.id).where(PlaceStandardTheme.axis == "safe")
    )
    response = session.scalar(sa.select(PlaceStandardResponse.id))
    refused(
        session, ANSWER.replace(":score", "3.5"), response=response, theme=theme, priority=False
    )


def test_r13_the_database_takes_no_answer_twice_out_of_its_days_or_after_the_close(
    session, exercise
):
    good = {"exercise": exercise.id, "press": "once", "kind": "individual", "people": 1,
            "day": TODAY}  # fmt: skip
    session.execute(sa.text(RESPONSE), good)
    session.commit()
    for bad in (
        {}, {"press": ""}, {"people": 2}, {"kind": "group"}, {"day": TODAY + 10 * DAY},
        {"day": TODAY - 10 * DAY},
    ):  # fmt: skip
        refused(session, RESPONSE, **{**good, **({"press": "new"} if bad else {}), **bad})
    response = session.scalar(sa.select(PlaceStandardResponse.id))
    theme = session.scalar(sa.select(PlaceStandardTheme.id))
    refused(session, "DELETE FROM place_standard_response")
    close_and_publish(session, exercise, to="closed")
    refused(session, RESPONSE, **{**good, "press": "late"})
    refused(session, ANSWER, response=response, theme=theme, score=4, priority=False)


def test_no_theme_comes_into_a_version_that_people_answered(session, exercise, now):
    bare = PlaceStandardVersion(name="Bare")
    session.add(bare)
    session.flush()
    one = PlaceStandardTheme(version_id=bare.id, position=1, axis="safe", label="Safe", prompt="")
    session.add(one)
    session.execute(
        sa.insert(PlaceStandardExercise).values(
            slug="bare", engagement_id=exercise.engagement_id, version_id=bare.id, title="x",
            place_name="x", opens_on=TODAY, closes_on=TODAY, stage="preparing",
        )
    )  # fmt: skip
    session.execute(
        sa.text("UPDATE place_standard_exercise SET stage = 'open' WHERE slug = 'bare'")
    )
    session.commit()
    refused(
        session,
        "INSERT INTO place_standard_theme (version_id, position, axis, label, prompt) "
        "VALUES (:version, 2, 'care', 'Care', '')",
        version=bare.id,
    )


def test_an_exercise_goes_one_way_and_stays_as_it_was_opened(session, exercise):
    refused(session, "UPDATE place_standard_exercise SET stage = 'preparing'")
    refused(
        session,
        "UPDATE place_standard_exercise SET stage = 'published', published_at = '2026-12-01'",
    )
    for change in ("place_name = 'Moon'", "opens_on = '2026-01-01'", "closes_on = '2026-11-22'"):
        refused(session, f"UPDATE place_standard_exercise SET {change}")
    refused(session, "UPDATE place_standard_theme SET label = 'Other'")
    refused(session, "DELETE FROM place_standard_theme")
    refused(session, "DELETE FROM place_standard_exercise")
    close_and_publish(session, exercise, to="closed")
    refused(session, "UPDATE place_standard_exercise SET stage = 'open'")
    refused(session, "UPDATE place_standard_exercise SET closes_on = '2027-12-31'")
    with pytest.raises(DBAPIError):
        session.execute(
            sa.insert(PlaceStandardExercise).values(
                slug="x", engagement_id=exercise.engagement_id, version_id=exercise.version_id,
                title="x", place_name="x", opens_on=TODAY, closes_on=TODAY, stage="open",
            )
        )  # fmt: skip
    session.rollback()
