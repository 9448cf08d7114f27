"""What people ask about the projects of the open vote, and where they can meet them."""

from datetime import timedelta

from sqlalchemy import select

from engage.budgeting.actions.discussion import answer, ask, decide
from engage.budgeting.actions.events import plan_event
from engage.budgeting.models import DiscussionPost, Proposal, Round
from engage.budgeting.queries.discussion import Standing, decisions_of
from engage.budgeting.rules.events import EventFacts
from engage.demo.rules.story import Story
from engage.extensions import db
from engage.messages.rules import new_reference

#: Project, question, name to show, answer ('' where it still waits for one).
ASKED = (
    (
        "Skate bowl repairs",
        "Until what time would the lights be on?",
        "Morag",
        "Until 9pm from October to March, on a timer. The neighbours agreed to that.",
    ),
    (
        "Community fridge",
        "Who checks that the food is safe?",
        "",
        "Two of us hold a food hygiene certificate, and one of us is there whenever it is open.",
    ),
    ("Benches on the hill", "Will the benches have arms to push up on?", "", ""),
)


def ask_about_projects(story: Story, round_: Round) -> None:
    """Let residents ask, proposers answer and the officer publish; one question still waits."""
    for number, (title, words, name, answered) in enumerate(ASKED):
        at = story.at(-6, 18, 10) + timedelta(hours=7 * number)
        proposal = _proposal(round_, title)
        story.references[words] = reference = new_reference()
        question = _standing(ask(proposal, words, reference, name=name, at=at))
        _publish(story, question)
        if answered:
            later = question.post.at + timedelta(hours=20)
            given = answer(_standing(question.post), answered, made_by="author", at=later)
            _publish(story, _standing(given))
    sell = ask(
        _proposal(round_, "Community fridge"), "Cheap fridges at my shop!", new_reference(),
        at=story.at(-3, 11),
    )  # fmt: skip
    decide(
        _standing(sell), "held_back", reason="advertising", at=story.at(-3, 14), by=story.officer
    )
    waiting = _proposal(round_, "Orchard in Westerfield Park")
    ask(waiting, "Can the nursery pick the apples?", new_reference(), at=story.at(-1, 20))


def plan_the_pitches(story: Story, round_: Round) -> None:
    """Plan the evening on which every project is heard."""
    facts = EventFacts(
        kind="pitches",
        title="Hear every project",
        starts_at=story.at(3, 18, 30),
        ends_at=story.at(3, 20, 30),
        place="Lyle Town Hall, 1 Harbour Road",
        access=("no_steps", "toilet", "loop", "bus"),
        access_note="The lift to the hall is left of the main door.",
        support=("travel", "childcare", "bsl", "food"),
        ask_for_support="Ring 01632 960 000 or ask at any library, two days before.",
    )
    plan_event(round_, facts, at=story.at(-5, 10), by=story.officer)


def _publish(story: Story, standing: Standing) -> None:
    decide(standing, "published", at=standing.post.at + timedelta(hours=2), by=story.officer)


def _proposal(round_: Round, title: str) -> Proposal:
    wanted = select(Proposal).where(Proposal.round_id == round_.id, Proposal.title == title)
    return db.session.scalars(wanted).one()


def _standing(post: DiscussionPost) -> Standing:
    decision = next(reversed(decisions_of(post.id)), None)
    return Standing(post, decision)
