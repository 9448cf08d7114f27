"""The third chapter: three funds, at three points of their way, and who votes in them."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

from engage.bodies.models import CommunityBody
from engage.budgeting.actions.charter import answer_charter
from engage.budgeting.actions.codes import hand_over, issue_codes, open_code
from engage.budgeting.actions.drafts import set_questions
from engage.budgeting.actions.proposals import Draft, submit_proposal
from engage.budgeting.actions.registering import register_voter, use_code
from engage.budgeting.actions.rounds import (
    close_proposals,
    create_round,
    open_proposals,
    settle_ballot,
)
from engage.budgeting.actions.voting import begin_writing, cast_ballot
from engage.budgeting.actions.wordings import set_themes
from engage.budgeting.keys import IDENTITY, keys_of, read_key
from engage.budgeting.models import Proposal, Round
from engage.budgeting.rules.ballots import Submission, identity_of
from engage.budgeting.rules.codes import Code
from engage.budgeting.rules.plausibility import marks_of
from engage.budgeting.rules.pots import EachVoter, PotRule
from engage.budgeting.rules.rounds import RoundRules
from engage.demo.actions.checking import check_proposal
from engage.demo.actions.discussed import ask_about_projects, plan_the_pitches
from engage.demo.actions.keeping import keep_sheets
from engage.demo.actions.proposed import propose_at_length
from engage.demo.actions.worded import content_of, keep_beside
from engage.demo.rules.area import COUNCIL_CODE
from engage.demo.rules.funds import (
    CHARTER,
    DECIDES,
    HARBOUR_IDEAS,
    SHORES,
    WARM,
    Fund,
    Idea,
    make_choices,
)
from engage.demo.rules.story import Story
from engage.demo.rules.voices import FIRST_NAMES, pick_zone
from engage.engagements.actions.planning import invite_bodies
from engage.extensions import db
from engage.messages.rules import new_reference
from engage.places.queries import find_place
from engage.places.rules import bands_from

#: How many registered at the library: enough to be looked at before the count.
AT_THE_LIBRARY = 24


def run_warm_fund(story: Story, closes: datetime) -> Round:
    """Run the fund whose vote ends while the demo is filled: ``closes`` is that instant.

    The database takes ballots only while voting is really open, and closes it only by its clock.
    """
    days = (story.at(-75, 9), story.at(-47, 23, 59), story.at(-14, 9), closes)
    return _settled(story, WARM, days)


def run_open_vote(story: Story) -> Round:
    """Run the fund in which people vote now."""
    days = (story.at(-60, 9), story.at(-32, 23, 59), story.at(-4, 9), story.at(10, 23, 59))
    round_ = _settled(story, DECIDES, days)
    names = ("Lyle Harbour Community Council", "Strathlyle Young Carers")
    bodies = [db.session.get_one(CommunityBody, story.groups[name]) for name in names]
    invite_bodies(
        round_.engagement, bodies, level="empower", reason="", at=days[2], by=story.officer
    )
    ask_about_projects(story, round_)
    plan_the_pitches(story, round_)
    return round_


def run_parted_vote(story: Story) -> Round:
    """Run the fund in two parts, in which nobody has voted yet."""
    days = (story.at(-50, 9), story.at(-22, 23, 59), story.at(-1, 9), story.at(17, 23, 59))
    return _settled(story, SHORES, days)


def run_new_fund(story: Story) -> Round:
    """Run the fund that takes projects now; those that came wait for their checks."""
    days = (story.at(-10, 9), story.at(14, 23, 59), story.at(35, 9), story.at(49, 23, 59))
    round_ = _opened(story, HARBOUR_IDEAS, days)
    for number, idea in enumerate(HARBOUR_IDEAS.ideas):
        _propose(story, round_, idea, story.at(-8 + 2 * number, 18, 20))
    propose_at_length(story, round_)
    return round_


def register_voters(
    story: Story, round_: Round, number: int, part: str, first: int = 0
) -> list[bytes]:
    """Register invented residents by e-mail, each with the place of a postcode; return their uids.

    They are numbered from ``first`` on. Their addresses at example.org are hashed with the
    server's key, as everybody's is. The first ones come from the computers of a library, the
    others from home.
    """
    draw, ages = story.draw(part), story.draw(f"ages of {part}")
    zones = list(story.area.zones)
    begin_writing()
    key, uids = read_key(IDENTITY), []
    round_key = keys_of(round_.id, round_.key_check)
    for index in range(first, first + number):
        source = "the library" if index < AT_THE_LIBRARY else f"home {index}"
        postcode = draw.choice(pick_zone(draw, story.area, zones).postcodes)
        placing = find_place(postcode if draw.random() < 0.94 else "", COUNCIL_CODE)
        identity = identity_of(key, round_.id, "email", address_of(round_, index))
        marks = marks_of(round_key, round_.id, source, postcode, story.today)
        band = _age_of(round_, ages)
        uid = register_voter(round_.id, identity, placing, at=story.now, marks=marks, age_band=band)
        uids.append(uid)
    return uids


def _age_of(round_: Round, ages: Random) -> str | None:
    """Return somebody's age band: the young are few, and one in six would rather not say."""
    bands = list(bands_from(round_.min_age))
    return ages.choice(bands + bands[-3:]) if ages.random() < 5 / 6 else None


def address_of(round_: Round, number: int) -> str:
    """Return the address with which an invented resident registered."""
    return f"{round_.engagement.slug}-{number}@example.org"


def issue_cards(story: Story, round_: Round, number: int) -> list[Code]:
    """Issue voter codes for cards, and return them: nobody can see them later."""
    who: dict[str, Any] = {"at": story.now, "by": story.officer, "role": "officer"}
    return hand_over(round_, issue_codes(round_, number, **who), **who)


def voter_with_card(story: Story, code: Code, postcode: str) -> bytes:
    """Return the uid of somebody who came with a card."""
    found = open_code(code, "the demo", at=story.now)
    return use_code(found, find_place(postcode, COUNCIL_CODE), at=story.now)


@dataclass(frozen=True)
class Poll:
    """One vote as its voters meet it: the ballot, how much people like what is on it, the limit."""

    round_id: int
    ballot_hash: str
    likings: dict[int, int]
    most: int


def poll_of(round_: Round, fund: Fund) -> Poll:
    """Return the vote of a round whose ballot is settled."""
    liking = {idea.title: idea.liking for idea in fund.ideas}
    return Poll(
        round_.id,
        round_.ballot_hash or "",
        {project.id: liking[project.title] for project in round_.projects},
        round_.max_choices,
    )


def vote(poll: Poll, uid: bytes, draw: Random, *, at: datetime) -> None:
    """Cast one voter's ballot, at the real time ``at``, as a page would; the caller commits."""
    choices = make_choices(draw, poll.likings, poll.most)
    sent = Submission(str(UUID(int=draw.getrandbits(128))), 0, poll.ballot_hash, choices)
    cast_ballot(poll.round_id, uid, sent, at=at)


def _opened(story: Story, fund: Fund, days: tuple[datetime, ...]) -> Round:
    rules = RoundRules(
        pot_pence=fund.pot * 100,
        min_award_pence=fund.least * 100,
        max_award_pence=fund.most * 100,
        min_choices=1,
        max_choices=fund.choices,
        ballot_type=fund.ballot,
        min_age=fund.age,
        who_may_vote=fund.who,
        rule="greedy",
        tie_order="cost,votes,lot",
        allow_change=True,
        proposals_open_at=days[0],
        proposals_close_at=days[1],
        voting_opens_at=days[2],
        voting_closes_at=days[3],
        takes_paper=fund.takes_paper,
        leftover=fund.leftover,
        ways=fund.ways,
        connection=fund.connection,
        pots=tuple(
            PotRule(
                number,
                part.name,
                part.pounds * 100,
                story.localities[part.locality] if part.locality else None,
                "" if part.locality else part.name,
            )
            for number, part in enumerate(fund.parts, start=1)
        ),
        pots_each_voter=EachVoter.ALL.value if fund.parts else "",
        discussion_opens_at=days[2] - timedelta(days=14) if fund.is_discussed else None,
        discussion_closes_at=days[3] - timedelta(days=2) if fund.is_discussed else None,
    )
    about = {
        "title": fund.title,
        "purpose": fund.purpose,
        "level": "empower",
        "open_to_change": "Which projects get the money.",
        "fixed": fund.fixed,
        "support_offered": "Help to write a project down and to cost it, at the library.",
        "locality_id": story.localities[fund.locality] if fund.locality else None,
    }
    at = days[0] - timedelta(days=10)
    round_ = create_round(about, rules, at=at, by=story.officer)
    set_themes(round_, fund.themes, at=at, by=story.officer)
    if fund.question:
        set_questions(round_, [(fund.question, "short", False)], at=at, by=story.officer)
    open_proposals(round_, at=days[0], by=story.officer)
    return round_


def _settled(story: Story, fund: Fund, days: tuple[datetime, ...]) -> Round:
    """Take a fund from its first day to a settled ballot."""
    round_ = _opened(story, fund, days)
    span = (days[1] - days[0]) * 0.9 / len(fund.ideas)
    for number, idea in enumerate(fund.ideas, start=1):
        proposal = _propose(story, round_, idea, days[0] + span * number)
        checked = days[1] + timedelta(days=2, hours=number)
        check_proposal(story, proposal, checked, reason=idea.reason, not_met=idea.not_met)
        keep_beside(story, proposal, at=checked)
    close_proposals(round_, at=days[1] + timedelta(days=1), by=story.officer)
    answer_charter(
        round_,
        "before",
        CHARTER,
        at=days[1] + timedelta(days=5),
        by=story.officer,
    )
    keep_sheets(story, round_, at=days[1] + timedelta(days=5))
    settle_ballot(
        round_,
        at=days[1] + timedelta(days=6),
        by=story.officer,
        draw=story.draw(f"lot {fund.title}").shuffle,
    )
    return round_


def _propose(story: Story, round_: Round, idea: Idea, at: datetime) -> Proposal:
    draw = story.draw(f"{round_.engagement.title} {idea.title}")
    zones = story.area.of("Lyle Harbour") if idea.group else list(story.area.zones)
    if round_.engagement.locality_id is not None:
        zones = story.area.of("Lyle Harbour")
    postcode = draw.choice(pick_zone(draw, story.area, zones).postcodes)
    draft = Draft(
        title=idea.title,
        summary=idea.summary,
        cost_pence=idea.pounds * 100,
        name=draw.choice(FIRST_NAMES),
        body_id=story.groups[idea.group] if idea.group else None,
        pot=idea.part,
        content=content_of(story, round_, idea),
    )
    story.references[idea.title] = reference = new_reference()
    return submit_proposal(round_, draft, find_place(postcode, COUNCIL_CODE), reference, at=at)
