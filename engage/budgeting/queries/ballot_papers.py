"""What every vote asks: the ballot paper as it was settled, the round, and who is let in."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from flask import current_app
from sqlalchemy import bindparam, select
from sqlalchemy.orm import defer

from engage.accounts.rules import token_hash
from engage.budgeting.models import Picture, Pot, Project, Proposal, Round, VotingPass
from engage.budgeting.rules.pots import PotRule
from engage.budgeting.rules.rounds import BallotLine
from engage.budgeting.rules.stages import Stage
from engage.budgeting.rules.wordings import Words
from engage.engagements.models import Engagement
from engage.extensions import db

#: How many ballot papers a process keeps in mind.
PAPERS_KEPT = 100
#: The stages in which the database keeps the ballot paper as it is.
SETTLED = (Stage.VOTING, Stage.CLOSED, Stage.DECLARED)


@dataclass(frozen=True)
class PaperPicture:
    """The photograph of a project, as pages show it (templates/web/pictures.html)."""

    public_id: str
    alt: str
    small_width: int
    small_height: int
    large_width: int
    large_height: int


@dataclass(frozen=True)
class PaperLine:
    """A project as it stands on the ballot paper; ``body_id`` is the group that proposed it.

    ``words`` are its title and summary, in all the words that are given. ``address`` is that of
    its proposal's page, None where it has none. ``pot`` is the number of the part of the fund that
    pays for it, None where the fund has no parts.
    """

    id: int
    number: int
    title: str
    cost_pence: int
    lot: int
    body_id: int | None
    address: str | None
    place: str
    near: str
    theme: str
    words: Words
    picture: PaperPicture | None
    pot: int | None = None

    def __hash__(self) -> int:
        """Its id tells it from the others. A page is known by its lines, so it is asked often."""
        return hash(self.id)


def ballot_paper(round_: Round) -> tuple[PaperLine, ...]:
    """Return what stands on the ballot paper of a round, in its order.

    Once the ballot is settled the database lets nobody change it, and its hash names it: each
    process reads it once.
    """
    if round_.stage not in SETTLED or round_.ballot_hash is None:
        return _ballot_paper(round_.id)
    papers: dict[str, tuple[PaperLine, ...]] = current_app.extensions.setdefault("papers", {})
    if round_.ballot_hash not in papers:
        if len(papers) >= PAPERS_KEPT:
            papers.clear()
        papers[round_.ballot_hash] = _ballot_paper(round_.id)
    return papers[round_.ballot_hash]


def ballot_titles(round_: Round, language: str, *, easy: bool) -> Sequence[tuple[str, str]]:
    """Return pairs of id (as text) and title of each project, as a reader of ``language`` sees
    them, in the order of the paper. A settled paper's are put together once, too."""
    papers: dict[tuple[Any, ...], list[tuple[str, str]]]
    papers = current_app.extensions.setdefault("paper_titles", {})
    key = (round_.ballot_hash, language, easy)
    if key in papers:
        return papers[key]
    titles = [
        (str(line.id), line.words.title_in(language, easy=easy).words)
        for line in ballot_paper(round_)
    ]
    if round_.stage in SETTLED and round_.ballot_hash is not None:
        if len(papers) >= PAPERS_KEPT:
            papers.clear()
        papers[key] = titles
    return titles


def by_part(
    lines: Iterable[PaperLine], pots: Sequence[PotRule]
) -> list[tuple[PotRule | None, list[PaperLine]]]:
    """Return the projects part by part of the fund, without empty parts; None: it has no parts."""
    listed = list(lines)
    if not pots:
        return [(None, listed)]
    found = [(pot, [line for line in listed if line.pot == pot.number]) for pot in pots]
    return [(pot, own) for pot, own in found if own]


def _ballot_paper(round_id: int) -> tuple[PaperLine, ...]:
    rows = db.session.execute(
        select(Project, Proposal.body_id, Proposal.public_id, Picture, Pot.number)
        .outerjoin(Proposal, Proposal.id == Project.proposal_id)
        .outerjoin(Picture, Picture.id == Project.picture_id)
        .outerjoin(Pot, Pot.id == Project.pot_id)
        .where(Project.round_id == round_id)
        .order_by(Project.number)
    )
    return tuple(_line(*row) for row in rows)


def _line(
    project: Project,
    body_id: int | None,
    address: str | None,
    picture: Picture | None,
    pot: int | None,
) -> PaperLine:
    return PaperLine(
        id=project.id,
        number=project.number,
        title=project.title,
        cost_pence=project.cost_pence,
        lot=project.lot,
        body_id=body_id,
        address=address,
        place=project.place,
        near=project.near,
        theme=project.theme,
        words=Words(**{f.name: getattr(project, f.name) for f in fields(Words)}),
        picture=None
        if picture is None
        else PaperPicture(**{f.name: getattr(picture, f.name) for f in fields(PaperPicture)}),
        pot=pot,
    )


def line_of(project: Project) -> BallotLine:
    """Return what the hash of the ballot says of a project."""
    return BallotLine(
        project.id,
        project.number,
        project.title,
        project.cost_pence,
        project.lot,
        project.smallest_pence,
        project.easy_title or None,
        project.gaelic_title or None,
        project.pot.number if project.pot is not None else None,
    )


#: What no vote is judged by: read where a page asks for it all the same.
_NOT_FOR_A_VOTE = (
    Round.min_award_pence,
    Round.max_award_pence,
    Round.min_age,
    Round.who_may_vote,
    Round.rule,
    Round.completion,
    Round.comparison,
    Round.increment_pence,
    Round.threshold,
    Round.tie_order,
    Round.proposals_open_at,
    Round.proposals_close_at,
    Round.discussion_opens_at,
    Round.discussion_closes_at,
    Round.reply_days,
    Round.has_proposals,
    Round.who_may_propose,
    Round.money_kind,
    Round.money_source,
    Round.deliver_by,
    Round.must_hear_pitches,
    Round.challenge_days,
    Round.leftover,
    Round.connection,
    Round.takes_paper,
    Round.separate_contests,
    Round.file_hash,
    Round.rules_hash,
)
#: Asked at each vote, and so put together once.
_ROUND_AND_VOTER = (
    select(Round, VotingPass.voter_uid)
    .join(Round.engagement)
    .outerjoin(
        VotingPass,
        (VotingPass.round_id == Round.id)
        & (VotingPass.token_hash == bindparam("token_hash"))
        & (VotingPass.expires_at > bindparam("at")),
    )
    .where(Engagement.slug == bindparam("slug"), Round.stage != Stage.PREPARING)
    .options(*(defer(column) for column in _NOT_FOR_A_VOTE))
)


def round_and_voter(slug: str, token: str, at: datetime) -> tuple[Round | None, bytes | None]:
    """Return the round at this address, as residents see it, and whom an open pass lets in.

    At once, for the one request that many send in the last minutes: the vote.
    """
    asked = {"slug": slug, "token_hash": token_hash(token), "at": at}
    row = db.session.execute(_ROUND_AND_VOTER, asked).one_or_none()
    return (None, None) if row is None else (row[0], row[1])
