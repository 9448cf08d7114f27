"""The ballot seen otherwise in a real browser: a filter in place, easy read, Gaelic; and nothing
that has the focus is hidden behind the choice so far.

How it works without a script is tried in tests/budgeting, page by page.
"""

from collections.abc import Callable
from typing import Any

import pytest

from engage.extensions import db
from tests.journeys.conftest import LiveSite, Person
from tests.journeys.test_ballot_papers import (
    CLUB,
    RAMP,
    SHELTER,
    TYPES,
    enter,
    put_first,
    says_the_cost,
    stored,
    submit,
)
from tests.makers.budgeting import make_round
from tests.makers.voting import make_code
from tests.makers.wordings import dress

#: Whether what has the focus, or the words beside it, are behind the choice so far; and its name.
BEHIND = """() => {
  const bar = document.getElementById("so-far"), has = document.activeElement;
  const ids = (has.getAttribute("aria-describedby") || "").split(" ").filter(Boolean);
  const seen = [has, ...ids.map((id) => document.getElementById(id))];
  const top = bar.getBoundingClientRect().top;
  const kept = getComputedStyle(bar).position === "sticky";
  const below = seen.some((each) => each.getBoundingClientRect().bottom > top + 1);
  const after = bar.compareDocumentPosition(has) & Node.DOCUMENT_POSITION_FOLLOWING;
  const counts = has !== document.body && !after && !bar.contains(has);
  return [kept && below && counts, has.id || has.tagName, kept];
}"""


def a_code(site: LiveSite, **columns: Any) -> tuple[str, dict[str, int]]:
    """Open a vote whose projects are told of; return a code, and the projects' ids by title."""
    with site.app.app_context():
        round_ = make_round(db.session, dress=dress, **columns)
        return make_code(round_), {project.title: project.id for project in round_.projects}


def unfold(voter: Person) -> None:
    """Open the part that shows some of the projects."""
    voter.page.locator("summary").filter(has_text="Show only some projects").click()


def shown(voter: Person) -> list[str]:
    """The titles of the projects that can be seen."""
    found = voter.page.locator(".engage-ballot__item:visible label bdi").all_inner_texts()
    return sorted(found)


@pytest.mark.requirement("R76")
@pytest.mark.parametrize("script", ["with script"], indirect=True)
def test_a_filter_in_place_keeps_what_is_chosen(
    live_site: LiveSite, someone: Callable[..., Person]
) -> None:
    code, ids = a_code(live_site, title="The ranking vote", **TYPES["ranking"])
    aisha = someone()
    enter(aisha, code)
    aisha.look()
    aisha.fill(**{f"rank-{ids[CLUB]}": "1"})
    unfold(aisha)
    aisha.page.get_by_label("Theme").select_option(label="Getting about")
    says_the_cost(aisha, "Chosen, but not shown now: 1.")
    assert shown(aisha) == [SHELTER, RAMP]
    assert aisha.says("Projects shown: 2 of 3")
    for title in (RAMP, SHELTER):
        put_first(aisha, title)
    places = {t: aisha.page.locator(f"#rank-{ids[t]}").input_value() for t in ids}
    assert places[CLUB], "no hidden choice goes without a word, where two is the most"
    assert places[SHELTER] < (places[RAMP] or "9")
    aisha.page.get_by_role("button", name="Show all projects").click()
    assert shown(aisha) == [SHELTER, CLUB, RAMP]
    aisha.fill(**{f"rank-{ids[t]}": place for t, place in ((SHELTER, 1), (CLUB, 2), (RAMP, ""))})

    aisha.page.get_by_role("button", name="Easy read").click()
    aisha.page.get_by_role("heading", name="How to vote").wait_for()
    aisha.checked.clear()
    aisha.look()
    assert aisha.says("We eat lunch together.")
    unfold(aisha)
    aisha.page.get_by_label("Place").select_option(label="Mastrick")
    assert shown(aisha) == [SHELTER]
    submit(aisha)
    assert stored(live_site, "ranking") == f"[{ids[SHELTER]},{ids[CLUB]}]"


@pytest.mark.requirement("R76")
@pytest.mark.parametrize("script", ["with script"], indirect=True)
def test_what_has_the_focus_is_never_behind_the_choice_so_far(
    live_site: LiveSite, someone: Callable[..., Person]
) -> None:
    projects = [(f"Project {n} in the old school", 100_000 + n) for n in range(8)]
    words = "A room where people of all ages meet, with tea and somebody who listens. " * 2

    def tell(project: Any) -> None:
        project.summary = words

    with live_site.app.app_context():
        code = make_code(make_round(db.session, projects=projects, dress=tell))
    aisha = someone()
    aisha.page.emulate_media(reduced_motion="reduce")  # no waiting for a page that glides
    enter(aisha, code)
    for width, height in ((390, 844), (390, 600), (1280, 900)):
        aisha.page.set_viewport_size({"width": width, "height": height})
        aisha.page.evaluate("() => { scrollTo(0, 0); document.activeElement.blur(); }")
        met = []
        for key in ["Tab"] * 26 + ["Shift+Tab"] * 12:
            aisha.page.keyboard.press(key)
            is_behind, name, is_kept = aisha.page.evaluate(BEHIND)
            met.append(name)
            assert is_kept, "it stays in sight"
            assert not is_behind, f"{name} at {width} by {height} after {key}"
        assert {f"projects-{n}" for n in range(8)} <= set(met)
