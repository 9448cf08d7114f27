"""What the database itself refuses of themes and of other words; each guard is tried without it."""

import pytest
import sqlalchemy as sa

from engage import clock
from engage.budgeting.models import Picture, Project, Proposal, ProposalWording, RoundTheme
from engage.extensions import db
from engage.web.pictures import read_picture
from tests.budgeting.test_ballot_guards import is_guarded, refused
from tests.makers.budgeting import make_project, make_proposal, make_round
from tests.makers.pictures import make_picture, picture_file
from tests.makers.wordings import dress, word

pytestmark = pytest.mark.requirement("R14")


def put(model, **values):
    return sa.insert(model.__table__).values(**values)


def change(model, where, **values):
    return sa.update(model.__table__).where(where).values(**values)


@pytest.fixture
def theme(session):
    """A theme of a round that is set up."""
    round_ = make_round(session, "preparing")
    theme = RoundTheme(round_id=round_.id, position=1, name="Food")
    session.add(theme)
    session.commit()
    return theme


def test_themes_are_fixed_once_the_round_is_public(session, theme):
    own, new = (
        RoundTheme.id == theme.id,
        put(RoundTheme, round_id=theme.round_id, position=2, name="Bikes"),
    )
    statements = (
        new,
        change(RoundTheme, own, name="Other"),
        sa.delete(RoundTheme.__table__).where(own),
    )
    assert not any(refused(statement) for statement in statements)
    session.execute(sa.text("UPDATE round SET stage = 'proposals'"))
    session.commit()
    assert all(is_guarded("round_theme", statement) for statement in statements)


def test_a_proposal_has_a_theme_of_its_own_round(session, theme):
    proposal = make_proposal(session, make_round(session, "proposals", title="Another"))
    own = Proposal.id == proposal.id
    assert is_guarded("proposal", change(Proposal, own, theme_id=theme.id))


@pytest.fixture
def settled(session):
    """A round whose ballot is settled, with a project that is told in other words."""
    round_ = make_round(session, dress=dress)
    return next(project for project in round_.projects if project.easy_title)


TOLD = ("title", "easy_title", "easy_summary", "gaelic_title", "gaelic_summary", "place", "near",
        "theme")  # fmt: skip


@pytest.mark.parametrize("column", TOLD)
def test_what_a_voter_reads_is_fixed_with_the_ballot(settled, column):
    own = Project.id == settled.id
    statement = change(Project, own, **{column: "Another"})
    assert is_guarded("project", statement)


def test_a_project_gets_no_other_picture_once_the_ballot_is_settled(session, settled):
    picture = make_picture(session)
    assert is_guarded("project", change(Project, Project.id == settled.id, picture_id=picture.id))


def test_words_of_a_proposal_are_fixed_with_the_ballot(session, settled, carys):
    own = ProposalWording.proposal_id == settled.proposal_id
    new = make_proposal(session, settled.round, "New")
    assert is_guarded("proposal_wording", change(ProposalWording, own, summary="Another"))
    assert is_guarded("proposal_wording", change(ProposalWording, own, approved_at=None))
    assert is_guarded("proposal_wording", sa.delete(ProposalWording.__table__).where(own))
    added = put(
        ProposalWording, proposal_id=new.id, kind="easy", title="A", summary="B", saved_by=carys.id
    )
    assert is_guarded("proposal_wording", added)


@pytest.mark.parametrize("approved", [True, False])
def test_only_approved_words_come_onto_the_ballot(session, approved):
    round_ = make_round(session, "screening")
    proposal = make_proposal(session, round_, stage="accepted")
    project = make_project(session, round_)
    session.commit()
    word(proposal, "easy", "Mend it", "We mend it.", approved=approved)
    own, told = Project.id == project.id, {"easy_title": "Mend it", "easy_summary": "We mend it."}
    right = change(Project, own, proposal_id=proposal.id, **told)
    assert refused(right) is not approved
    assert is_guarded("project", right) is not approved
    for other in ({"easy_title": "Other"}, {"easy_summary": "Other"}):
        assert is_guarded(
            "project", change(Project, own, proposal_id=proposal.id, **{**told, **other})
        )
    assert is_guarded("project", change(Project, own, **told)), "of no proposal"


def test_a_picture_and_its_words_are_never_changed(session):
    picture = make_picture(session)
    own = Picture.id == picture.id
    assert is_guarded("picture", change(Picture, own, alt="Another"))
    assert not refused(sa.delete(Picture.__table__).where(own)), "it may be taken away"


def test_a_picture_is_not_replaced_on_sqlite(session):
    if db.engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL has no INSERT OR REPLACE")
    picture, made = make_picture(session), read_picture(picture_file())
    values = {"id": picture.id, "public_id": "another", "alt": "Another",
              "small": made.small.jpeg, "small_width": 10, "small_height": 10,
              "large": made.large.jpeg, "large_width": 10, "large_height": 10,
              "uploaded_on": clock.today()}  # fmt: skip
    assert is_guarded("picture", put(Picture, **values).prefix_with("OR REPLACE"))


def test_a_picture_on_a_ballot_stays(session):
    picture = make_picture(session)

    def show(project):
        project.picture_id = picture.id
        db.session.flush()

    make_round(session, dress=show)
    assert refused(sa.delete(Picture.__table__).where(Picture.id == picture.id))
