"""Marking, at a station, who votes on paper: nobody who is marked can vote online.

Somebody shows at a station what would let them in online: by each way that the round declares and
by no other, so that the mark and the vote stand in one place. A mark can't be undone, so nothing is
written before the officer has seen on a second page what they typed.
"""

from collections.abc import Callable, Mapping
from typing import Any

from flask import abort, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as Answer

from engage import clock
from engage.accounts.rules import EmailRefused, source_of
from engage.budgeting.actions.accepting import mark_voter
from engage.budgeting.actions.codes import TriesRefused, open_code
from engage.budgeting.actions.lists import ListRefused, ListTriesRefused, find_listed
from engage.budgeting.actions.registering import (
    OutsideRefused,
    check_place,
    use_code,
    voter_of_code,
)
from engage.budgeting.actions.ways import account_identity, desk_identity, use_desk, use_identity
from engage.budgeting.forms.papers import ListedForm, WhoForm
from engage.budgeting.forms.ways import DeskForm
from engage.budgeting.manage.papers import batch_or_404, bp, is_open, paper_round_or_404
from engage.budgeting.models import PaperBatch, Round
from engage.budgeting.queries.ways import list_of
from engage.budgeting.rules.ballots import VoteRefused
from engage.budgeting.rules.codes import CodeRefused, read_code
from engage.budgeting.rules.lists import FactRefused, birthday, tells_birthday
from engage.budgeting.rules.ways import Way, uses
from engage.budgeting.views.eligible import band_born, eligibility, placing_of
from engage.extensions import db
from engage.messages.rules import in_fours, tidy_code
from engage.partners.queries import partnership
from engage.permissions import Permission
from engage.places.queries import find_place
from engage.places.rules import Placing, PostcodeRefused
from engage.web.access import actor, requires
from engage.web.filters import long_date
from engage.web.pages import page

TOO_MANY = (TriesRefused, ListTriesRefused)


@bp.route("/<int:batch_id>/mark/", methods=["GET", "POST"])
@requires(Permission.MANAGE_BUDGETING)
def mark(slug: str, batch_id: int) -> Answer:
    """Mark that somebody votes on paper, before they are given one: by a code or an address."""
    return _mark(slug, batch_id, "who")


@bp.post("/<int:batch_id>/mark/<any(facts,desk):how>/")
@requires(Permission.MANAGE_BUDGETING)
def mark_by(slug: str, batch_id: int, how: str) -> Answer:
    """Mark somebody by two facts on the list, or whom the officer has checked."""
    return _mark(slug, batch_id, how)


def _mark(slug: str, batch_id: int, how: str) -> Answer:
    """Show what marks somebody here, and mark whom the form that was sent is about."""
    round_ = paper_round_or_404(slug)
    if not round_.ways:
        abort(404)  # nobody votes online, so that nobody could vote twice
    batch, status = batch_or_404(round_, batch_id), 200
    forms = _forms(round_, how if request.method == "POST" else "")
    form = forms.get(how)
    if request.method == "POST" and form is None:
        abort(404)
    fits = form is not None and form.validate_on_submit() and _has_no_slip(round_, how, form)
    if fits and not {"sure", "change"} & set(request.form):
        return _check_page(round_, batch, form)
    if form is not None and fits and "sure" in request.form:
        try:
            uid = VOTER[how](round_, form)
            if uid is not None:
                db.session.commit()
                mark_voter(batch, uid, at=clock.now(), **actor())
                db.session.commit()
                flash(_("Marked. Give them one paper."))
                return redirect(url_for(".mark", slug=slug, batch_id=batch_id))
        except (CodeRefused, ListRefused) as refusal:
            db.session.commit()  # the failed try
            form.refuse(_(str(refusal)), form[_first(how)])
            status = 429 if isinstance(refusal, TOO_MANY) else 422
        except (PostcodeRefused, OutsideRefused) as refusal:
            form.refuse(_(str(refusal)), form.postcode)
        except (VoteRefused, EmailRefused, FactRefused) as refusal:
            db.session.rollback()
            where = "email" if how == "desk" and isinstance(refusal, EmailRefused) else _first(how)
            form.refuse(_(str(refusal)), form[where])
    return page(
        "rounds_manage/paper/mark.html",
        status,
        form=form,
        forms=forms,
        round=round_,
        batch=batch,
        is_open=is_open(round_),
    )


def _has_no_slip(round_: Round, how: str, form: Any) -> bool:
    """Refuse what can be seen to be wrong before anybody is looked for, all of it at once."""
    try:
        if how == "desk":
            desk_identity(round_.id, form.name.data or "", form.born.data)
        elif how == "who" and "@" in (form.who.data or ""):
            account_identity(round_.id, form.who.data)
        elif how == "who":
            read_code(form.who.data or "", whose="their")
    except (CodeRefused, EmailRefused, FactRefused) as refusal:
        form.refuse(_(str(refusal)), form[_first(how)])
    if how == "desk":
        placing_of(round_, form)
    else:
        try:
            _place(round_, form)
        except (PostcodeRefused, OutsideRefused) as refusal:
            form.refuse(_(str(refusal)), form.postcode)
    return not form.errors


def _check_page(round_: Round, batch: PaperBatch, form: Any) -> Answer:
    """Show what will be marked, and carry it on as it was typed: nothing is written yet."""
    sent = [item for item in request.form.items(multi=True) if item[0] != "csrf_token"]
    return page(
        "rounds_manage/paper/mark_check.html",
        form=form,
        round=round_,
        batch=batch,
        kept=sent,
        told=_told(form),
    )


def _told(form: Any) -> list[tuple[str, str]]:
    """Return what an officer typed as they would read it out: a code in fours, a date in words."""
    fields = [form[name] for name in form.asked_first]
    fields += [field for field in form if field not in fields]
    return [
        (str(field.label.text), _in_words(field))
        for field in fields
        if field.data and field.type not in ("_Token", "HiddenField", "Agreement")
    ]


def _in_words(field: Any) -> str:
    if field.type == "Day":
        return long_date(field.data)
    if field.type in ("Choice", "Dropdown"):
        return str(dict(field.choices).get(field.data, ""))
    typed = str(field.data)
    return in_fours(tidy_code(typed)) if field.name == "who" and "@" not in typed else typed


def _first(how: str) -> str:
    """Return the field by which somebody is known."""
    return {"who": "who", "facts": "first", "desk": "name"}[how]


def _forms(round_: Round, sent: str) -> Mapping[str, Any]:
    """Return the forms for the ways that the round declares; only ``sent`` reads the request."""
    ways = round_.ways

    def given(how: str) -> dict[str, Any]:
        return {} if how == sent else {"formdata": None}

    forms: dict[str, Any] = {}
    by_code, by_email = uses(ways, Way.CODES), uses(ways, Way.EMAIL) or uses(ways, Way.ACCOUNT)
    if by_code or by_email:
        forms["who"] = WhoForm(
            by_code=by_code, by_email=by_email, here="who", min_age=round_.min_age, **given("who")
        )
    facts = list_of(round_.id) if uses(ways, Way.LIST) else None
    if facts is not None:
        forms["facts"] = ListedForm(
            facts=facts,
            here="facts",
            min_age=round_.min_age,
            knows_age=tells_birthday(facts),
            **given("facts"),
        )
    if uses(ways, Way.DESK):
        forms["desk"] = DeskForm(**given("desk"), **eligibility(round_))
    return forms


def _by_what_they_hold(round_: Round, form: WhoForm) -> bytes:
    """Return the uid of the voter with this code or address, registered now if new.

    Raises PostcodeRefused, VoteRefused, EmailRefused or CodeRefused of the kind that fits.
    """
    at, typed, placing = clock.now(), form.who.data or "", _place(round_, form)
    if "@" in typed:
        email = account_identity(round_.id, typed)
        return use_identity(round_.id, email, placing, at=at, age_band=form.band)
    code = open_code(read_code(typed, whose="their"), source_of(request.remote_addr), at=at)
    if code.round_id != round_.id:
        raise CodeRefused("This code is for another vote")
    db.session.commit()
    if code.voter_uid:
        return voter_of_code(code)
    return use_code(code, placing, at=at, age_band=form.band)


def _by_facts(round_: Round, form: ListedForm) -> bytes:
    """Return the uid of the person on the list with these facts, registered now if new."""
    at, placing = clock.now(), _place(round_, form)
    source = f"officer {current_user.id}"
    identity = find_listed(round_, form.facts, form.typed, source, at=at, kind="deskfact")
    db.session.commit()
    age_band = band_born(round_, birthday(form.facts, form.typed)) or form.band
    return use_identity(round_.id, identity, placing, at=at, age_band=age_band)


def _by_check(round_: Round, form: DeskForm) -> bytes | None:
    """Return the uid of somebody whom the officer has checked: of one voter with their address.

    None, with the form refused, where their place can't be.
    """
    placing = placing_of(round_, form)
    if placing is None:
        return None
    identity = desk_identity(round_.id, form.name.data or "", form.born.data)
    return use_desk(
        round_.id,
        identity,
        form.email.data or "",
        placing,
        at=clock.now(),
        age_band=band_born(round_, form.born.data),
    )


def _place(round_: Round, form: WhoForm | ListedForm) -> Placing:
    placing = find_place(form.postcode.data or "", partnership().council_code)
    check_place(round_, placing)
    return placing


#: Who somebody is, by what was shown.
VOTER: Mapping[str, Callable[[Round, Any], bytes | None]] = {
    "who": _by_what_they_hold,
    "facts": _by_facts,
    "desk": _by_check,
}
