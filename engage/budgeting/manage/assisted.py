"""Voting for somebody at the desk or on the telephone: who it is.

The person shows a code or two facts, or the officer has checked who they are. Nothing is kept of
it but what the same person would leave online. The vote itself is in assisted_vote.
"""

from collections.abc import Mapping
from typing import Any

from flask import abort, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as Answer

from engage import clock
from engage.accounts.rules import EmailRefused
from engage.budgeting.actions.codes import TriesRefused, open_code
from engage.budgeting.actions.lists import ListRefused, ListTriesRefused, find_listed
from engage.budgeting.actions.ways import (
    KnownTwiceRefused,
    code_identity,
    desk_identity,
    open_help,
    use_desk,
    voter_known_by,
)
from engage.budgeting.forms.voting import FactsForm
from engage.budgeting.forms.ways import DeskForm, TheirCodeForm
from engage.budgeting.manage.assisted_vote import (
    blank_ballot,
    bp,
    helping_round,
    is_open_today,
    open_round,
    too_long,
)
from engage.budgeting.models import Round
from engage.budgeting.queries.ways import list_of
from engage.budgeting.rules.codes import CodeRefused, read_code
from engage.budgeting.rules.lists import FactRefused, birthday
from engage.budgeting.rules.ways import Way, check_uses, uses
from engage.budgeting.views.eligible import (
    Shown,
    asked_place,
    band_born,
    eligibility,
    place_form,
    placing_of,
    proven,
    register_shown,
)
from engage.extensions import db
from engage.permissions import Permission
from engage.web.access import requires
from engage.web.forms import ActionForm
from engage.web.pages import page

#: How each way of showing oneself at the desk is called in an address, and which way it is.
HOW = {"code": Way.CODES, "facts": Way.LIST, "desk": Way.DESK}
TOO_MANY = (TriesRefused, ListTriesRefused)


@bp.get("/desk/rounds/<slug>/assisted/")
@requires(Permission.MANAGE_BUDGETING)
def start(slug: str) -> Answer:
    """Ask how the next person shows that they may vote; first of all, open it for the day."""
    round_ = helping_round(slug)
    if not is_open_today(round_):
        return page("voting_manage/assisted_open.html", round=round_)
    return _person_page(round_)


@bp.post("/desk/rounds/<slug>/assisted/open/")
@requires(Permission.MANAGE_BUDGETING)
def open_(slug: str) -> Answer:
    """Open assisted voting for the day: all that the trail says of it."""
    round_ = helping_round(slug)
    if not ActionForm().validate_on_submit():
        abort(400)
    open_help(round_, at=clock.now(), by=current_user.id, role=current_user.role)
    db.session.commit()
    return redirect(url_for(".start", slug=slug), 303)


@bp.post(f"/desk/rounds/<slug>/assisted/<any({','.join(HOW)}):how>/")
@requires(Permission.MANAGE_BUDGETING)
def person(slug: str, how: str) -> Answer:
    """Take a code, two facts or an officer's check, and go on to the ballot or the postcode."""
    round_ = open_round(slug)
    check_uses(round_.ways, HOW[how])
    forms = _forms(round_, how)
    form = forms[how]
    if not form.validate_on_submit():
        return _person_page(round_, forms, 422)
    if how == "desk":
        return _checked(round_, form, forms)
    try:
        shown = _shown(round_, form)
        db.session.commit()
    except (CodeRefused, ListRefused) as refusal:
        db.session.commit()  # the failed try
        form.refuse(_(str(refusal)), form.code if how == "code" else form.first)
        return _person_page(round_, forms, 429 if isinstance(refusal, TOO_MANY) else 422)
    identity = _identity(round_, shown)
    uid = voter_known_by(round_, identity)
    if uid is not None:
        return blank_ballot(round_, identity, uid)
    return page(
        "voting_manage/assisted_place.html",
        form=place_form(round_, shown),
        round=round_,
        shown=shown,
    )


@bp.post("/desk/rounds/<slug>/assisted/place/")
@requires(Permission.MANAGE_BUDGETING)
def place(slug: str) -> Answer:
    """Take the postcode of somebody who votes for the first time."""
    round_ = open_round(slug)
    shown = proven(round_, request.form.get("proof"))
    form = asked_place(round_, shown)
    if shown is None:
        return too_long(slug)
    placing = placing_of(round_, form) if form.validate_on_submit() else None
    if placing is None:
        return page("voting_manage/assisted_place.html", form=form, round=round_, shown=shown)
    uid = register_shown(round_, shown, placing, age_band=form.band)
    db.session.commit()
    return blank_ballot(round_, _identity(round_, shown), uid)


def _checked(round_: Round, form: DeskForm, forms: Mapping[str, Any]) -> Answer:
    """Register whom the officer has checked, and go on to the ballot."""
    placing = placing_of(round_, form)
    if placing is None:
        return _person_page(round_, forms, 422)
    try:
        identity = desk_identity(round_.id, form.name.data or "", form.born.data)
        uid = use_desk(
            round_.id,
            identity,
            form.email.data or "",
            placing,
            at=clock.now(),
            age_band=band_born(round_, form.born.data),
        )
        db.session.commit()
    except (EmailRefused, KnownTwiceRefused) as refusal:
        db.session.rollback()
        form.refuse(_(str(refusal)), form.email)
    except FactRefused as refusal:
        form.refuse(_(str(refusal)), form.name)
    else:
        return blank_ballot(round_, identity, uid)
    return _person_page(round_, forms, 422)


def _forms(round_: Round, sent: str = "") -> dict[str, Any]:
    """Return the forms by which somebody shows themselves here; only ``sent`` reads the request."""

    def given(how: str) -> dict[str, Any]:
        return {} if how == sent else {"formdata": None}

    forms: dict[str, Any] = {}
    if uses(round_.ways, Way.CODES):
        forms["code"] = TheirCodeForm(**given("code"))
    facts = list_of(round_.id) if uses(round_.ways, Way.LIST) else None
    if facts is not None:
        forms["facts"] = FactsForm(facts=facts, **given("facts"))
    if uses(round_.ways, Way.DESK):
        forms["desk"] = DeskForm(**given("desk"), **eligibility(round_))
    if sent and sent not in forms:
        abort(404)
    return forms


def _person_page(
    round_: Round, forms: Mapping[str, Any] | None = None, status: int = 200
) -> Answer:
    forms = _forms(round_) if forms is None else forms
    faulty = next((form for form in forms.values() if form.error_list), None)
    return page("voting_manage/assisted.html", status, form=faulty, forms=forms, round=round_)


def _shown(round_: Round, form: TheirCodeForm | FactsForm) -> Shown:
    """Return what somebody showed: the locator of a code, or the hash of two facts on the list."""
    source = f"officer {current_user.id}"
    if isinstance(form, FactsForm):
        found = find_listed(round_, form.facts, form.typed, source, at=clock.now(), kind="deskfact")
        born = birthday(form.facts, form.typed)
        return Shown("list", found.hex(), band_born(round_, born))
    code = open_code(read_code(form.code.data or "", whose="their"), source, at=clock.now())
    if code.round_id != round_.id:
        raise CodeRefused("This code is for another fund")
    return Shown("code", code.locator)


def _identity(round_: Round, shown: Shown) -> bytes:
    if shown.kind == "code":
        return code_identity(round_.id, shown.value)
    return bytes.fromhex(shown.value)
