"""One proposal of the demo in full: costs, a smaller award, a picture, and a second version."""

from dataclasses import replace

from engage.budgeting.actions.drafts import (
    add_picture,
    begin_changes,
    save_content,
    save_sender,
    start_draft,
)
from engage.budgeting.actions.versions import save_changes, submit_draft
from engage.budgeting.models import Round
from engage.budgeting.queries.proposing import questions_of
from engage.budgeting.rules.proposing import Content, CostItem, read_content
from engage.demo.actions.checking import check_proposal
from engage.demo.rules.area import COUNCIL_CODE
from engage.demo.rules.drawing import ALT, draw_seat
from engage.demo.rules.story import Story
from engage.demo.rules.voices import pick_zone
from engage.messages.rules import new_reference
from engage.places.queries import find_place
from engage.web.kept_pictures import keep_picture
from engage.web.pictures import read_picture

TITLE = "A seat above the harbour"


def propose_at_length(story: Story, round_: Round) -> None:
    """Write a proposal as a resident does on its pages, send it, change it, and check it."""
    at, reference = story.at(-6, 17), new_reference()
    draft = start_draft(round_, _content(story, round_), reference, at=at)
    add_picture(draft, keep_picture(read_picture(draw_seat()), ALT, at=at), at=at)
    draw = story.draw(TITLE)
    zone = pick_zone(draw, story.area, story.area.of("Lyle Harbour"))
    placing = find_place(draw.choice(zone.postcodes), COUNCIL_CODE)
    save_sender(draft, name="", email="", body_id=None, placing=placing, at=at)
    proposal, story.references[TITLE] = submit_draft(draft, at=at, reference=reference)
    later = story.at(-4, 9, 40)
    draft = begin_changes(proposal, at=later)
    said = read_content(draft.content)
    changed = said.summary.replace("a seat", "a curved seat with a back")
    save_content(draft, replace(said, summary=changed), at=later)
    save_changes(draft, part="author", at=later)
    check_proposal(story, proposal, story.at(-2, 11))


def _content(story: Story, round_: Round) -> Content:
    [question] = questions_of(round_.id)
    return Content(
        title=TITLE,
        summary="Put a seat where the steps meet the harbour road, and level the ground so that a "
        "wheelchair or a pram can stop beside it.",
        beneficiaries="People who need a rest on the steps, and everybody who likes the view.",
        cost_pence=360_000,
        items=(
            CostItem("Oak seat, made by the Men's Shed", 185_000),
            CostItem("Level ground and a path of grit", 125_000),
            CostItem("Insurance and permission", 50_000),
        ),
        where="place",
        near="the top of the harbour steps",
        match_pence=40_000,
        match_from="the Harbour Trust",
        match_agreed=True,
        takes_less=True,
        smallest_pence=235_000,
        answers=((question.id, "The Men's Shed oils the wood every spring."),),
    )
