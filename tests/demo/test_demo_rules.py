"""The invented map and voices: in the official formats, and the same for the same seed."""

from collections import Counter
from random import Random

import pytest

from engage.accounts.rules import check_password
from engage.demo.rules import area as maps
from engage.demo.rules.findings import FROM_THE_FUND, FUND_IDEA, LESSONS
from engage.demo.rules.funds import DECIDES, HARBOUR_IDEAS, SHORES, WARM, make_choices
from engage.demo.rules.groups import DECLINED, REGISTERED, WAITING
from engage.demo.rules.people import PASSWORD, PEOPLE
from engage.demo.rules.placed import PLACED
from engage.demo.rules.plans import HARBOUR, WHOLE_AREA
from engage.demo.rules.voices import HARBOUR_THEMES, THEMES, make_voices
from engage.places.rules.deprivation import read_index
from engage.places.rules.localities import read_definitions
from engage.places.rules.populations import read_population
from engage.places.rules.postcodes import read_directory, tidy_postcode

SEEDS = [1, 2, 99]
FUNDS = [WARM, DECIDES, HARBOUR_IDEAS, SHORES]


@pytest.mark.parametrize("seed", SEEDS)
def test_the_official_readers_take_the_invented_files(seed):
    area = maps.make_area(seed)
    ranked = read_index(maps.index_file(area), maps.INDEX_NAME, maps.INDEX_VERSION)
    people = read_population(maps.population_file(area))
    postcodes = read_directory(maps.postcode_file(area))
    placed = read_definitions(maps.localities_file(area))
    assert len(ranked) == len(people) == len(placed) == len(area.zones) >= 60
    assert len(postcodes) == 6 * len(area.zones)
    assert Counter(one.is_live for one in postcodes)[False] == 8


@pytest.mark.parametrize("seed", SEEDS)
def test_every_fifth_and_eight_localities_of_both_kinds_are_there(seed):
    area = maps.make_area(seed)
    fifths = Counter(area.fifth(zone) for zone in area.zones)
    assert sorted(fifths) == [1, 2, 3, 4, 5]
    assert min(fifths.values()) >= 12
    assert len({zone.place.code for zone in area.zones}) == 8
    assert {zone.place.kind for zone in area.zones} == {"ward", "area"}


@pytest.mark.parametrize("write", [maps.index_file, maps.population_file, maps.postcode_file])
def test_the_same_seed_writes_the_same_file_and_another_seed_another(write):
    assert write(maps.make_area(7)) == write(maps.make_area(7))
    assert write(maps.make_area(7)) != write(maps.make_area(8))


def test_no_code_can_be_taken_for_a_real_one():
    area = maps.make_area(1)
    assert all(zone.code.startswith("S0199") for zone in area.zones)
    assert all(place.ward.startswith("S139990") for place in maps.PLACES)
    assert all(tidy_postcode(p).startswith("ZZ") for zone in area.zones for p in zone.postcodes)


def test_no_postcode_stands_twice():
    postcodes = [p for zone in maps.make_area(1).zones for p in zone.postcodes]
    assert len(postcodes) == len(set(postcodes))


def test_the_register_has_forty_groups_of_place_and_interest_some_without_a_constitution():
    assert len(REGISTERED) == 40
    assert {"place", "interest"} <= {group.basis for group in REGISTERED}
    carers = next(group for group in REGISTERED if "Young Carers" in group.name)
    assert not carers.constituted


def test_every_name_stands_once():
    names = [group.name for group in (*REGISTERED, *WAITING, DECLINED[0])]
    assert len(names) == len(set(names))


def test_every_group_that_acts_is_in_the_register():
    named = {person.speaks_for for person in PEOPLE}
    named |= {idea.group for fund in FUNDS for idea in fund.ideas}
    assert named - {""} <= {group.name for group in REGISTERED}


def test_the_demo_password_is_one_that_people_may_choose():
    for person in PEOPLE:
        check_password(PASSWORD, person.email, person.name)


@pytest.mark.parametrize("fund", FUNDS, ids=lambda fund: fund.title)
def test_every_idea_lies_within_the_limits_of_its_fund(fund):
    assert all(fund.least <= idea.pounds <= fund.most for idea in fund.ideas)


@pytest.mark.parametrize(
    ("plan", "theme"),
    [
        (plan, theme)
        for plan, of in ((WHOLE_AREA, THEMES), (HARBOUR, HARBOUR_THEMES))
        for theme in of
    ],
    ids=lambda one: one.title if one in (WHOLE_AREA, HARBOUR) else one.name,
)
def test_every_theme_speaks_of_a_paragraph_that_its_plan_has(plan, theme):
    section, paragraph = (int(part) for part in theme.paragraph.split("."))
    assert plan.sections[section - 1][1][paragraph - 1]


def test_the_findings_show_every_effect_and_name_priorities_that_are_there():
    titles = {aim.title for aim in WHOLE_AREA.priorities}
    assert {lesson.effect for lesson in LESSONS} == {"changed", "confirmed", "not_taken_up", ""}
    assert {lesson.priority for lesson in LESSONS if lesson.effect} <= titles
    assert FROM_THE_FUND.priority in titles
    assert FUND_IDEA in {idea.title for idea in WARM.ideas}


def test_the_harbour_plan_is_of_a_locality():
    assert HARBOUR.locality in {place.name for place in maps.PLACES}


def test_the_same_seed_says_the_same():
    area = maps.make_area(1)
    zones = list(area.zones)
    first, again, other = (make_voices(s, area, zones, 20, "residents") for s in (1, 1, 2))
    assert first == again
    assert first != other


def test_a_voter_chooses_different_projects_up_to_the_limit():
    draw = Random(1)  # noqa: S311 - no secret
    for _ in range(200):
        chosen = make_choices(draw, {1: 5, 2: 1, 3: 9, 4: 1}, 3)
        assert 1 <= len(chosen) <= 3
        assert len(set(chosen)) == len(chosen)


def test_each_place_belongs_to_a_project_of_the_decided_fund() -> None:
    assert set(PLACED) < {idea.title for idea in WARM.ideas}
