"""Opening consultations and reading responses, for officers."""

from collections.abc import Callable

from flask import Blueprint, Response, abort, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as Answer

from engage import clock
from engage.consultations import actions, exports, queries
from engage.consultations.forms import ConsultationForm, consultation_answers
from engage.consultations.models import Consultation
from engage.consultations.rules import AGREEMENT, ConsultationRefused
from engage.engagements.actions.planning import plan_engagement
from engage.engagements.rules.planning import LEVELS, EngagementRefused
from engage.extensions import db
from engage.partners.queries import partnership
from engage.permissions import Permission
from engage.places.queries import locality_choices
from engage.plans.queries import draft_choices
from engage.web.access import requires
from engage.web.forms import ActionForm
from engage.web.pages import csv_download, page

bp = Blueprint("consultations_manage", __name__)
PER_PAGE = 50


@bp.get("/desk/consultations/")
@requires(Permission.MANAGE_CONSULTATIONS)
def desk() -> Response:
    """Every consultation, with how many have answered."""
    found, at = queries.all_consultations(), clock.now()
    return page(
        "consultations/desk.html",
        consultations=found,
        states={c.id: queries.state_of(c, at) for c in found},
        counts=queries.submitted_counts([c.id for c in found]),
    )


@bp.route("/desk/consultations/new/", methods=["GET", "POST"])
@requires(Permission.MANAGE_CONSULTATIONS)
def create() -> Response | Answer:
    """Create a consultation on a published draft; a plan's own page leads here with its draft."""
    drafts, at = draft_choices(), clock.now()
    chosen = {"draft": request.args.get("draft", "")}
    form = ConsultationForm(drafts=drafts, localities=_localities(), data=chosen)
    if form.validate_on_submit() and form.check_dates(at):
        try:
            consultation = _create(form)
            db.session.commit()
            flash(_("The consultation is created. Check it, then open it."))
            return redirect(url_for(".consultation", slug=consultation.engagement.slug))
        except (ConsultationRefused, EngagementRefused) as refusal:
            db.session.rollback()
            form.refuse(_(str(refusal)))
    return page("consultations/form.html", form=form, drafts=drafts, consultation=None)


@bp.route("/desk/consultations/<slug>/edit/", methods=["GET", "POST"])
@requires(Permission.MANAGE_CONSULTATIONS)
def edit(slug: str) -> Response | Answer:
    """Change a consultation that is being prepared; once it is open, it stays as it is."""
    found, drafts = _found(slug), draft_choices()
    if found.stage != "preparing" and request.method == "GET":
        return redirect(url_for(".consultation", slug=slug))
    form = ConsultationForm(
        drafts=drafts, localities=_localities(), data=consultation_answers(found)
    )
    if form.validate_on_submit() and form.check_dates(clock.now()) and _change(found, form):
        flash(_("The consultation is changed."))
        return redirect(url_for(".consultation", slug=slug))
    status = 409 if form.form_errors else 200
    return page(
        "consultations/form.html",
        status=status,
        form=form,
        drafts=drafts,
        consultation=_found(slug),
    )


@bp.get("/desk/consultations/<slug>/")
@requires(Permission.MANAGE_CONSULTATIONS)
def consultation(slug: str) -> Response:
    """One consultation: where it stands, and every response to it."""
    found, at = _found(slug), clock.now()
    if actions.close_if_due(found, at=at):
        db.session.commit()
    submitted = queries.submitted_responses(found)
    chosen = request.args.get("show", "all")
    listed = [r for r in submitted if SHOWN.get(chosen, SHOWN["all"])(r)]
    last = max(1, -(-len(listed) // PER_PAGE))
    number = min(max(1, request.args.get("page", 1, type=int)), last)
    return page(
        "consultations/manage.html",
        consultation=found,
        engagement=found.engagement,
        level=_(LEVELS[found.engagement.level]),
        state=queries.state_of(found, at),
        submitted=submitted,
        drafts=queries.drafts_in_hand(found),
        counted=[(AGREEMENT[k], n) for k, n in _counted(found)],
        listed=[
            (r, queries.name_of(r), queries.answers_in_words(r), queries.comments_in_order(r))
            for r in listed[(number - 1) * PER_PAGE :][:PER_PAGE]
        ],
        found=len(listed),
        chosen=chosen,
        number=number,
        last=last,
    )


@bp.get("/desk/consultations/<slug>/responses.csv")
@requires(Permission.MANAGE_CONSULTATIONS)
def download(slug: str) -> Response:
    """Every response as data, with a mark for words that may not be published."""
    submitted = queries.submitted_responses(_found(slug))
    rows = exports.rows(submitted, for_public=False)
    return csv_download(f"{slug}-all-responses.csv", exports.HEADER, rows)


@bp.post("/desk/consultations/<slug>/open/")
@requires(Permission.MANAGE_CONSULTATIONS)
def open_(slug: str) -> Answer:
    """Open it: from its opening time on, people can answer."""
    return _act(slug, actions.open_consultation, _("The consultation is open."))


@bp.post("/desk/consultations/<slug>/publish/")
@requires(Permission.MANAGE_CONSULTATIONS)
def publish(slug: str) -> Answer:
    """Publish the responses, each as far as its writer allowed."""
    return _act(slug, actions.publish_responses, _("The responses are published."))


#: The filters of the list of responses.
SHOWN = {
    "all": lambda response: True,
    "groups": lambda response: response.body_id is not None,
    "people": lambda response: response.body_id is None,
    "private": lambda response: response.publish == "no",
}


def _act(slug: str, act: Callable[..., None], said: str) -> Answer:
    found = _found(slug)
    if not ActionForm().validate_on_submit():
        abort(400)
    try:
        act(found, at=clock.now(), by=current_user.id, role=current_user.role)
        db.session.commit()
        flash(said)
    except ConsultationRefused as refusal:
        db.session.rollback()
        flash(_(str(refusal)))
    return redirect(url_for(".consultation", slug=slug))


def _create(form: ConsultationForm) -> Consultation:
    who = {"at": clock.now(), "by": current_user.id, "role": current_user.role}
    engagement = plan_engagement(
        "consultation",
        **form.about,
        **who,
    )
    return actions.create_consultation(
        engagement,
        int(form.draft.data),
        form.questions,
        short_notice_reason=form.short_notice_reason.data,
        **who,
    )


def _change(found: Consultation, form: ConsultationForm) -> bool:
    """Save the changes and commit; False, with the reason on the form, where it can't be."""
    version = form.version.data or ""
    try:
        actions.change_consultation(
            found,
            form.about,
            int(form.draft.data),
            form.questions,
            short_notice_reason=form.short_notice_reason.data or "",
            version=int(version) if version.isdecimal() and len(version) < 9 else 0,
            at=clock.now(),
            by=current_user.id,
            role=current_user.role,
        )
        db.session.commit()
    except ConsultationRefused as refusal:
        db.session.rollback()
        form.refuse(_(str(refusal)))
        return False
    return True


def _localities() -> list[tuple[str, str]]:
    return locality_choices(partnership().council_code)


def _counted(consultation: Consultation) -> list[tuple[str, int]]:
    counts = queries.answers_counted(consultation.questions[0])
    return [(key, counts[key]) for key in AGREEMENT]


def _found(slug: str) -> Consultation:
    found = queries.consultation_by_slug(slug)
    if found is None:
        abort(404)
    return found
