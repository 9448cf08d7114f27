"""Finding groups on the register."""

import pytest

from engage.bodies.queries import register as queries
from engage.bodies.queries.register import RegisterFilter
from tests.makers.bodies import make_body
from tests.makers.places import make_places


def names(**wanted):
    return [body.name for body in queries.find_bodies(RegisterFilter(**wanted))]


def test_the_register_holds_registered_groups_by_name(session):
    make_body(session, "the Zebra Club")
    make_body(session, "alpha Group")
    make_body(session, "Beta Group")
    for stage in ("proposed", "declined", "dormant"):
        make_body(session, f"Group that is {stage}", stage=stage)
    assert names() == ["alpha Group", "Beta Group", "the Zebra Club"]


@pytest.mark.parametrize("words", ["torry carers", "CARERS", "Torr"])
def test_a_group_is_found_by_words_of_its_name(session, words):
    make_body(session, "Young Carers of Torry")
    make_body(session, "Ferryhill Community Council")
    assert names(words=words) == ["Young Carers of Torry"]


@pytest.mark.parametrize("words", ["mens", "Men’s", "école", "ÉCOLE", "& shed"])
def test_a_group_is_found_however_its_name_is_written(session, words):
    make_body(session, "Men’s École and Shed")
    assert names(words=words) == ["Men’s École and Shed"]


@pytest.mark.parametrize("words", ["%", "_", "\\"])
def test_marks_that_mean_something_to_the_database_mean_nothing_here(session, words):
    make_body(session)
    assert names(words=words) == []


@pytest.mark.parametrize(
    ("basis", "found"), [("place", ["Both", "Local"]), ("interest", ["Both", "Shared"])]
)
def test_a_group_of_both_kinds_is_found_as_each(session, basis, found):
    make_body(session, "Both", basis="both")
    make_body(session, "Local", basis="place")
    make_body(session, "Shared", basis="interest")
    assert names(basis=basis) == found


def test_a_group_of_the_whole_area_is_found_in_each_one(session):
    places = make_places(session)
    make_body(session, "Harbour Group", localities=(places.harbour_id,))
    make_body(session, "Whole Area Group")
    assert names(locality_id=places.harbour_id) == ["Harbour Group", "Whole Area Group"]
    assert names(locality_id=places.glen_id) == ["Whole Area Group"]
    body = queries.body_by_slug("harbour-group")
    assert list(queries.area_names([body])) == [body.id]


def test_counts_of_stages(session):
    make_body(session, "One")
    make_body(session, "Two", stage="proposed")
    assert queries.stage_counts() == {"registered": 1, "proposed": 1}


@pytest.mark.parametrize(
    ("stage", "seen"),
    [("registered", True), ("proposed", True), ("declined", False), ("dormant", False)],
)
def test_a_representative_sees_groups_that_are_registered_or_wait(session, bryn, dev, stage, seen):
    body = make_body(session, represented_by=bryn, stage=stage)
    assert (queries.bodies_of(bryn.id) == [body]) is seen
    assert (queries.body_for(bryn.id, body.slug) is body) is seen
    assert queries.body_for(dev.id, body.slug) is None


def test_a_part_opens_only_what_it_may_do(session, bryn):
    body = make_body(session, represented_by=bryn, part="reader")
    assert queries.body_for(bryn.id, body.slug, ("secretary", "member")) is None


def test_mail_goes_to_open_accounts_only(session, bryn):
    body = make_body(session, represented_by=bryn)
    assert queries.addresses_of(body.id) == ["bryn@example.org"]
    bryn.is_open = False
    session.commit()
    assert queries.addresses_of(body.id) == []


def test_a_group_that_was_never_asked_has_no_wish(session):
    body = make_body(session)
    assert queries.wish_of(body) == ""
