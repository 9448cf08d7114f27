"""Communities with poorer outcomes: who speaks for each, and what is done where nobody does."""

import csv
import io
from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from engage import clock
from engage.audit.models import AuditEvent
from engage.bodies.actions import communities as actions
from engage.bodies.models import Community, CommunityAction, CommunityVoice
from engage.bodies.queries import communities as queries
from engage.bodies.rules.communities import (
    ActionDayRefused,
    CommunityDetails,
    CommunityRefused,
    ZoneRefused,
    is_late,
    standing,
    zone_codes,
)
from tests.bodies.test_bodies_views import errors
from tests.makers.bodies import make_body
from tests.makers.communities import make_community
from tests.makers.places import make_places

TODAY = date(2026, 11, 22)
CARERS = {
    "name": "Young carers",
    "kind": "interest",
    "definition": "People under 18 who look after somebody.",
    "disadvantaged": "yes",
    "evidence": "The schools' survey of 2025.",
}


@pytest.fixture(autouse=True)
def _held_clock(monkeypatch, now):
    monkeypatch.setattr(clock, "now", lambda: now)


def who(carys, now):
    return {"at": now, "by": carys.id}


@pytest.mark.parametrize(
    ("voices", "open_actions", "said"),
    [(0, 0, "nobody"), (0, 1, "reaching"), (1, 0, "heard"), (2, 3, "heard")],
)
def test_r02_a_community_is_heard_by_a_group_or_reached_by_an_action(voices, open_actions, said):
    assert standing(voices, open_actions) == said


@pytest.mark.parametrize("typed", ["S0100650", "S02006506", "Castlehill", "S01006506;x"])
def test_what_is_no_code_of_a_data_zone_is_named(typed):
    with pytest.raises(ZoneRefused, match="is not a code"):
        zone_codes(typed)


def test_an_action_is_late_from_the_day_after():
    assert not is_late(TODAY, None, TODAY)
    assert is_late(TODAY, None, TODAY + timedelta(days=1))
    assert not is_late(TODAY, TODAY, TODAY + timedelta(days=1))


def test_r02_the_gap_list_holds_those_that_no_registered_group_speaks_for(session, carys, now):
    heard, gap = make_community(session), make_community(session, "Refugees")
    make_community(session, "Anglers", disadvantaged=False, evidence="")
    make_community(session, "Ended", ended_on=TODAY)
    group, resting = make_body(session), make_body(session, "Resting", stage="dormant")
    actions.name_voice(heard, group, "Its members.", today=TODAY, **who(carys, now))
    actions.name_voice(gap, resting, "Its members.", today=TODAY, **who(carys, now))
    assert [row.community.name for row in queries.nobody_speaks_for(queries.communities())] == [
        "Refugees"
    ]
    actions.plan_action(gap, "Visit them.", "Carys", TODAY, today=TODAY, **who(carys, now))
    (row,) = queries.nobody_speaks_for(queries.communities())
    assert (row.standing, row.actions[0].what) == ("reaching", "Visit them.")


def test_r02_whoever_speaks_for_them_must_be_heard_and_the_trail_says_who_decided(
    session, carys, now
):
    community, group = make_community(session), make_body(session)
    actions.name_voice(community, group, "62 members.", today=TODAY, **who(carys, now))
    assert (group.represents_disadvantage, group.regard_decided_on) == (True, TODAY)
    assert queries.communities_of(group.id) == [community]
    voice = session.scalars(select(CommunityVoice)).one()
    assert (voice.decided_by, voice.evidence) == (carys.id, "62 members.")
    last = session.scalars(select(AuditEvent).order_by(AuditEvent.seq)).all()
    assert [e.action for e in last] == ["community.voice_decided", "body.regard_decided"]
    session.commit()
    with pytest.raises(CommunityRefused, match="named for this community already"):
        actions.name_voice(community, group, "Again.", today=TODAY, **who(carys, now))


def test_a_group_that_must_be_heard_waits_until_its_community_is_named(session, carys, now):
    group = make_body(
        session, represents_disadvantage=True, evidence="So.", regard_decided_on=TODAY
    )
    (waits,) = queries.decided_without_community()
    assert (waits.slug, waits.count) == (group.slug, 1)
    community = make_community(session)
    voice = actions.name_voice(community, group, "So.", today=TODAY, **who(carys, now))
    assert queries.decided_without_community() == []
    actions.end_voice(voice, **who(carys, now))
    assert queries.decided_without_community()[0].count == 1


def test_a_community_of_place_has_places_that_are_loaded(session, carys, now):
    places = make_places(session)
    details = CommunityDetails(
        name="Lower streets",
        kind="place",
        definition="All who live there.",
        locality_ids=(places.glen_id,),
        zone_codes=("S01999999",),
    )
    with pytest.raises(ZoneRefused, match="No data zone S01999999"):
        actions.define_community(details, today=TODAY, **who(carys, now))


def test_an_action_is_done_once_and_never_due_in_the_past(session, carys, now):
    community = make_community(session)
    with pytest.raises(ActionDayRefused):
        actions.plan_action(
            community, "Visit.", "Carys", date(2026, 11, 21), today=TODAY, **who(carys, now)
        )
    action = actions.plan_action(
        community, "Visit.", "Carys", TODAY, today=TODAY, **who(carys, now)
    )
    session.flush()
    actions.finish_action(action, community, "Ten came.", today=TODAY, **who(carys, now))
    with pytest.raises(CommunityRefused, match="before you"):
        actions.finish_action(action, community, "Again.", today=TODAY, **who(carys, now))
    assert queries.open_actions([community.id]) == {}


@pytest.mark.parametrize(
    "facts",
    [
        {"evidence": ""},
        {"decided_on": None},
        {"definition": ""},
        {"kind": "both"},
    ],
)
def test_the_database_keeps_no_community_without_evidence(session, facts):
    with pytest.raises(IntegrityError):
        make_community(session, **facts)


# Pages ------------------------------------------------------------------------------------------

DESK = "/desk/groups/communities/"


def test_r02_an_officer_fills_a_gap_from_the_list(as_person, session, carys):
    make_body(session, "Young Carers of Torry")
    site = as_person(carys)
    site.send(f"{DESK}new/", CARERS)
    assert "Nothing planned" in site.open(DESK).main.text
    path = f"{DESK}young-carers/"
    action = {"what": "Visit the clubs.", "who": "Carys"}
    day = {"due_on-day": "1", "due_on-month": "12", "due_on-year": "2026"}
    page = site.send(path, {**action, **day}, form=f"{path}actions/#actions")
    assert "Visit the clubs." in page.main.text
    number = session.scalars(select(CommunityAction.id)).one()
    site.send(f"{path}actions/{number}/done/", {"outcome": "They came."})
    voice = {"body": "carers of torry", "why": "All are young carers."}
    page = site.send(path, voice, form=f"{path}voices/")
    assert "All are young carers." in page.main.text
    assert "Nobody speaks for it" not in page.main.text
    rows = list(csv.DictReader(io.StringIO(site.client.get(f"{DESK}communities.csv").text[1:])))
    assert rows[0]["spoken_for_by"] == "Young Carers of Torry"
    number = session.scalars(select(CommunityVoice.id)).one()
    site.send(path, form=f"{path}voices/{number}/end/")
    site.send(path, form=f"{path}end/")
    assert session.scalars(select(Community)).one().ended_on is not None


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        ({"name": "!!"}, "Enter a name with letters or numbers"),
        ({"name": "young CARERS of here"}, "“young CARERS of here” is on the list already"),
        ({"kind": "place"}, "Choose a locality above, or enter data zones here"),
        ({"kind": "place", "zones": "S01999999"}, "No data zone S01999999 is loaded"),
        ({"zones": "Torry"}, "“TORRY” is not a code of a data zone, like S01006506"),
        ({"evidence": ""}, "Enter how you know that its outcomes are poorer"),
    ],
)
def test_what_is_wrong_with_a_community_is_said_at_its_field(
    as_person, session, carys, answer, message
):
    make_community(session, "Young carers of here")
    page = as_person(carys).send(f"{DESK}new/", {**CARERS, **answer}, status=422)
    assert errors(page) == [message]
    assert page.select_one("#definition").text.strip() == CARERS["definition"]
    assert session.query(Community).count() == 1


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("Zebra", "No group on the register has these words in its name"),
        ("Torry", "Which one? Enter the whole name: “Torry Carers” and “Torry Friends”"),
        ("", "Enter the name of the group"),
    ],
)
def test_a_group_that_can_not_be_told_is_asked_for_again(as_person, session, carys, name, message):
    make_community(session)
    make_body(session, "Torry Carers")
    make_body(session, "Torry Friends")
    path = f"{DESK}young-carers/"
    voice = {"body": name, "why": "So."}
    page = as_person(carys).send(path, voice, form=f"{path}voices/", status=422)
    assert errors(page) == [message]


def test_the_slower_of_two_changes_to_a_community_is_refused(as_person, session, carys):
    made = make_community(session)
    site, path = as_person(carys), f"{DESK}young-carers/change/"
    opened = site.open(path)
    site.send(path, {"definition": "First."})
    page = site.send_on(opened, path, {"definition": "Second."}, status=409)
    assert "Somebody changed this community" in errors(page)[0]
    assert made.definition == "First."


def test_an_outsider_sees_no_communities(as_person, dev):
    as_person(dev).open(DESK, status=403)
