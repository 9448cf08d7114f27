"""Every page about bodies and engagements stays quick where there are thousands of them."""

import pytest

from engage import clock
from tests.makers.crowd import crowded_paths, fill_area
from tests.makers.home import make_partnership
from tests.makers.places import make_places
from tests.test_queries import counted

#: The most that a page may ask of the database.
MOST_QUERIES = 30
#: What an address may say besides, made by hand: words of Flask's own, which no page may take up.
ODD = "?endpoint=x&slug=y&self=z&_external=1&_anchor=a&_scheme=ftp"
#: Pages that the crowd can't open, by the beginning of the address, and why.
NOT_REACHED = {
    "/community-plans/made-1/file": "a file as it was sent",
    "/desk/community-plans/made-1/file": "a file as it was sent",
    "/engagements/engagement-1/packs/1.pdf": "a file as it was sent",
    "/logo.png": "a file as it was sent",
    "/desk/assessments/1/write/": "what was signed is not written again",
    "/desk/groups/communities/community-1/actions/": "the action is another community's",
    "/desk/groups/import/request-1/": "one list as it was sent",
    "/desk/plans/plan-1/priorities/1/": "a plan has a handful of priorities",
    "/desk/reach/2025-26/base/": "only an open year is held against a budget",
    "/desk/requests/request-1/": "one request, further on",
    "/group/group-1/requests/request-1/change/": "one request, before it was sent",
    "/participation-requests/request-1/": "one request, decided",
    "/participation-requests/reports/2025-26/1/": "one report, as it was published",
    "/reports/2025-26/": "one report, as it was published",
    "/group/group-1/invitations/1/": "the invitation is another group's",
    "/group/group-1/reasons/1/reply/": "the reason is another group's",
    "/group/invitation/": "one letter's link",
    "/messages/": "one letter's link",
}


@pytest.mark.once
def test_no_page_asks_more_than_thirty_times(
    app, session, as_person, carys, bryn, now, monkeypatch
):
    monkeypatch.setattr(clock, "now", lambda: now)
    places = make_places(session)
    make_partnership(session, places.council_code)
    fill_area(session, places, bryn)
    asked, best, worst = {}, {}, {}
    paths = list(crowded_paths(app, bryn.id))
    own = [path for path in paths if path.startswith("/group/")]
    for person, asks in ((as_person(carys), paths), (as_person(bryn), own)):
        for path in asks:
            with counted() as said:
                answer = person.client.get(f"{path}{ODD}")
            asked[path] = max(asked.get(path, 0), len(said))
            best[path] = min(best.get(path, 999), answer.status_code)
            worst[path] = max(worst.get(path, 0), answer.status_code)
    assert {path for path, code in worst.items() if code >= 500} == set()
    unopened = [path for path, code in best.items() if code >= 400]
    assert [path for path in unopened if not path.startswith(tuple(NOT_REACHED))] == []
    assert {path: number for path, number in asked.items() if number > MOST_QUERIES} == {}
