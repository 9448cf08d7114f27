"""The register of assessments, for everybody, and the officers' work on each."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, abort, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from engage import clock
from engage.engagements.actions import assessments as actions
from engage.engagements.forms.assessments import AssessmentForm, ScreeningForm, SignForm
from engage.engagements.models import Assessment
from engage.engagements.queries import assessments as queries
from engage.engagements.rules.assessments import (
    KINDS,
    STAGES,
    WHEN,
    AssessmentRefused,
    stage_of,
)
from engage.extensions import db
from engage.permissions import Permission
from engage.web.access import public, requires
from engage.web.forms import ActionForm, Form
from engage.web.pages import csv_download, page

bp = Blueprint("assessments", __name__)
WHO = Permission.MANAGE_ENGAGEMENTS
PAGE_SIZE = 50
WORDS = {"kinds": KINDS, "stages": STAGES, "when": WHEN}


def stage(row: Any) -> str:
    """Where an assessment, or what was read of one, stands."""
    text = actions.text_of(row)
    return stage_of(text, signed=bool(row.signed_at), published=bool(row.published_on))


@bp.get("/assessments/")
@public
def register() -> Response:
    """The published assessments."""
    return _listed("assessments/register.html", published=True)


@bp.get("/assessments/assessments.csv")
@public
def register_csv() -> Response:
    """The published assessments as open data."""
    rows = [
        (KINDS[kind], title, "yes" if needed else "no", reason, screened_on, published_on)
        for kind, title, needed, reason, screened_on, published_on in queries.published_facts()
    ]
    header = ("kind", "of", "full_assessment", "reason", "screened_on", "published_on")
    return csv_download("assessments.csv", header, rows)


@bp.get("/assessments/<int:number>/")
@public
def read(number: int) -> Response:
    """One published assessment."""
    row = queries.assessment(number)
    if row is None or row.published_on is None:
        abort(404)
    return page("assessments/read.html", row=row, title=_title(row), stage=stage, **WORDS)


@bp.get("/desk/assessments/")
@requires(WHO)
def desk() -> Response:
    """Every assessment; those that wait come first."""
    return _listed("assessments/desk.html", published=False)


@bp.route("/desk/assessments/new/", methods=["GET", "POST"])
@requires(WHO)
def new() -> AnyResponse:
    """Record a screening."""
    form = ScreeningForm(things=queries.things(), data={"thing": request.args.get("of", "")})
    if form.validate_on_submit():
        try:
            row = actions.screen(
                form.kind.data, form.text(), today=clock.today(), **form.target, **_who()
            )
        except AssessmentRefused as refusal:
            db.session.rollback()
            form.refuse(refusal)
        else:
            db.session.commit()
            flash(_("The screening is recorded."))
            return redirect(url_for("assessments.one", number=row.id))
    return page("assessments/new.html", form=form, **WORDS)


@bp.get("/desk/assessments/<int:number>/")
@requires(WHO)
def one(number: int) -> Response:
    """One assessment, and what to do with it next."""
    return _one_page(_found(number))


@bp.route("/desk/assessments/<int:number>/write/", methods=["GET", "POST"])
@requires(WHO)
def write(number: int) -> AnyResponse:
    """Write what was found."""
    row = _found(number)
    if row.signed_at is not None:
        abort(404)
    data = {**vars(actions.text_of(row)), "needed": "yes" if row.needed else "no"}
    form = AssessmentForm(data=data)
    if form.validate_on_submit():
        try:
            actions.write(row, form.text(), **_who())
        except AssessmentRefused as refusal:
            db.session.rollback()
            form.refuse(refusal)
            row = _found(number)
        else:
            db.session.commit()
            flash(_("It is kept."))
            return redirect(url_for("assessments.one", number=number))
    return page("assessments/write.html", form=form, row=row, title=_title(row), **WORDS)


@bp.post("/desk/assessments/<int:number>/sign/")
@requires(WHO)
def sign(number: int) -> AnyResponse:
    """Sign it off."""
    row, form = _found(number), SignForm()
    return _act(
        row, form, lambda: actions.sign_off(row, form.signed_role.data or "", **_who()),
        _("It is signed off. Publish it next."),
    )  # fmt: skip


@bp.post("/desk/assessments/<int:number>/publish/")
@requires(WHO)
def publish(number: int) -> AnyResponse:
    """Publish it."""
    row = _found(number)
    return _act(
        row, ActionForm(), lambda: actions.publish(row, today=clock.today(), **_who()),
        _("It stands on the public register."),
    )  # fmt: skip


def _found(number: int) -> Assessment:
    row = queries.assessment(number)
    if row is None:
        abort(404)
    return row


def _title(row: Assessment) -> str:
    return row.engagement.title if row.engagement else queries.plan_named(row.plan_id)


def _who() -> dict[str, Any]:
    return {"at": clock.now(), "by": current_user.id, "role": current_user.role}


def _listed(template: str, *, published: bool) -> Response:
    count = queries.count_assessments(published=published)
    last = max(1, -(-count // PAGE_SIZE))
    number = min(max(1, request.args.get("page", 1, type=int)), last)
    found = queries.find_assessments(
        published=published, offset=(number - 1) * PAGE_SIZE, limit=PAGE_SIZE
    )
    return page(
        template, found=found, count=count, number=number, last=last, stage=stage,
        binds=queries.screening_binds(), **WORDS,
    )  # fmt: skip


def _act(row: Assessment, form: Form, do: Callable[[], object], done: str) -> AnyResponse:
    number = row.id
    if form.validate_on_submit():
        try:
            do()
        except AssessmentRefused as refusal:
            db.session.rollback()
            form.refuse(refusal)
        else:
            db.session.commit()
            flash(done)
            return redirect(url_for("assessments.one", number=number))
    return _one_page(_found(number), form)


def _one_page(row: Assessment, form: Form | None = None) -> Response:
    sign_form = form if isinstance(form, SignForm) else SignForm(None)
    return page(
        "assessments/one.html", form=form, row=row, title=_title(row), stage=stage,
        sign=sign_form, **WORDS,
    )  # fmt: skip
