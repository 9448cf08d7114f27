"""The reasons that groups are to be told, for officers: what is missing, late, told, replied to."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, abort, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from engage import clock
from engage.bodies.queries.wishes import wishes_for
from engage.bodies.rules.register import WISHES
from engage.engagements.actions import declinations as actions
from engage.engagements.forms.declinations import (
    NO_GROUP,
    NewReasonForm,
    ReasonFilterForm,
    ReasonForm,
    ReopenForm,
    ToldForm,
)
from engage.engagements.models import Declination
from engage.engagements.queries import declinations as queries
from engage.engagements.queries.matrix import offer_choices
from engage.engagements.queries.outreach import group_at, group_named
from engage.engagements.queries.planning import engagement_by_slug
from engage.engagements.rules.declinations import (
    CHANNELS,
    KINDS,
    REASONS,
    SHOWN,
    STATES,
    DeclinationRefused,
    is_late,
)
from engage.engagements.rules.planning import LEVELS
from engage.extensions import db
from engage.messages.jobs import deliver_waiting
from engage.permissions import Permission
from engage.web.access import requires
from engage.web.forms import ActionForm, Form
from engage.web.pages import csv_download, page

bp = Blueprint("declinations_manage", __name__)
PAGE_SIZE = 50
WORDS = {
    "kinds": KINDS,
    "codes": REASONS,
    "states": STATES,
    "channels": CHANNELS,
    "levels": LEVELS,
    "wishes": WISHES,
}


@bp.get("/desk/reasons/")
@requires(Permission.MANAGE_ENGAGEMENTS)
def reasons() -> Response:
    """The reasons to tell, the earliest due first; and those that were told."""
    today = clock.today()
    find = ReasonFilterForm(request.args)
    find.validate()
    show = request.args.get("show", "waiting")
    wanted = queries.ReasonFilter(
        show=show if show in SHOWN else "waiting",
        words="" if find.words.errors else find.words.data or "",
        kind="" if find.kind.errors else find.kind.data or "",
    )
    count = queries.count_reasons(wanted, today)
    last = max(1, -(-count // PAGE_SIZE))
    number = min(max(1, request.args.get("page", 1, type=int)), last)
    found = queries.find_reasons(wanted, today, offset=(number - 1) * PAGE_SIZE, limit=PAGE_SIZE)
    return page(
        "engagements/reasons.html",
        find=find,
        wanted=wanted,
        found=found,
        count=count,
        counts=queries.counts_of_reasons(SHOWN, today),
        number=number,
        last=last,
        shows=SHOWN,
        late=_late,
        **WORDS,
    )


@bp.get("/desk/reasons/reasons.csv")
@requires(Permission.MANAGE_ENGAGEMENTS)
def reasons_csv() -> Response:
    """Every reason as a CSV file."""
    header = (
        "group", "kind", "about", "wish", "offer", "reason_kind", "reason", "decided_by",
        "decided_on", "due_on", "told_on", "told_by", "reply", "state",
    )  # fmt: skip
    rows = [
        (group, kind, title or ask, *told[:7], told[7] or "", *told[8:])
        for group, kind, title, ask, *told in queries.every_reason()
    ]
    return csv_download("reasons-for-officers.csv", header, rows)


@bp.route("/desk/reasons/new/", methods=["GET", "POST"])
@requires(Permission.MANAGE_ENGAGEMENTS)
def new() -> AnyResponse:
    """Record why a group was not asked, or why what it asked for is not done."""
    body = group_at(request.args.get("body", ""))
    form = NewReasonForm(
        engagements=offer_choices(clock.now()),
        data={
            "body": body.name if body else "",
            "engagement": request.args.get("engagement", ""),
            "kind": "not_asked" if request.args.get("engagement") else None,
            "decided_on": clock.today(),
        },
    )
    if form.validate_on_submit():
        row = _record(form)
        if row is not None:
            flash(_("The reason is recorded. Tell the group next."))
            return redirect(url_for("declinations_manage.reason", number=row.id))
    return page("engagements/reason_new.html", form=form)


def _record(form: NewReasonForm) -> Declination | None:
    """Record a reason and commit; None, with what is wrong on the form, where it can't be."""
    body = group_named(form.body.data or "")
    if body is None:
        form.refuse(NO_GROUP, form.body)
        return None
    try:
        row = actions.decline(
            body,
            form.kind.data,
            engagement=engagement_by_slug(form.engagement.data or ""),
            wish=wishes_for([body.id]).get(body.id, ""),
            ask=form.ask.data or "",
            why=form.why(),
            **_who(),
        )
    except DeclinationRefused as refusal:
        db.session.rollback()
        form.refuse(refusal, form.engagement)
        return None
    db.session.commit()
    return row


@bp.get("/desk/reasons/<int:number>/")
@requires(Permission.MANAGE_ENGAGEMENTS)
def reason(number: int) -> Response:
    """One reason, what is still missing, and telling the group."""
    return _reason_page(number)


@bp.post("/desk/reasons/<int:number>/reason/")
@requires(Permission.MANAGE_ENGAGEMENTS)
def give(number: int) -> AnyResponse:
    """Write down the reason and who decided."""
    row, _body, _engagement = _found(number)
    form = ReasonForm()
    return _do(number, form, lambda: actions.give_reason(row, form.why(), **_who()), _("Saved."))


@bp.post("/desk/reasons/<int:number>/tell/")
@requires(Permission.MANAGE_ENGAGEMENTS)
def tell(number: int) -> AnyResponse:
    """Send the group its reason."""
    row, body, engagement = _found(number)
    about = engagement.title if engagement else row.ask
    return _do(
        number,
        ActionForm(),
        lambda: actions.tell_reason(row, body, about, **_who()),
        _("We have told the group, and the matter is closed."),
    )


@bp.post("/desk/reasons/<int:number>/told/")
@requires(Permission.MANAGE_ENGAGEMENTS)
def told(number: int) -> AnyResponse:
    """Record that the group was told by letter, by phone or at a meeting."""
    row, _body, _engagement = _found(number)
    form = ToldForm()
    return _do(
        number,
        form,
        lambda: actions.note_told(row, form.channel.data, form.told_on.data, **_who()),
        _("It is recorded that the group was told, and the matter is closed."),
    )


@bp.post("/desk/reasons/<int:number>/reopen/")
@requires(Permission.MANAGE_ENGAGEMENTS)
def reopen(number: int) -> AnyResponse:
    """Look at a matter again."""
    row, _body, _engagement = _found(number)
    form = ReopenForm()
    return _do(
        number,
        form,
        lambda: actions.reopen(row, form.reopened_why.data or "", **_who()),
        _("The matter is open again. Tell the group what came of it."),
    )


@bp.post("/desk/reasons/<int:number>/lapse/")
@requires(Permission.MANAGE_ENGAGEMENTS)
def lapse(number: int) -> AnyResponse:
    """Set a matter aside: the group got what it wished after all."""
    row, _body, _engagement = _found(number)
    return _do(
        number,
        ActionForm(),
        lambda: actions.let_lapse(row, **_who()),
        _("The matter is set aside."),
    )


def _found(number: int) -> queries.Told:
    found = queries.reason_by_id(number)
    if found is None:
        abort(404)
    return found


def _late(row: Declination) -> bool:
    return is_late(row.due_on, clock.today(), waiting=row.is_waiting)


def _who() -> dict[str, Any]:
    return {"at": clock.now(), "by": current_user.id, "role": current_user.role}


def _do(number: int, form: Form, act: Callable[[], object], done: str) -> AnyResponse:
    """Do one act about a reason and go back to it; what is wrong is shown on its page."""
    if form.validate_on_submit():
        try:
            act()
        except DeclinationRefused as refusal:
            db.session.rollback()
            form.refuse(refusal)
        else:
            db.session.commit()
            deliver_waiting()
            flash(done)
            return redirect(url_for("declinations_manage.reason", number=number))
    return _reason_page(number, form)


def _reason_page(number: int, form: Form | None = None) -> Response:
    row, body, engagement = _found(number)
    stands = {
        "reason_code": row.reason_code,
        "reason": row.reason,
        "decided_by": row.decided_by,
        "decided_on": row.decided_on,
    }
    return page(
        "engagements/reason.html",
        form=form,
        row=row,
        body=body,
        engagement=engagement,
        is_late=_late(row),
        reason_form=form if isinstance(form, ReasonForm) else ReasonForm(None, data=stands),
        told_form=form if isinstance(form, ToldForm) else ToldForm(None),
        reopen_form=form if isinstance(form, ReopenForm) else ReopenForm(None),
        **WORDS,
    )
