"""Recording findings and how they shaped priorities, for officers."""

from flask import Blueprint, Response, abort, current_app, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user
from sqlalchemy.exc import IntegrityError
from werkzeug.wrappers import Response as AnyResponse

from engage import clock
from engage.engagements.models import Engagement
from engage.extensions import db
from engage.influence import actions
from engage.influence.forms import (
    ChangeForm,
    DecisionForm,
    FindingForm,
    WhichForm,
    decision_form,
    said_words,
)
from engage.influence.models import Finding
from engage.influence.queries import (
    contributions_of,
    contributors_of,
    engagements_heard,
    finding_of,
    findings_of,
    heard_engagement,
    priority_by_id,
    priority_choices,
    said_in,
    sources_of,
    untold_influences,
)
from engage.influence.rules import (
    EFFECTS,
    KINDS,
    FindingRefused,
    InfluenceRefused,
    PriorityMoved,
    matrix,
    text_hash,
)
from engage.messages.jobs import deliver_waiting
from engage.permissions import Permission
from engage.plans.models import Priority
from engage.web.access import requires
from engage.web.forms import ActionForm
from engage.web.pages import page

bp = Blueprint("influence_manage", __name__)


@bp.get("/desk/findings/")
@requires(Permission.RECORD_INFLUENCE)
def desk() -> Response:
    """List what findings can be drawn from."""
    return page("influence/desk.html", heard=engagements_heard(clock.now()))


@bp.get("/desk/findings/<slug>/")
@requires(Permission.RECORD_INFLUENCE)
def engagement(slug: str) -> Response:
    """Show an engagement's findings, themes against sections, and what is left to tell."""
    heard = _engagement_or_404(slug)
    found = findings_of(heard.id)
    return page(
        "influence/engagement.html",
        engagement=heard,
        findings=found,
        matrix=matrix((finding.theme, finding.section) for finding in found),
        kinds=KINDS,
        effects=EFFECTS,
        untold=len(untold_influences(heard.id)),
        contributions=len(contributions_of(heard)),
    )


@bp.route("/desk/findings/<slug>/new/", methods=["GET", "POST"])
@requires(Permission.RECORD_INFLUENCE)
def new(slug: str) -> Response | AnyResponse:
    """Record a finding from chosen contributions."""
    heard = _engagement_or_404(slug)
    said = sources_of(heard)
    form = FindingForm(said=said)
    if form.validate_on_submit() and (finding := _record_finding(heard, form)):
        flash(_("Finding %(number)s is recorded.", number=finding.number))
        return redirect(url_for(".finding", slug=slug, number=finding.number))
    texts = {f"{one.kind}:{one.id}": one.text for one in said}
    return page("influence/new.html", form=form, engagement=heard, texts=texts)


def _record_finding(heard: Engagement, form: FindingForm) -> Finding | None:
    try:
        finding = actions.record_finding(
            heard,
            kind=form.kind.data,
            theme=form.theme.data,
            section=form.section.data,
            statement=form.statement.data,
            dissent=form.dissent.data,
            sources=form.chosen,
            at=clock.now(),
            by=current_user.id,
            role=current_user.role,
        )
        db.session.commit()
    except FindingRefused as refusal:
        form.refuse(_(str(refusal)))
    except IntegrityError:
        db.session.rollback()
        form.refuse(_("Somebody else recorded a finding at the same moment. Record yours again"))
    else:
        return finding
    return None


@bp.get("/desk/findings/<slug>/<int:number>/")
@requires(Permission.RECORD_INFLUENCE)
def finding(slug: str, number: int) -> Response | AnyResponse:
    """Show a finding, what it rests on and what became of it; ask what to record next."""
    heard, found = _finding_or_404(slug, number)
    form = WhichForm(request.args, priorities=priority_choices(heard))
    if request.args and form.complete():
        return redirect(
            url_for(
                ".decide",
                slug=slug,
                number=number,
                effect=form.effect.data,
                priority_id=form.priority_id,
            )
        )
    return page(
        "influence/finding.html",
        form=form,
        engagement=heard,
        finding=found,
        said=[(said_words(one), one.text) for one in said_in(found, heard)],
        kinds=KINDS,
        effects=EFFECTS,
    )


@bp.route("/desk/findings/<slug>/<int:number>/<effect>/<int:priority_id>/", methods=["GET", "POST"])
@requires(Permission.RECORD_INFLUENCE)
def decide(slug: str, number: int, effect: str, priority_id: int) -> Response | AnyResponse:
    """Record what was done with a finding; a change gives the priority its new wording."""
    heard, found = _finding_or_404(slug, number)
    priority = priority_by_id(priority_id) if priority_id else None
    if effect not in EFFECTS or (priority is None and (priority_id or effect != "not_taken_up")):
        abort(404)
    form = decision_form(effect)
    if isinstance(form, ChangeForm) and priority is not None and request.method == "GET":
        form.text.data, form.seen.data = priority.text, text_hash(priority.text)
    if form.validate_on_submit() and _decide(found, effect, priority, form):
        flash(_("What you did with finding %(number)s is recorded.", number=number))
        return redirect(url_for(".finding", slug=slug, number=number))
    return page(
        "influence/decide.html",
        form=form,
        engagement=heard,
        finding=found,
        effect=effect,
        effects=EFFECTS,
        priority=priority,
    )


def _decide(found: Finding, effect: str, priority: Priority | None, form: DecisionForm) -> bool:
    wording = form if isinstance(form, ChangeForm) else None
    try:
        actions.record_influence(
            found,
            effect=effect,
            priority=priority,
            reason=form.reason.data or "",
            decided_by=form.decided_by.data or "",
            decided_on=form.decided_on.data,
            text=wording.text.data or "" if wording else "",
            seen=wording.seen.data or "" if wording else "",
            at=clock.now(),
            by=current_user.id,
            role=current_user.role,
        )
        db.session.commit()
    except PriorityMoved as refusal:
        db.session.rollback()
        if wording and priority:
            wording.seen.data = text_hash(priority.text)
            wording.refuse(_(str(refusal)), wording.text)
    except InfluenceRefused as refusal:
        db.session.rollback()
        form.refuse(_(str(refusal)))
    except IntegrityError:
        db.session.rollback()
        form.refuse(_("What was done with this is recorded already for this priority"))
    else:
        return True
    return False


@bp.route("/desk/findings/<slug>/tell/", methods=["GET", "POST"])
@requires(Permission.RECORD_INFLUENCE)
def tell(slug: str) -> Response | AnyResponse:
    """Say who would be told what, then tell everyone who took part."""
    heard = _engagement_or_404(slug)
    form = ActionForm()
    if form.validate_on_submit() and _tell(heard, form):
        deliver_waiting()
        return redirect(url_for(".engagement", slug=slug))
    untold = untold_influences(heard.id)
    return page(
        "influence/tell.html",
        form=form,
        engagement=heard,
        decisions=len(untold),
        messages=len(contributors_of(untold)),
    )


def _tell(heard: Engagement, form: ActionForm) -> bool:
    path = url_for("influence.decision", slug=heard.slug)
    try:
        told = actions.tell_contributors(
            heard,
            link=current_app.config["BASE_URL"] + path,
            at=clock.now(),
            by=current_user.id,
            role=current_user.role,
        )
        db.session.commit()
    except (InfluenceRefused, IntegrityError) as refusal:
        db.session.rollback()
        words = (
            _(str(refusal))
            if isinstance(refusal, InfluenceRefused)
            else _("Somebody else is telling everybody just now")
        )
        form.refuse(words)
        return False
    flash(ngettext("%(num)d message is on its way.", "%(num)d messages are on their way.", told))
    return True


def _engagement_or_404(slug: str) -> Engagement:
    heard = heard_engagement(slug, clock.now())
    if heard is None:
        abort(404)
    return heard


def _finding_or_404(slug: str, number: int) -> tuple[Engagement, Finding]:
    heard = _engagement_or_404(slug)
    found = finding_of(heard, number)
    if found is None:
        abort(404)
    return heard, found
