"""Themes of a round, and a proposal in other words: offered by its author, approved by an officer,
and taken over by the ballot as they stand."""

import pytest

from engage import clock
from engage.budgeting.actions.proposals import add_version
from engage.budgeting.actions.rounds import settle_ballot
from engage.budgeting.actions.screening import accept_proposal, declare_interest
from engage.budgeting.actions.wordings import doubt_wordings, keep_wordings, set_themes
from engage.budgeting.models import Project, ProposalWording, VersionPicture
from engage.budgeting.queries.ballot_papers import ballot_paper
from engage.budgeting.queries.proposing import latest_versions
from engage.budgeting.queries.rounds import proposals_of, round_by_slug
from engage.budgeting.queries.wordings import themes_of, words_of
from engage.budgeting.rules.proposing import Content, read_content
from engage.budgeting.rules.refusals import ProposalRefused, RoundRefused
from engage.extensions import db
from tests.makers.accounts import sent_mail
from tests.makers.budgeting import answer_charter, make_proposal, make_round
from tests.makers.keeping import keep_sheets
from tests.makers.pictures import make_picture
from tests.makers.proposing import IDEA, ROUND, make_area, propose, write_draft
from tests.makers.screening import accept, free, make_checked_round
from tests.makers.wordings import word

DESK = "/desk/rounds/mastrick-decides/"
EASY, BOTH = ("Mend it", "We mend it."), ("Càraich e", "Càraichidh sinn e.")


def kept(proposal):
    return {
        w.kind: (w.title, w.summary, w.approved_at is not None)
        for w in db.session.query(ProposalWording).filter_by(proposal_id=proposal.id)
    }


# Themes -------------------------------------------------------------------------------------------


def test_carys_names_themes_and_proposers_choose_one(session, as_person, carys, site):
    make_area(session)
    round_ = make_round(session, "preparing", proposals_open_at=clock.now())
    page = as_person(carys).send(f"{DESK}questions/", {"themes": "Green places\n\n  Food  \n"})
    assert "saved" in page.text
    assert list(themes_of(round_.id).values()) == ["Green places", "Food"]
    page = as_person(carys).send(f"{DESK}questions/", {"themes": "Food"}, status=422)
    assert "Enter two themes or more, or none" in page.select_one(".ds_error-summary").text
    round_.stage = "proposals"
    session.commit()
    assert "Green places" in as_person(carys).open(f"{DESK}questions/").main.text
    number = next(n for n, name in themes_of(round_.id).items() if name == "Food")
    told = site.send(f"{ROUND}propose/", IDEA, status=422)
    assert "Choose what it is about" in told.select_one(".ds_error-summary").text
    propose(site, theme=str(number))
    [proposal] = proposals_of(round_.id)
    assert proposal.theme_id == number


def test_themes_are_fixed_once_proposals_open(session, carys):
    round_ = make_round(session, "proposals")
    who = {"at": clock.now(), "by": carys.id}
    set_themes(round_, [], **who)
    with pytest.raises(RoundRefused, match="The rules are fixed"):
        set_themes(round_, ["Food", "Bikes"], **who)


@pytest.fixture
def themed(session, carys):
    """A round in its checks with two themes, and their numbers."""
    round_ = make_round(session, "preparing", title="Other")
    set_themes(round_, ["Green places", "Food"], at=clock.now(), by=carys.id)
    for stage in ("proposals", "screening"):
        round_.stage = stage
        session.flush()
    session.commit()
    return round_, list(themes_of(round_.id))


def test_a_check_corrects_the_theme_and_the_sender_reads_it(session, as_person, carys, themed):
    round_, (green, food) = themed
    proposal = make_proposal(session, round_, theme_id=green, email="aisha@example.org")
    free(proposal, carys)
    path = f"/desk/rounds/other/proposals/{proposal.public_id}/"
    page = as_person(carys).open(path)
    assert page.select_one("#theme option[selected]").text == "Green places"
    as_person(carys).send(path, {"decision": "accept", "theme": str(food)})
    session.refresh(proposal)
    assert (proposal.stage, proposal.theme_id) == ("accepted", food)
    assert "under the theme “Food”" in sent_mail()[-1].body
    as_person(carys).send(path, {"decision": "accept", "theme": "999999"}, status=422)


def test_a_theme_of_another_round_is_refused(session, carys, themed):
    proposal = make_proposal(session, make_checked_round(session, criteria=()))
    free(proposal, carys)
    with pytest.raises(ProposalRefused, match="a theme of this fund"):
        accept_proposal(proposal, theme_id=themed[1][0], at=clock.now(), by=carys.id)


# Other words --------------------------------------------------------------------------------------


@pytest.fixture
def proposal(session):
    return make_proposal(session, make_checked_round(session), stage="submitted")


def test_an_author_offers_words_that_nobody_reads_before_carys_approved_them(
    session, site, as_person, carys
):
    make_area(session)
    round_ = make_round(session, "proposals")
    path = write_draft(site)
    page = site.open(f"{path}check/")
    assert "None. You can leave this out." in page.text
    page = site.send(f"{path}words/", {"easy_title": EASY[0], "easy_summary": EASY[1]})
    assert EASY[1] in page.text
    assert "Check the proposal" in page.h1.text
    site.send(f"{path}check/")
    [proposal] = proposals_of(round_.id)
    said = read_content(latest_versions([proposal.id])[proposal.id].content)
    assert (said.easy_title, said.easy_summary) == EASY
    assert words_of([proposal])[proposal.id].easy_title == ""

    words = f"{DESK}proposals/{proposal.public_id}/words/"
    page = as_person(carys).open(words)
    assert page.select_one("#easy_title")["value"] == EASY[0]
    assert not page.select_one("#easy_shown").has_attr("checked")
    as_person(carys).send(words, {})
    assert kept(proposal) == {"easy": (*EASY, False)}
    as_person(carys).send(words, {"easy_shown": "y", "gaelic_title": BOTH[0], "gaelic_shown": "y"})
    assert kept(proposal) == {"easy": (*EASY, True), "gaelic": (BOTH[0], "", True)}
    accept(proposal, carys)
    public = f"{ROUND}proposals/{proposal.public_id}/"
    assert EASY[1] in site.open(public).text
    site.open("/language/gd")
    title = site.open(public).select_one("h1 bdi")
    assert (title.text, title["lang"]) == (BOTH[0], "gd")


def test_nothing_is_shown_that_is_empty_or_of_an_older_page(session, as_person, carys, proposal):
    words = f"{DESK}proposals/{proposal.public_id}/words/"
    told = as_person(carys).send(words, {"gaelic_shown": "y"}, status=422)
    assert "Enter the words that are to be shown" in told.select_one(".ds_error-summary").text
    told = as_person(carys).send(words, {"easy_title": "Kept", "version": "99"}, status=422)
    assert "Somebody changed this before you" in told.text
    assert told.select_one("#easy_title")["value"] == "Kept"
    assert kept(proposal) == {}


def test_only_officers_keep_words_and_none_with_an_interest(
    session, as_person, dev, carys, proposal
):
    words = f"{DESK}proposals/{proposal.public_id}/words/"
    as_person(dev).open(words, status=403)
    declare_interest(proposal, True, "My club", at=clock.now(), by=carys.id)
    session.commit()
    told = as_person(carys).send(words, {"easy_title": EASY[0]}, status=422)
    assert "You have an interest" in told.text
    assert kept(proposal) == {}


def test_words_wait_again_where_the_proposal_says_something_else(session, proposal):
    word(proposal, "easy", *EASY)
    before = Content(title="Bench", summary="A seat", cost_pence=1)
    doubt_wordings(proposal, before, Content(title="Bench", summary="A seat", cost_pence=2))
    assert kept(proposal)["easy"][2] is True
    doubt_wordings(proposal, before, Content(title="Bench", summary="Two seats", cost_pence=1))
    assert kept(proposal)["easy"][2] is False


def test_the_ballot_takes_over_what_is_approved_and_then_it_is_fixed(session, carys, themed):
    make_area(session)
    round_, (_green, food) = themed
    told, untold = (
        make_proposal(session, round_, title, stage="accepted", theme_id=food, near="the pier")
        for title in ("Told", "Untold")
    )
    word(told, "easy", *EASY)
    word(told, "gaelic", *BOTH)
    word(untold, "easy", *EASY, approved=False)
    picture = make_picture(session)
    version = add_version(told, Content(title="Told"), "author", clock.now())
    session.add(VersionPicture(version_id=version.id, position=1, picture_id=picture.id))
    answer_charter(session, round_)
    session.commit()
    keep_sheets(round_, carys)
    settle_ballot(round_, at=clock.now(), by=carys.id)
    session.commit()
    lines = {line.title: line for line in ballot_paper(round_)}
    assert (lines["Told"].theme, lines["Told"].near) == ("Food", "the pier")
    assert lines["Told"].words.title_in("gd") == (BOTH[0], "gd")
    assert lines["Told"].words.summary_in("en_GB", easy=True).words == EASY[1]
    assert lines["Told"].picture.alt == picture.alt
    assert lines["Untold"].words.title_in("en_GB", easy=True).words == "Untold"
    assert lines["Untold"].picture is None
    with pytest.raises(RoundRefused, match="The ballot is final"):
        keep_wordings(told, {"easy": ("New", "New", True)}, at=clock.now(), by=carys.id)
    assert session.query(Project).count() == 2
    assert round_by_slug("other").stage == "voting"
