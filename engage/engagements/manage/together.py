"""What is made together with groups, and who learned from whom, for officers (R17, R32)."""

from flask import Blueprint, Response, abort, flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from engage import clock
from engage.bodies.rules.register import WISHES
from engage.bodies.rules.wishes import STAGES
from engage.engagements.actions import together as actions
from engage.engagements.forms.declinations import NO_GROUP
from engage.engagements.forms.together import PeerForm, StartForm, TermsForm
from engage.engagements.manage.outreach import who
from engage.engagements.queries import together as queries
from engage.engagements.queries.outreach import group_at, group_named
from engage.engagements.rules.together import STATES, TogetherRefused
from engage.extensions import db
from engage.partners.queries import partner_choices
from engage.permissions import Permission
from engage.web.access import requires
from engage.web.pages import csv_download, page

bp = Blueprint("together_manage", __name__)
PAGE_SIZE = 50
WORDS = {"states": STATES, "stages": STAGES, "levels": WISHES}


@bp.get("/desk/together/")
@requires(Permission.MANAGE_ENGAGEMENTS)
def listed() -> Response:
    """What is made together, and the latest fifty of who learned from whom."""
    state = request.args.get("state", "")
    state = state if state in STATES else ""
    states = queries.state_counts()
    counts = {"": states.total(), **{name: states[name] for name in STATES}}
    count = counts[state]
    last = max(1, -(-count // PAGE_SIZE))
    number = min(max(1, request.args.get("page", 1, type=int)), last)
    return page(
        "engagements/together.html",
        state=state,
        counts=counts,
        made=queries.made_together(state, offset=(number - 1) * PAGE_SIZE, limit=PAGE_SIZE),
        number=number,
        last=last,
        links=queries.peer_links(limit=PAGE_SIZE),
        link_count=queries.count_links(),
        **WORDS,
    )


@bp.get("/desk/together/together.csv")
@requires(Permission.MANAGE_ENGAGEMENTS)
def listed_csv() -> Response:
    """What is made together as a CSV file."""
    header = (
        "service", "group", "wish", "partner", "stage", "who_decides", "who_holds_the_money",
        "capacity", "capacity_checked_on", "state", "reason",
    )  # fmt: skip
    return csv_download("made-together.csv", header, [row[:11] for row in queries.made_together()])


@bp.get("/desk/together/lessons.csv")
@requires(Permission.MANAGE_ENGAGEMENTS)
def lessons_csv() -> Response:
    """Who learned what from whom as a CSV file."""
    header = ("day", "group_that_taught", "group_that_learned", "what_they_did", "lesson")
    return csv_download("lessons.csv", header, queries.peer_links())


@bp.route("/desk/together/new/", methods=["GET", "POST"])
@requires(Permission.MANAGE_ENGAGEMENTS)
def new() -> AnyResponse:
    """Put a service on the list."""
    body = group_at(request.args.get("body", ""))
    form = StartForm(partners=partner_choices(), data={"body": body.name if body else ""})
    if form.validate_on_submit() and _start(form):
        flash(_("It is on the list."))
        return redirect(url_for("together_manage.listed"))
    return page("engagements/together_form.html", form=form, made=None, **WORDS)


@bp.route("/desk/together/<int:number>/", methods=["GET", "POST"])
@requires(Permission.MANAGE_ENGAGEMENTS)
def made(number: int) -> AnyResponse:
    """One service that is made together: what is agreed, and how far it is."""
    found = queries.made_by_id(number)
    if found is None:
        abort(404)
    row, body, wish, _partner = found
    form = TermsForm(obj=row)
    if form.validate_on_submit():
        try:
            actions.change_together(row, form.terms(), today=clock.today(), **who())
        except TogetherRefused as refusal:
            db.session.rollback()
            form.refuse(refusal, form.service)
        else:
            db.session.commit()
            flash(_("It is saved."))
            return redirect(url_for("together_manage.listed"))
    return page(
        "engagements/together_form.html", form=form, made=row, body=body, wish=wish, **WORDS
    )


@bp.route("/desk/together/links/new/", methods=["GET", "POST"])
@requires(Permission.MANAGE_ENGAGEMENTS)
def link() -> AnyResponse:
    """Record that one group learned from another."""
    form = PeerForm(data={"on_day": clock.today()})
    if form.validate_on_submit() and _link(form):
        flash(_("It is recorded who learned from whom."))
        return redirect(url_for("together_manage.listed"))
    return page("engagements/peer_new.html", form=form)


def _start(form: StartForm) -> bool:
    body = group_named(form.body.data or "")
    if body is None:
        form.refuse(NO_GROUP, form.body)
        return False
    try:
        actions.start_together(
            body.id,
            form.terms(),
            partner_id=int(form.partner.data) if form.partner.data else None,
            today=clock.today(),
            **who(),
        )
    except TogetherRefused as refusal:
        db.session.rollback()
        form.refuse(refusal, form.body)
        return False
    db.session.commit()
    return True


def _link(form: PeerForm) -> bool:
    teacher, learner = group_named(form.from_body.data or ""), group_named(form.to_body.data or "")
    if teacher is None or learner is None:
        for found, field in ((teacher, form.from_body), (learner, form.to_body)):
            if found is None:
                form.refuse(NO_GROUP, field)
        return False
    try:
        actions.link_peers(
            teacher.id,
            learner.id,
            on_day=form.on_day.data,
            activity=form.activity.data or "",
            lesson=form.lesson.data or "",
            today=clock.today(),
            **who(),
        )
    except TogetherRefused as refusal:
        db.session.rollback()
        form.refuse(refusal, form.to_body if teacher.id == learner.id else form.on_day)
        return False
    db.session.commit()
    return True
