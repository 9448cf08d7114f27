"""The officers' register of participation requests, and checking each one."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, abort, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from engage import clock
from engage.bodies.queries.register import body_by_key
from engage.bodies.rules.register import name_key
from engage.extensions import db
from engage.messages.jobs import deliver_waiting
from engage.partners.queries import partner_choices
from engage.permissions import Permission
from engage.requests import exports
from engage.requests.actions import requests as actions
from engage.requests.forms import deciding as forms
from engage.requests.forms.requests import PaperRequestForm, RequestForm, WithdrawForm, stored_text
from engage.requests.models import OutcomeProcess, ParticipationRequest
from engage.requests.queries import requests as queries
from engage.requests.rules.deadlines import (
    OTHERS_ANSWER,
    comments_until,
    process_due,
    working_days_from,
)
from engage.requests.rules.requests import STAGES, RequestRefused, missing_parts
from engage.requests.views.requests import PAGE_SIZE, WORDS
from engage.web.access import requires
from engage.web.filters import long_date
from engage.web.forms import ActionForm, Form
from engage.web.pages import csv_download, page

bp = Blueprint("requests_manage", __name__)
WHO = Permission.MANAGE_ENGAGEMENTS


@bp.get("/desk/requests/")
@requires(WHO)
def desk() -> Response:
    """The register: what is due first comes first."""
    counts = queries.stage_counts()
    counts.pop("draft", None)
    counts["open"] = sum(counts.get(stage, 0) for stage in queries.OPEN)
    stage = request.args.get("stage", "open")
    if stage not in counts and stage not in STAGES:
        stage = "open"
    count = counts.get(stage, 0)
    last = max(1, -(-count // PAGE_SIZE))
    number = min(max(1, request.args.get("page", 1, type=int)), last)
    wanted = queries.RequestFilter(stage=stage)
    return page(
        "requests/desk.html",
        found=queries.find_requests(wanted, offset=(number - 1) * PAGE_SIZE, limit=PAGE_SIZE),
        counts=counts,
        stage=stage,
        count=count,
        number=number,
        last=last,
        today=clock.today(),
        **WORDS,
    )


@bp.get("/desk/requests/requests.csv")
@requires(WHO)
def desk_csv() -> Response:
    """The whole register as a CSV file."""
    rows = exports.officer_rows(queries.request_rows(queries.RequestFilter()))
    return csv_download("requests-for-officers.csv", exports.OFFICER_HEADER, rows)


@bp.route("/desk/requests/new/", methods=["GET", "POST"])
@requires(WHO)
def enter() -> AnyResponse:
    """Enter a request that came on paper."""
    form = PaperRequestForm(partners=partner_choices())
    if form.validate_on_submit():
        body = body_by_key(name_key(form.group.data or ""))
        if body is None or body.stage != "registered":
            form.refuse(_("No group on the register has this name. Register it first"), form.group)
        else:
            try:
                asked = actions.enter_request(
                    body, form.text(), received_on=form.received_on.data,
                    today=clock.today(), **who(),
                )  # fmt: skip
            except RequestRefused as refusal:
                db.session.rollback()
                form.refuse(refusal, form.received_on)
            else:
                db.session.commit()
                deliver_waiting()
                flash(_("The request is on the register. Check next whether it is whole."))
                return redirect(url_for("requests_manage.one", number=asked.public_id))
    return page("requests/enter.html", form=form)


@bp.get("/desk/requests/<number>/")
@requires(WHO)
def one(number: str) -> Response:
    """One request: what it says, what is due, and what you can do now."""
    return request_page(found(number))


@bp.post("/desk/requests/<number>/more/")
@requires(WHO)
def more(number: str) -> AnyResponse:
    """Ask the group for what is missing."""
    asked, form = found(number), forms.MoreForm()
    return _act(
        asked, form,
        lambda: actions.ask_for_more(asked, form.what.data or "", today=clock.today(), **who()),
        _("We have told the group what is missing."),
    )  # fmt: skip


@bp.route("/desk/requests/<number>/add/", methods=["GET", "POST"])
@requires(WHO)
def add(number: str) -> AnyResponse:
    """Write down what a group added on paper to a request that lacked it."""
    asked = found(number)
    if asked.stage != "more_asked":
        abort(404)
    form = RequestForm(
        partners=partner_choices(),
        data=stored_text(actions.text_of(asked), asked.version),
    )
    if form.validate_on_submit():
        try:
            actions.change_request(asked, form.text(), version=form.version.data or 0)
        except RequestRefused as refusal:
            db.session.rollback()
            form.refuse(refusal)
            asked = found(number)
        else:
            db.session.commit()
            flash(_("What came is written down."))
            return redirect(url_for("requests_manage.one", number=number))
    status = 409 if form.form_errors else 200
    return page("requests/add.html", status=status, form=form, asked=asked)


@bp.post("/desk/requests/<number>/complete/")
@requires(WHO)
def complete(number: str) -> AnyResponse:
    """Mark that what was missing came on paper or by telephone."""
    asked = found(number)
    return _act(
        asked, ActionForm(),
        lambda: actions.send_request(asked, today=clock.today(), **who()),
        _("The request waits for your check again."),
    )  # fmt: skip


@bp.post("/desk/requests/<number>/validate/")
@requires(WHO)
def validate(number: str) -> AnyResponse:
    """Find the request whole; the time for the decision begins."""
    asked, form = found(number), forms.ValidateForm()
    return _act(
        asked, form,
        lambda: actions.validate_request(
            asked, form.validated_on.data, today=clock.today(), **who()
        ),
        _("The request is complete, and the group knows by when you decide."),
    )  # fmt: skip


@bp.post("/desk/requests/<number>/extend/")
@requires(WHO)
def extend(number: str) -> AnyResponse:
    """Record a longer time that the group agreed to."""
    asked, form = found(number), forms.ExtendForm()
    return _act(
        asked, form,
        lambda: actions.extend_request(
            asked, form.until.data, form.reason.data or "", today=clock.today(), **who()
        ),
        _("The new last day is recorded, and the group is told."),
    )  # fmt: skip


@bp.post("/desk/requests/<number>/others/")
@requires(WHO)
def others(number: str) -> AnyResponse:
    """Record whether another authority takes part."""
    asked = found(number)
    form = forms.OtherAnswerForm(partners=_other_choices(asked))
    return _act(
        asked, form,
        lambda: actions.answer_for_other(
            asked, int(form.partner.data), form.answer.data, form.why_not.data or "",
            today=clock.today(), **who(),
        ),
        _("The answer is recorded."),
    )  # fmt: skip


@bp.post("/desk/requests/<number>/same-matter/")
@requires(WHO)
def same_matter(number: str) -> AnyResponse:
    """Turn away a request that repeats one of the last two years."""
    asked = found(number)
    form = forms.SameMatterForm(earlier=_earlier_choices(asked))
    return _act(
        asked, form,
        lambda: actions.decline_to_consider(
            asked, db.session.get_one(ParticipationRequest, int(form.earlier.data)),
            form.same_because.data or "", **who(),
        ),
        _("The request is not considered, and the group knows why."),
    )  # fmt: skip


@bp.post("/desk/requests/<number>/withdrawn/")
@requires(WHO)
def withdrawn(number: str) -> AnyResponse:
    """Record that the group withdrew its request."""
    asked, form = found(number), WithdrawForm()
    return _act(
        asked, form, lambda: actions.withdraw_request(asked, **who()),
        _("The request is withdrawn."),
    )  # fmt: skip


def found(number: str) -> ParticipationRequest:
    """Return a request that was sent, or answer 404."""
    asked = queries.request_by_id(number)
    if asked is None or asked.stage == "draft":
        abort(404)
    return asked


def who() -> dict[str, Any]:
    """Return the instant and who acts, for an action."""
    return {"at": clock.now(), "by": current_user.id, "role": current_user.role}


def carried_out(form: Form, do: Callable[[], object], words: str) -> bool:
    """Do one act and commit it; False, with the reason on the form, where it can't be."""
    try:
        do()
    except RequestRefused as refusal:
        db.session.rollback()
        form.refuse(refusal)
        return False
    db.session.commit()
    deliver_waiting()
    flash(words)
    return True


def _act(
    asked: ParticipationRequest, form: Form, do: Callable[[], object], words: str
) -> AnyResponse:
    """Do one act about a request and go back to it; what is wrong is shown on its page."""
    number = asked.public_id
    if form.validate_on_submit() and carried_out(form, do, words):
        return redirect(url_for("requests_manage.one", number=number))
    return request_page(found(number), form)


def _other_choices(asked: ParticipationRequest) -> list[tuple[str, str]]:
    return [(str(other.partner_id), other.partner.name) for other in asked.others]


def _earlier_choices(asked: ParticipationRequest) -> list[tuple[str, str]]:
    return [
        (str(one.id), f"{one.title} ({one.group}, {long_date(one.received_on)})")
        for one in queries.earlier_requests(asked)
    ]


def request_page(asked: ParticipationRequest, form: Form | None = None) -> Response:
    """The officer's page of a request; ``form`` is the one that was sent and has a fault."""
    process, decision = queries.process_of(asked.id), asked.decision
    return page(
        "requests/one.html",
        form=form,
        asked=asked,
        process=process,
        report=queries.report_of(asked.id),
        lacking=missing_parts(actions.text_of(asked)),
        forms=_forms(asked, process, form),
        today=clock.today(),
        others_by=asked.validated_on and working_days_from(asked.validated_on, OTHERS_ANSWER),
        comments_until=comments_until(decision.decided_on) if decision is not None else None,
        start_by=process_due(process.notice_on) if process and process.notice_on else None,
        **WORDS,
    )


def _forms(
    asked: ParticipationRequest, process: OutcomeProcess | None, sent: Form | None
) -> dict[str, Form]:
    """Return the forms of the page by name; the one that was sent keeps what was typed."""
    earlier = _earlier_choices(asked) if asked.stage in ("sent", "valid") else []
    made: dict[str, Form] = {
        "more": forms.MoreForm(None),
        "validate": forms.ValidateForm(None, data={"validated_on": asked.whole_on}),
        "extend": forms.ExtendForm(None),
        "others": forms.OtherAnswerForm(None, partners=_other_choices(asked)),
        "same": forms.SameMatterForm(None, earlier=earlier),
        "withdraw": WithdrawForm(None),
        "confirm": forms.ConfirmForm(None, data={"runs": process.operation if process else ""}),
        "start": forms.StartForm(None, data={"started_on": clock.today()}),
        "step": forms.StepForm(None, data={"on_day": clock.today()}),
        "end": forms.EndForm(None, data={"ended_on": clock.today()}),
    }
    return {
        name: sent if sent is not None and type(sent) is type(form) else form
        for name, form in made.items()
    }
