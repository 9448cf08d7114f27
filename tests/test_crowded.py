"""Every page about bodies and engagements stays quick where there are thousands of them."""

import pytest

from engage import clock
from tests.makers.crowd import fill_area
from tests.makers.home import make_partnership
from tests.makers.places import make_places
from tests.test_queries import counted

#: The most that a page may ask of the database.
MOST_QUERIES = 30
#: The rooms whose pages list bodies and engagements.
ROOMS = ("engage.bodies", "engage.engagements", "engage.partners", "engage.home")
#: What stands for a name in an address, by the address's beginning.
NAMES = {
    "/desk/groups/": "group-1",
    "/groups/": "group-1",
    "/group/": "group-1",
    "/desk/engagements/": "engagement-1",
}


def crowded_paths(app, account_id):
    """Return the address of every page of these rooms, each with something for its parameters."""
    adapter = app.url_map.bind("localhost")
    for rule in app.url_map.iter_rules():
        view = app.view_functions[rule.endpoint]
        if "GET" not in rule.methods or not view.__module__.startswith(ROOMS):
            continue
        values = {}
        for name in rule.arguments:
            start = next((s for s in NAMES if rule.rule.startswith(s)), None)
            values[name] = account_id if name == "account_id" else NAMES[start] if start else None
        if None not in values.values():
            yield adapter.build(rule.endpoint, values)


def test_no_page_asks_more_than_thirty_times(
    app, session, as_person, carys, bryn, now, monkeypatch
):
    monkeypatch.setattr(clock, "now", lambda: now)
    places = make_places(session)
    make_partnership(session, places.council_code)
    fill_area(session, places, bryn)
    asked, failed = {}, {}
    for person in (as_person(carys), as_person(bryn)):
        for path in crowded_paths(app, bryn.id):
            with counted() as said:
                answer = person.client.get(path)
            asked[path] = max(asked.get(path, 0), len(said))
            if answer.status_code >= 500:
                failed[path] = answer.status_code
    assert not failed
    assert len(asked) > 20
    assert {path: number for path, number in asked.items() if number > MOST_QUERIES} == {}
