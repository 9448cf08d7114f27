"""Awards, for officers: what waits, what is late, and each award with its steps and report."""

from collections.abc import Callable

from flask import Blueprint, Response, abort, flash, make_response, redirect, url_for
from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.wrappers import Response as Answer

from engage import clock
from engage.accounts.queries import name_of
from engage.budgeting.actions.award_checks import record_holder_check
from engage.budgeting.actions.awards import end_award
from engage.budgeting.actions.delivery import agree_milestone, judge_photo, judge_report
from engage.budgeting.forms.delivery import AwardForm
from engage.budgeting.forms.delivery_manage import (
    HolderCheckForm,
    JudgeForm,
    MilestoneForm,
    StopForm,
)
from engage.budgeting.models import Award, Round
from engage.budgeting.queries.award_money import (
    left_by_part,
    left_in_fund,
    money_of,
    winners_of,
)
from engage.budgeting.queries.delivery import (
    award_in,
    award_lines,
    bank_of,
    check_of,
    late_of,
    milestones_of,
    payments_of,
    photos_of,
    private_jpeg,
    proposer_of,
    spending_of,
    undecided_money,
    waiting_photos,
)
from engage.budgeting.rules.delivery import WAYS, AwardRefused, AwardStage
from engage.budgeting.views.found import round_or_404
from engage.extensions import db
from engage.messages.jobs import deliver_waiting
from engage.permissions import Permission
from engage.web.access import actor, requires
from engage.web.filters import money
from engage.web.pages import page

bp = Blueprint("delivery_manage", __name__)


@bp.get("/desk/rounds/<slug>/awards/")
@requires(Permission.MANAGE_BUDGETING)
def awards(slug: str) -> Response:
    """The awards of a round: what waits for an officer, what is late, and the money."""
    round_ = round_or_404(slug)
    lines = award_lines(round_.id, clock.today())
    return page(
        "delivery_manage/awards.html",
        round=round_,
        lines=lines,
        to_offer=len(winners_of(round_)) - sum(a.award.instead_of_id is None for a in lines),
        undecided=undecided_money(round_.id),
        photos=waiting_photos([line.award.id for line in lines]),
        left=left_in_fund(round_),
        left_by_part=[
            (_("Left in “%(part)s”", part=name), money(pence))
            for name, pence in left_by_part(round_)
        ],
    )


@bp.route("/desk/rounds/<slug>/awards/<public_id>/", methods=["GET", "POST"])
@requires(Permission.MANAGE_BUDGETING)
def award(slug: str, public_id: str) -> Response | Answer:
    """One award: where it stands, its money, photographs and report; add a step to it here."""
    round_, found = found_award(slug, public_id)
    form = MilestoneForm()
    if form.validate_on_submit() and done(
        form,
        found,
        lambda: agree_milestone(
            found, form.what.data or "", form.due_on.data, at=clock.now(), **actor()
        ),
        _("The step is added."),
    ):
        return award_page(slug, public_id)
    return _award_page(round_, found, form, adding=form)


def _award_page(
    round_: Round,
    found: Award,
    form: AwardForm,
    *,
    adding: MilestoneForm | None = None,
    checking: HolderCheckForm | None = None,
) -> Response:
    """Show an award; ``form`` is the one that was sent, and both stand on the page."""
    steps, check = milestones_of(found.id), check_of(found.id)
    return page(
        "delivery_manage/award.html",
        form=form,
        adding=adding or MilestoneForm(formdata=None),
        checking=checking or HolderCheckForm(formdata=None),
        check=check,
        checked_by=name_of(check.checked_by) if check else "",
        round=round_,
        award=found,
        body=proposer_of(found)[1],
        money=money_of([found.id])[found.id],
        steps=steps,
        late=late_of(found, steps, clock.today()),
        payments=payments_of(found.id),
        spending=spending_of(found.id),
        photos=photos_of(found.id),
        bank=bank_of(found.id),
        ways=WAYS[AwardStage(found.stage)],
    )


@bp.post("/desk/rounds/<slug>/awards/<public_id>/check/")
@requires(Permission.MANAGE_BUDGETING)
def check(slug: str, public_id: str) -> Response | Answer:
    """Record that the holder of an award, and its papers, were checked."""
    round_, found = found_award(slug, public_id)
    form = HolderCheckForm()
    if form.validate_on_submit() and done(
        form,
        found,
        lambda: record_holder_check(found, form.note.data or "", at=clock.now(), **actor()),
        _("Recorded: you checked who holds the money."),
    ):
        return award_page(slug, public_id)
    return _award_page(round_, found, form, checking=form)


@bp.route("/desk/rounds/<slug>/awards/<public_id>/stop/", methods=["GET", "POST"])
@requires(Permission.MANAGE_BUDGETING)
def stop(slug: str, public_id: str) -> Response | Answer:
    """End an award before its report."""
    round_, found = found_award(slug, public_id)
    form = StopForm(version=str(found.version))
    if form.validate_on_submit() and done(
        form,
        found,
        lambda: end_award(
            found, AwardStage(form.stage.data), form.reason.data or "", at=clock.now(), **actor()
        ),
        _("The award has ended. Decide what becomes of its money."),
    ):
        return award_page(slug, public_id)
    return page("delivery_manage/stop.html", form=form, round=round_, award=found)


@bp.route("/desk/rounds/<slug>/awards/<public_id>/report/", methods=["GET", "POST"])
@requires(Permission.MANAGE_BUDGETING)
def report(slug: str, public_id: str) -> Response | Answer:
    """Read a report; accept it, or send it back."""
    round_, found = found_award(slug, public_id)
    if found.stage != AwardStage.REPORTED:
        return award_page(slug, public_id)
    form = JudgeForm(version=str(found.version))
    if form.validate_on_submit() and done(
        form,
        found,
        lambda: judge_report(found, form.why_not, at=clock.now(), **actor()),
        _("We told the group what you decided."),
    ):
        return award_page(slug, public_id)
    money = money_of([found.id])[found.id]
    return page("delivery_manage/report.html", form=form, round=round_, award=found, money=money)


@bp.route("/desk/rounds/<slug>/awards/<public_id>/photographs/", methods=["GET", "POST"])
@requires(Permission.MANAGE_BUDGETING)
def photographs(slug: str, public_id: str) -> Response | Answer:
    """Look at the photographs that wait, one after another: show each to everybody or delete it."""
    round_, found = found_award(slug, public_id)
    waiting = [photo for photo in photos_of(found.id) if not photo.is_shown]
    if not waiting:
        return award_page(slug, public_id)
    first = waiting[0]
    form = JudgeForm(version=str(found.version), picture=str(first.picture_id))
    photo = next((p for p in waiting if str(p.picture_id) == form.picture.data), first)
    if form.validate_on_submit() and done(
        form,
        found,
        lambda: judge_photo(found, photo, form.why_not, at=clock.now(), **actor()),
        _("We told the group what you decided."),
    ):
        return redirect(url_for(".photographs", slug=slug, public_id=public_id))
    return page(
        "delivery_manage/photographs.html",
        form=form,
        round=round_,
        award=found,
        picture=photo.picture,
        waiting=len(waiting),
    )


@bp.get("/desk/rounds/<slug>/awards/<public_id>/letter/")
@requires(Permission.MANAGE_BUDGETING)
def letter(slug: str, public_id: str) -> Response:
    """The award letter as the group reads it."""
    found = found_award(slug, public_id)[1]
    body, steps = proposer_of(found)[1], milestones_of(found.id)
    return page("delivery/letter.html", award=found, body=body, steps=steps)


@bp.get("/desk/rounds/<slug>/awards/<public_id>/pictures/<int:number>.jpg")
@requires(Permission.MANAGE_BUDGETING)
def picture(slug: str, public_id: str, number: int) -> Response:
    """A receipt or a photograph, for an officer to look at."""
    found = found_award(slug, public_id)[1]
    jpeg = private_jpeg(found.id, number)
    if jpeg is None:
        abort(404)
    response = make_response(jpeg)
    response.headers["Content-Type"] = "image/jpeg"
    return response


def found_award(slug: str, public_id: str) -> tuple[Round, Award]:
    """Return a round and its award; 404 where there is none."""
    round_ = round_or_404(slug)
    return round_, award_in(round_.id, public_id) or abort(404)


def award_page(slug: str, public_id: str) -> Answer:
    """Go back to the page of an award."""
    return redirect(url_for("delivery_manage.award", slug=slug, public_id=public_id))


def done(form: AwardForm, found: Award, act: Callable[[], object], words: str) -> bool:
    """Do what a form asks for and commit; False where the form says why not."""
    if form.version.data and form.version.data != str(found.version):
        form.refuse(_("Somebody changed this award before you. Load the page again and check it."))
        return False
    try:
        act()
        db.session.commit()
    except AwardRefused as refusal:
        db.session.rollback()
        form.refuse_award(refusal)
        return False
    except IntegrityError:  # the database had the last word on the money
        db.session.rollback()
        form.refuse(_("It does not fit the award or the fund. Load the page again and check it."))
        return False
    except StaleDataError:
        db.session.rollback()
        abort(409)
    deliver_waiting()
    flash(words)
    return True
