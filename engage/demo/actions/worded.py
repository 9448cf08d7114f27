"""What is kept beside a proposal of the demo: a drawing, easier words, and Gaelic."""

from datetime import datetime

from engage.budgeting.actions.versions import show_pictures
from engage.budgeting.actions.wordings import keep_wordings
from engage.budgeting.models import Proposal, Round
from engage.budgeting.queries.proposing import latest_versions
from engage.budgeting.queries.wordings import themes_of
from engage.budgeting.rules.proposing import Content
from engage.demo.rules.funds import Idea
from engage.demo.rules.placed import PLACED
from engage.demo.rules.story import Story
from engage.demo.rules.worded import BESIDE
from engage.web.kept_pictures import keep_picture
from engage.web.pictures import read_picture


def content_of(story: Story, round_: Round, idea: Idea) -> Content | None:
    """Return all that an idea says, where more is told of it than title, summary and cost."""
    if idea.title in PLACED:
        near, latitude, longitude = PLACED[idea.title]
        return Content(
            title=idea.title,
            summary=idea.summary,
            cost_pence=idea.pounds * 100,
            where="place",
            near=near,
            latitude=latitude,
            longitude=longitude,
        )
    beside = BESIDE.get(idea.title)
    if beside is None:
        return None
    themes = {name: number for number, name in themes_of(round_.id).items()}
    return Content(
        title=idea.title,
        summary=idea.summary,
        cost_pence=idea.pounds * 100,
        where="place" if beside.place else "whole",
        locality_id=story.localities[beside.place] if beside.place else None,
        near=beside.near,
        theme_id=themes[beside.theme],
        easy_title=beside.easy[0],
        easy_summary=beside.easy[1],
        gaelic_title=beside.gaelic[0],
        gaelic_summary=beside.gaelic[1],
    )


def keep_beside(story: Story, proposal: Proposal, *, at: datetime) -> None:
    """Show the drawing with the proposal, and approve its other words."""
    beside = BESIDE.get(proposal.title)
    if beside is None:
        return
    if beside.draw is not None:
        picture = keep_picture(read_picture(beside.draw()), beside.alt, at=at)
        show_pictures(latest_versions([proposal.id])[proposal.id], [picture])
    given = {
        kind: (*words, any(words))
        for kind, words in (("easy", beside.easy), ("gaelic", beside.gaelic))
    }
    keep_wordings(proposal, given, at=at, by=story.officer)
