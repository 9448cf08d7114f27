"""Telling the demo's story from the first day to now, and committing after each chapter."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from flask import current_app

from engage import clock
from engage.accounts.queries import account_by_email
from engage.audit.actions import record
from engage.audit.rules import Happening
from engage.budgeting.actions.closing import close_if_due
from engage.budgeting.actions.codes import hand_over, issue_codes
from engage.budgeting.jobs import let_keys_go, note_all_seals, seal_open_rounds
from engage.budgeting.models import Round
from engage.budgeting.queries.rounds import open_rounds
from engage.budgeting.rules.ballots import CLOSING_WAIT, ClosedRefused
from engage.budgeting.rules.stages import Stage
from engage.consultations.models import Consultation
from engage.demo.actions import (
    consulted,
    delivered,
    efforts,
    funds,
    learned,
    papers,
    register,
    requested,
    setting,
    spine,
    techniques,
    together,
    voiced,
)
from engage.demo.rules.area import make_area
from engage.demo.rules.funds import DECIDES, WARM, Fund
from engage.demo.rules.people import PEOPLE
from engage.demo.rules.story import Story, on_day
from engage.extensions import db
from engage.home.rules import last_full_year
from engage.web.years import ReportingYear

#: How many vote in the fund that was decided, in the one that is open, and with a card in each.
WARM_VOTERS, DECIDES_VOTERS, WITH_CARD = 280, 60, 4
#: Codes that nobody has used yet, to be printed; the first is Aisha's.
SPARE_CODES = 4
#: How long the vote that is decided stays open while the demo is filled, at the least.
VOTING_SECONDS = 15

#: What a visitor may follow, in words, and under which name its reference stands in the story.
FOLLOW = {
    "Aisha’s project, which passed the checks": "Quiet room for young carers",
    "a project that was left out, and why": "A statue of the founder",
    "a project that won, and its award": "Evening bus home, Fridays and Saturdays",
    "an answer that changed the plan": "strathlyle-local-plan-what-comes-first: Evening buses",
}

#: Told what is being done, in words.
Say = Callable[[str], None]


@dataclass
class Told:
    """What a visitor needs: codes that open the vote, and references that open the follow page.

    ``parted`` is a code for the vote on a fund in parts.
    """

    codes: list[str] = field(default_factory=list)
    parted: str = ""
    references: dict[str, str] = field(default_factory=dict)


def tell_story(seed: int, say: Say, voting_seconds: int = VOTING_SECONDS) -> Told:
    """Fill an empty database with Strathlyle and return what a visitor needs.

    Everything goes through the actions that people's pages use, on the days on which it would
    have happened. Votes can't be cast on another day: so one vote really opens and closes while
    this runs, and takes at least ``voting_seconds`` and the wait after every close.
    """
    began = clock.now()
    story = Story(seed=seed, area=make_area(seed), now=began)
    plan_asked = _tell_the_past(story, say)
    told = Told()
    first = clock.now()
    _tell_the_vote_now(story, say, told)
    closes = _closing_instant(first, voting_seconds)
    warm = _tell_the_vote_that_ends(story, say, closes)
    efforts.take_part(story)
    db.session.commit()
    _tell_what_is_new(story, say, plan_asked)
    _wait_for_the_close(warm, closes, say)
    say("Checking voters, counting the votes, confirming the result")
    for step in together.STEPS:
        step(story, db.session.get_one(Round, warm), clock.now())
        db.session.commit()
    for then in (delivered.give_out, delivered.say_how_it_was):
        then(story, db.session.get_one(Round, warm), clock.now())
        db.session.commit()
    round_ = db.session.get_one(Round, warm)
    consultation = db.session.get_one(Consultation, plan_asked)
    voiced.assess_impacts(story)
    learned.learn_from_the_fund(story, round_.engagement, consultation, clock.now())
    record(Happening.DEMO_FILLED, "demo:1", at=clock.now(), actor_id=None, seed=seed)
    db.session.commit()
    let_keys_go()
    told.references = {words: story.references[key] for words, key in FOLLOW.items()}
    return told


def more_codes() -> list[str]:
    """Issue more codes for the vote that is open, and return them; none once it has closed."""
    at = clock.now()
    open_now = [r for r in open_rounds(at) if r.voting_opens_at <= at and r.stage == Stage.VOTING]
    officer = account_by_email(PEOPLE[1].email)
    if not open_now or officer is None:
        return []
    who: dict[str, Any] = {"at": at, "by": officer.id, "role": officer.role}
    codes = hand_over(open_now[0], issue_codes(open_now[0], SPARE_CODES, **who), **who)
    db.session.commit()
    return [code.text for code in codes]


def _tell_the_past(story: Story, say: Say) -> int:
    """Tell what happened until the last reporting year ended; return the plan's consultation."""
    year = last_full_year(story.today)
    opens, closes = (
        on_day(year.replace(month=8, day=20), 9),
        on_day(year.replace(month=11, day=30), 23, 59),
    )
    chapters: list[tuple[str, Callable[[], object]]] = [
        ("Drawing the map of Strathlyle", lambda: setting.draw_the_map(story)),
        ("Bringing its people", lambda: setting.bring_the_people(story)),
        ("Filling the register of groups", lambda: setting.fill_the_register(story)),
        ("Keeping the register for a year", lambda: register.keep_the_register(story)),
        ("Giving communities a seat", lambda: voiced.give_voices(story)),
        ("Letting groups ask to take part", lambda: requested.ask_to_take_part(story)),
        ("Meeting people in four halls", lambda: consulted.meet_people(story, opens)),
    ]
    for words, chapter in chapters:
        say(words)
        chapter()
        db.session.commit()
    say("Asking everybody about the plan, and telling them what came of it")
    consultation = consulted.ask_everybody(story, opens, closes)
    learned.learn(story, consultation, current_app.config["BASE_URL"])
    db.session.commit()
    say("Publishing the year's evidence")
    learned.publish_the_year(story, ReportingYear(year))
    db.session.commit()
    return consultation.id


def _tell_the_vote_now(story: Story, say: Say, told: Told) -> None:
    say("Opening Strathlyle Decides, and letting the first people vote")
    round_ = funds.run_open_vote(story)
    db.session.commit()
    _let_people_vote(story, round_.id, DECIDES, DECIDES_VOTERS)
    seal_open_rounds()
    round_ = db.session.get_one(Round, round_.id)
    uids = funds.register_voters(story, round_, len(papers.PAPERS), "library", DECIDES_VOTERS)
    db.session.commit()
    round_ = db.session.get_one(Round, round_.id)
    for _act in papers.open_station(story, round_, uids, at=clock.now()):
        db.session.commit()
    round_ = db.session.get_one(Round, round_.id)
    told.codes = [code.text for code in funds.issue_cards(story, round_, SPARE_CODES)]
    db.session.commit()
    parted = funds.run_parted_vote(story)
    db.session.commit()
    (code,) = funds.issue_cards(story, parted, 1)
    told.parted = code.text
    db.session.commit()
    round_ = db.session.get_one(Round, round_.id)
    together.ask_for_longer(story, db.session.get_one(Round, round_.id), clock.now())
    db.session.commit()


def _tell_the_vote_that_ends(story: Story, say: Say, closes: datetime) -> int:
    say("Voting in the Warm Winter Fund")
    warm = funds.run_warm_fund(story, closes).id
    db.session.commit()
    _let_people_vote(story, warm, WARM, WARM_VOTERS)
    return warm


def _tell_what_is_new(story: Story, say: Say, plan_asked: int) -> None:
    say("Asking Lyle Harbour about its plan and how good it is, opening its fund for projects")
    techniques.use_techniques(story, consulted.ask_the_harbour(story).engagement)
    funds.run_new_fund(story)
    db.session.commit()
    say("Planning and reviewing engagements, filling the shared calendar")
    spine.tell_the_year(story, plan_asked)
    db.session.commit()


def _let_people_vote(story: Story, round_id: int, fund: Fund, number: int) -> None:
    """Register voters by e-mail and by card, then let each vote; one commit for each vote."""
    round_ = db.session.get_one(Round, round_id)
    poll = funds.poll_of(round_, fund)
    uids = funds.register_voters(story, round_, number, fund.title)
    db.session.commit()
    cards = funds.issue_cards(story, db.session.get_one(Round, round_id), WITH_CARD)
    db.session.commit()
    for card, zone in zip(cards, story.area.zones, strict=False):
        uids.append(funds.voter_with_card(story, card, zone.postcodes[0]))
        db.session.commit()
    draw = story.draw(f"ballots {fund.title}")
    for uid in uids:
        try:
            funds.vote(poll, uid, draw, at=clock.now())
            db.session.commit()
        except ClosedRefused:  # a machine too busy for its own estimate: the rest stay at home
            db.session.rollback()
            return


def _closing_instant(first: datetime, voting_seconds: int) -> datetime:
    """Return when the vote closes: later on a slow machine, so that everybody gets to vote.

    ``first`` is when the vote before it began to be told, which took so long with far fewer voters.
    """
    now = clock.now()
    span = max(timedelta(seconds=voting_seconds), (now - first) * 8)
    return (now + span).replace(microsecond=0) + timedelta(seconds=1)


def _wait_for_the_close(round_id: int, closes: datetime, say: Say) -> None:
    wait = closes + CLOSING_WAIT - clock.now()
    say(f"Waiting for the vote to close by the clock ({max(1, int(wait.total_seconds()))} seconds)")
    while not close_if_due(db.session.get_one(Round, round_id), clock.now()):
        db.session.rollback()
        time.sleep(0.5)
    db.session.commit()
    note_all_seals()
