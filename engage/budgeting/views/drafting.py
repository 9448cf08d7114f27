"""What the pages of a draft share: who may open it, which pages there are, and keeping one."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from flask import Response, abort, redirect, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.wrappers import Response as Answer

from engage import clock
from engage.bodies.models import CommunityBody
from engage.bodies.queries.register import bodies_of, part_in
from engage.bodies.rules.register import EDITORS
from engage.budgeting.actions.drafts import refuse_when_shut, save_content, save_sender
from engage.budgeting.forms.pots import pot_choices
from engage.budgeting.forms.proposing import (
    IdeaForm,
    MoneyForm,
    PaperForm,
    PlaceForm,
    SenderForm,
    StepForm,
    WordsForm,
    idea_answers,
    money_answers,
    place_answers,
    questions_form,
    words_answers,
)
from engage.budgeting.models import Proposal, ProposalDraft, Round
from engage.budgeting.queries.proposing import asks_of, draft_in, part_in_draft, place_names
from engage.budgeting.queries.rounds import area_name, public_round
from engage.budgeting.queries.wordings import themes_of
from engage.budgeting.rules.proposing import Asks, check_place, read_content
from engage.budgeting.rules.refusals import ProposalRefused
from engage.budgeting.rules.stages import takes_proposals
from engage.budgeting.views.holding import held_references
from engage.extensions import db
from engage.partners.queries import partnership
from engage.permissions import Permission
from engage.places.queries import find_place, knows_postcodes, zones_of_locality
from engage.places.rules.postcodes import Placing, PostcodeRefused
from engage.web.access import can
from engage.web.pages import page

CHANGED = _l(
    "This proposal was changed somewhere else after you opened this page. "
    "Compare what is saved with your words below, then send this page again."
)

#: The page of other words: nobody comes upon it on the way, the check leads to it.
WORDS = "words"


def round_seen(slug: str) -> Round:
    """Return the round if the public may know of it; else 404."""
    return public_round(slug) or abort(404)


def round_takes_proposals(round_: Round, at: datetime) -> bool:
    """Say whether the round takes proposals now."""
    return takes_proposals(round_.stage, round_.proposals_open_at, round_.proposals_close_at, at)


def account_id() -> int | None:
    """Return the id of the signed-in account, None where nobody is signed in."""
    return int(current_user.id) if current_user.is_authenticated else None


def own_bodies() -> dict[str, CommunityBody]:
    """Return the registered groups that the signed-in person speaks for, by slug."""
    own = account_id()
    if own is None:
        return {}
    speaks = [b for b in bodies_of(own) if part_in(b, own) in EDITORS]
    return {body.slug: body for body in speaks if body.stage == "registered"}


def part_of(draft: ProposalDraft) -> str:
    """Return what the person who asks is to a draft; '' for everybody else."""
    officer = can(Permission.MANAGE_BUDGETING)
    return part_in_draft(draft, account_id(), held_references(), officer=officer)


def found_draft(round_: Round, public_id: str) -> tuple[ProposalDraft, str]:
    """Return a draft and what the person who asks is to it; 404 where there is none."""
    draft = draft_in(round_.id, public_id) or abort(404)
    return draft, part_of(draft)


def address_of(found: ProposalDraft | Proposal, slug: str) -> str:
    """Return where a draft or a proposal is opened by its authors."""
    if isinstance(found, Proposal):
        return url_for("proposals.one", slug=slug, public_id=found.public_id)
    return url_for("proposing.check", slug=slug, public_id=found.public_id)


def unknown(round_: Round, typed: list[tuple[str, str]]) -> Response:
    """Answer whoever can't be told to be a writer; what was typed stays on the page."""
    return page("proposals/unknown.html", 401 if typed else 404, round=round_, typed=typed)


def shut(round_: Round, typed: list[tuple[str, str]]) -> Response:
    """Say that proposals are closed, and keep what was typed on the page."""
    return page("proposals/shut.html", 410, round=round_, typed=typed)


def pages_of(draft: ProposalDraft, asks: Asks) -> list[str]:
    """Return the pages on which a draft is written, in their order.

    Who sends it is the author's page alone: it holds a name and an address.
    """
    with_sender = draft.proposal_id is None and part_of(draft) != "coauthor"
    return pages_asked(asks, with_sender=with_sender)


def pages_asked(asks: Asks, *, with_sender: bool) -> list[str]:
    """Return the pages of a draft in a round that asks this; the check comes after them."""
    names = ["idea", "money", "place", "pictures"]
    names += ["questions"] if asks.questions else []
    return names + (["about"] if with_sender else [])


def show_step(name: str, draft: ProposalDraft, form: Any, **context: Any) -> Response:
    """Show a page of a draft. After a conflict: 409, with what is saved beside what was typed,
    and the version that sending again will match."""
    status, elsewhere = 200, None
    version = getattr(form, "version", None)
    if version is not None and version.data != str(draft.version) and draft.version:
        status, elsewhere = 409, read_content(draft.content)
        version.data = str(draft.version)
    names = pages_of(draft, asks_of(draft.round))
    place = names.index(name) if name != WORDS else 0
    return page(
        f"proposals/{name}.html",
        status,
        form=form,
        round=draft.round,
        draft=draft,
        number=place + 1 if name != WORDS else None,
        steps=len(names) + 1,
        before=names[place - 1] if place else "",
        elsewhere=elsewhere,
        places=place_names(),
        **context,
    )


# Keeping -----------------------------------------------------------------------------------------


def refused(
    round_: Round, draft: ProposalDraft, part: str, typed: list[tuple[str, str]]
) -> Response | None:
    if not part:
        return unknown(round_, typed)
    try:
        refuse_when_shut(round_, paper=draft.channel == "paper", at=clock.now())
    except ProposalRefused:
        return shut(round_, typed)
    return None


def kept(name: str, draft: ProposalDraft, form: StepForm) -> bool:
    """Keep the page; False, with the reason on the form, where it can't be kept."""
    if form.version.data != str(draft.version):
        form.refuse(CHANGED)
        return False
    at = clock.now()
    try:
        if isinstance(form, SenderForm):
            if not _keep_sender(draft, form, at):
                return False
        else:
            save_content(draft, form.apply(read_content(draft.content)), at=at)
        db.session.commit()
    except StaleDataError:
        db.session.rollback()
        form.refuse(CHANGED)
        return False
    except PostcodeRefused as refusal:
        db.session.rollback()
        form.refuse(refusal, form["postcode"])
        return False
    except ProposalRefused as refusal:
        db.session.rollback()
        form.refuse(refusal, next((f for f in form if f.name == refusal.about), None))
        return False
    return True


def _keep_sender(draft: ProposalDraft, form: SenderForm, at: datetime) -> bool:
    typed = form.postcode.data
    placing = find_place(typed, partnership().council_code) if typed else None
    if placing is not None:
        wanted = draft.round.engagement.locality_id
        inside = wanted is not None and placing.zone_code in zones_of_locality(wanted)
        if knows_postcodes() and not form.takes(placing):
            return False
        check_place(placing.place, wanted if inside else placing.locality_id, wanted)
        placing = Placing(placing.place, placing.zone_code)
    body = own_bodies().get(form.body.data or "")
    save_sender(
        draft,
        name=form.name.data or "",
        email=form.email.data or "",
        body_id=body.id if body is not None else None,
        placing=placing,
        received_on=form.received_on.data if isinstance(form, PaperForm) else None,
        at=at,
    )
    return True


def onwards(draft: ProposalDraft, name: str, *, complete: bool) -> Answer:
    slug, public_id = draft.round.engagement.slug, draft.public_id
    if not complete:
        return redirect(url_for("proposing.saved", slug=slug, public_id=public_id))
    names = [WORDS, "check"] if name == WORDS else [*pages_of(draft, asks_of(draft.round)), "check"]
    return redirect(step_address(slug, public_id, names[names.index(name) + 1]))


def step_address(slug: str, public_id: str, name: str) -> str:
    """Return the address of one page of a draft."""
    if name == "check":
        return url_for("proposing.check", slug=slug, public_id=public_id)
    if name == "pictures":
        return url_for("draft_pictures.pictures", slug=slug, public_id=public_id)
    return url_for("proposing.step", slug=slug, public_id=public_id, name=name)


def form_of(name: str, draft: ProposalDraft, *, complete: bool) -> StepForm:
    content = read_content(draft.content)
    make: Mapping[str, Callable[[], StepForm]] = {
        "idea": lambda: IdeaForm(
            complete=complete, data=idea_answers(content), themes=themes_of(draft.round_id)
        ),
        "words": lambda: WordsForm(complete=complete, data=words_answers(content)),
        "money": lambda: MoneyForm(
            complete=complete,
            data=money_answers(content),
            content=content,
            asks=asks_of(draft.round),
            pots=pot_choices(draft.round),
        ),
        "place": lambda: PlaceForm(
            complete=complete,
            data=place_answers(content),
            whole=_whole(draft.round),
            places=[(str(number), name) for number, name in _places(draft.round).items()],
        ),
        "questions": lambda: questions_form(
            asks_of(draft.round).questions, content, complete=complete
        ),
        "about": lambda: _sender_form(draft, complete),
    }
    return make[name]()


def _whole(round_: Round) -> str:
    area = area_name(round_)
    return _("All of %(area)s", area=area) if area else _("The whole area")


def _places(round_: Round) -> dict[int, str]:
    """Return the localities to choose from: none in a round that is for one locality."""
    return {} if round_.engagement.locality_id is not None else place_names()


def _sender_form(draft: ProposalDraft, complete: bool) -> SenderForm:
    own = {body.id: body.slug for body in own_bodies().values()}
    kept = {"name": draft.name, "email": draft.email, "body": own.get(draft.body_id or 0, "")}
    placed = draft.place != "not_given"
    if draft.channel == "paper":
        kept["received_on"] = draft.received_on  # type: ignore[assignment]
        return PaperForm(complete=complete, placed=placed, data=kept)
    bodies = [(body.slug, body.name) for body in own_bodies().values()]
    return SenderForm(complete=complete, placed=placed, bodies=bodies, data=kept)
