"""The page of a group that has an award: by account, or by the reference of the proposal."""

from collections.abc import Callable, Collection
from typing import Any

from flask import Blueprint, Response, abort, flash, redirect, session, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.wrappers import Response as Answer

from engage import clock
from engage.bodies.rules.register import EDITORS, PARTS
from engage.budgeting.actions.awards import accept_award, end_award
from engage.budgeting.actions.bank_details import give_bank_details
from engage.budgeting.actions.delivery import (
    RUNNING,
)
from engage.budgeting.forms.delivery import (
    AcceptForm,
    AwardForm,
    BankForm,
    EndForm,
    ReferenceForm,
)
from engage.budgeting.models import Award
from engage.budgeting.queries.award_money import money_of
from engage.budgeting.queries.delivery import (
    acts_by_accounts,
    award_by_public_id,
    award_by_reference,
    award_for,
    bank_of,
    late_of,
    milestones_of,
    payments_of,
    photos_of,
    proposer_of,
    spending_of,
)
from engage.budgeting.rules.ballots import KeysRefused
from engage.budgeting.rules.delivery import AwardRefused, AwardStage
from engage.extensions import A_BUILDING, db, limiter
from engage.messages.jobs import deliver_waiting
from engage.messages.rules import read_reference
from engage.web.access import public
from engage.web.forms import ActionForm
from engage.web.leaving import leave
from engage.web.pages import page

bp = Blueprint("awards", __name__)

#: How long an award stays open on a browser after the reference was entered, in seconds.
STAYS_OPEN = 3600


@bp.post("/awards/open/")
@public
@limiter.limit("30 per 5 minutes")
def open_() -> Answer:
    """Open an award by the reference of its proposal; the reference stands in no address."""
    form = ReferenceForm()
    if not form.validate_on_submit():
        abort(400)
    reference = read_reference(form.reference.data or "")
    award = award_by_reference(reference) if reference else None
    if award is None:
        return redirect(url_for("home.follow"))
    session["award"] = [award.public_id, clock.now().timestamp() + STAYS_OPEN]
    return redirect(url_for(".award", public_id=award.public_id))


@bp.post("/awards/finish/")
@public
def finish() -> Answer:
    """Shut an award that was opened by its reference: somebody else may use this device next."""
    if not ActionForm().validate_on_submit():
        abort(400)
    session.pop("award", None)
    leave()
    return redirect(url_for("home.front"))


@bp.get("/awards/<public_id>/")
@public
def award(public_id: str) -> Response:
    """Where an award stands, what to do next, and everything that was told about it."""
    found = award_here(public_id, tuple(PARTS))
    steps = milestones_of(found.id)
    return page(
        "delivery/award.html",
        award=found,
        money=money_of([found.id])[found.id],
        steps=steps,
        late=late_of(found, steps, clock.today()),
        payments=payments_of(found.id),
        spending=spending_of(found.id),
        photos=photos_of(found.id),
        bank=bank_of(found.id),
        is_running=found.stage in RUNNING,
        by_reference=_is_opened(public_id),
        may_act=_may_act(found),
    )


@bp.get("/awards/<public_id>/letter/")
@public
def letter(public_id: str) -> Response:
    """The award letter, to be read and printed."""
    found = award_here(public_id, tuple(PARTS))
    body, steps = proposer_of(found)[1], milestones_of(found.id)
    return page(
        "delivery/letter.html", award=found, body=body, steps=steps, may_act=_may_act(found)
    )


@bp.route("/awards/<public_id>/accept/", methods=["GET", "POST"])
@public
@limiter.limit(A_BUILDING, methods=["POST"])
def accept(public_id: str) -> Response | Answer:
    """Say who holds the money, and agree with the conditions."""
    found = award_here(public_id)
    if found.stage != AwardStage.OFFERED:
        return back_to(found)
    proposer, body = proposer_of(found)
    form = AcceptForm(proposer=proposer, today=clock.today(), body=body, version=str(found.version))
    if form.validate_on_submit() and done(
        found,
        form,
        lambda: accept_award(
            found,
            form.holder,
            form.accepted_name.data or "",
            form.accepted_role.data or "",
            at=clock.now(),
            by=who(),
        ),
        _("The award is accepted. Tell us now where to pay it."),
    ):
        return back_to(found)
    return page("delivery/accept.html", form=form, award=found, body=body, proposer=proposer)


@bp.route("/awards/<public_id>/end/", methods=["GET", "POST"])
@public
@limiter.limit(A_BUILDING, methods=["POST"])
def end(public_id: str) -> Response | Answer:
    """Turn an award down, or give it up later, for a reason."""
    found = award_here(public_id)
    if found.stage not in (AwardStage.OFFERED, *RUNNING):
        return back_to(found)
    offered = found.stage == AwardStage.OFFERED
    stage = AwardStage.DECLINED if offered else AwardStage.WITHDRAWN
    form = EndForm(version=str(found.version))
    if form.validate_on_submit() and done(
        found,
        form,
        lambda: end_award(
            found, stage, form.reason.data or "", at=clock.now(), by=who(), role="group"
        ),
        _("Thank you for telling us. The money goes back to the fund."),
    ):
        return back_to(found)
    return page("delivery/end.html", form=form, award=found)


@bp.route("/awards/<public_id>/bank/", methods=["GET", "POST"])
@public
@limiter.limit(A_BUILDING, methods=["POST"])
def bank(public_id: str) -> Response | Answer:
    """Say where an award is paid to. What was said before is never shown whole."""
    found = award_here(public_id)
    if found.stage not in RUNNING:
        return back_to(found)
    form = BankForm(version=str(found.version))
    if form.validate_on_submit() and done(
        found,
        form,
        lambda: give_bank_details(found, form.details, at=clock.now(), by=who()),
        _("We have your bank details, and pay next. You get a message once we have paid."),
    ):
        return back_to(found)
    return page("delivery/bank.html", form=form, award=found, bank=bank_of(found.id))


def award_here(public_id: str, parts: Collection[str] = EDITORS) -> Award:
    """Return the award if this browser may act for it, or read it in these ``parts``; else 404.

    A reference opens it. Where a group has people who act for it through accounts of their own,
    it opens it to read only: whoever once had the reference may have left the group.
    """
    if _is_opened(public_id):
        found = award_by_public_id(public_id) or abort(404)
        if parts != EDITORS or not acts_by_accounts(found):
            return found
    if not current_user.is_authenticated:
        abort(404)
    return award_for(current_user.id, public_id, parts) or abort(404)


def _may_act(award: Award) -> bool:
    """Say whether who is here may answer for an award that they may read."""
    if _is_opened(award.public_id) and not acts_by_accounts(award):
        return True
    own = who()
    return own is not None and award_for(own, award.public_id) is not None


def _is_opened(public_id: str) -> bool:
    """Say whether the reference was entered on this browser, not long ago."""
    opened, until = session.get("award") or ["", 0]
    return bool(opened == public_id and clock.now().timestamp() < until)


def who() -> int | None:
    """Return the account of who is here; None for somebody who came with a reference."""
    return current_user.id if current_user.is_authenticated else None


def back_to(found: Award) -> Answer:
    """Go back to the page of an award."""
    return redirect(url_for(".award", public_id=found.public_id))


def press(act: Callable[[], object], words: str) -> None:
    """Do what a button asks for, and commit."""
    try:
        act()
        db.session.commit()
        flash(words)
    except AwardRefused as refusal:
        db.session.rollback()
        flash(_(str(refusal)))


def done(found: Award, form: AwardForm, act: Callable[[], Any], words: str) -> bool:
    """Do what a form asks for and commit; False where the form says why not."""
    if form.version.data and form.version.data != str(found.version):
        form.refuse(_("Somebody changed this award before you. Load the page again and check it."))
        return False
    try:
        act()
        db.session.commit()
    except (AwardRefused, KeysRefused) as refusal:
        db.session.rollback()
        if isinstance(refusal, AwardRefused):
            form.refuse_award(refusal)
        else:
            form.refuse(refusal)
        return False
    except StaleDataError:
        db.session.rollback()
        abort(409)
    deliver_waiting()
    flash(words)
    return True
