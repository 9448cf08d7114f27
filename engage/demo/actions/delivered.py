"""What becomes of the fund that was decided: awards on their way, and how people found the vote."""

import io
from datetime import datetime, timedelta
from random import Random
from typing import Any

from PIL import Image, ImageDraw

from engage.bodies.models import CommunityBody
from engage.budgeting.actions.awards import Terms, accept_award, offer_awards
from engage.budgeting.actions.delivery import (
    Movement,
    Purchase,
    add_photo,
    add_spending,
    agree_milestone,
    finish_milestone,
    judge_photo,
    record_payment,
)
from engage.budgeting.actions.evaluation import send_evaluation
from engage.budgeting.models import Award, Round
from engage.budgeting.rules.delivery import CONDITIONS, Dates, Holder
from engage.budgeting.rules.evaluation import QUESTIONS
from engage.demo.rules.story import Story
from engage.extensions import db
from engage.web.pictures import read_picture

#: Who has answered already, and the one of them that has begun.
ANSWERED = ("Soup and a seat in Castlehill", "Young carers' Saturday club")
BEGUN = "Young carers' Saturday club"
#: How many say how they found the vote, and what two of them add.
FORMS = 64
TEXTS = ("The page about the projects could have more pictures.", "Let us vote at the school too.")
#: How likely each answer is, in the order of its question.
LIKELY = {
    "first_time": (75, 20, 5),
    "easy": (40, 35, 15, 7, 3),
    "fair": (35, 35, 20, 5, 5),
    "learned": (70, 20, 10),
    "again": (85, 5, 10),
}


def give_out(story: Story, round_: Round, at: datetime) -> None:
    """Offer the awards of a declared fund; two groups have answered, and one has begun."""
    today = story.today
    dates = Dates(today + timedelta(21), today + timedelta(120), today + timedelta(150))
    for award in offer_awards(round_, Terms(CONDITIONS, dates), at=at, by=story.officer):
        if award.project.title in ANSWERED:
            _accept(award, at)
        if award.project.title == BEGUN:
            _begin(story, award, at)


def say_how_it_was(story: Story, round_: Round, at: datetime) -> None:
    """Let people fill in the form about the vote, in no order that means anything."""
    draw = story.draw("how it was")
    for number in range(FORMS):
        better = TEXTS[number] if number < len(TEXTS) else ""
        send_evaluation(round_, _answers(draw), better, at=at)


def _answers(draw: Random) -> dict[str, str]:
    return {name: draw.choices(QUESTIONS[name], LIKELY[name])[0] for name in QUESTIONS}


def _accept(award: Award, at: datetime) -> None:
    proposal, day = award.project.proposal, at.date() - timedelta(days=2)
    body_id = proposal.body_id if proposal is not None else None
    body = db.session.get(CommunityBody, body_id) if body_id is not None else None
    holder = Holder("host", "Lyle Harbour Trust", agreement_on=day)
    if body is not None and body.is_constituted:
        holder = Holder("body", constitution_on=day.replace(year=day.year - 4, day=1))
    accept_award(award, holder, "Isla", "Treasurer", at=at, by=None)


def _begin(story: Story, award: Award, at: datetime) -> None:
    who: dict[str, Any] = {"at": at, "by": story.officer}
    today = story.today
    first = agree_milestone(award, "Book the hall until Easter", today + timedelta(10), **who)
    agree_milestone(award, "Train ten helpers", today + timedelta(40), **who)
    record_payment(award, Movement("paid", award.amount_pence // 2, today, "BACS 1041"), **who)
    add_spending(award, Purchase("Hire of the hall", 84_000, today), at=at)
    add_spending(award, Purchase("Two sets of games", 6_250, today), at=at)
    finish_milestone(award, first, at=at)
    drawing = "A drawing of a hall at dusk, with light in all its windows"
    photo = add_photo(award, read_picture(_hall_at_dusk()), drawing, at=at)
    judge_photo(award, photo, "", **who)


def _hall_at_dusk() -> bytes:
    """A small picture, drawn here: nobody is on it, and nobody's rights either."""
    image = Image.new("RGB", (960, 600), "#2b3a67")
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 470, 960, 600), fill="#1b2433")
    draw.polygon([(170, 270), (480, 110), (790, 270)], fill="#5b3a29")
    draw.rectangle((210, 270, 750, 500), fill="#8c5a3c")
    for left in (250, 350, 550, 650):
        draw.rectangle((left, 320, left + 60, 400), fill="#ffd166")
    draw.rectangle((445, 360, 515, 500), fill="#f4a261")
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()
