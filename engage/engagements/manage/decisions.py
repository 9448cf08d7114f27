"""Decisions and the level of engagement (R80), and evidence used again (R11), for officers."""

from flask import Blueprint, Response, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as Answer

from engage import clock
from engage.engagements.actions.decisions import record_decision, use_again
from engage.engagements.forms.decisions import DecisionForm, UseFilterForm, UseForm
from engage.engagements.manage.file import found
from engage.engagements.models import Engagement
from engage.engagements.queries import decisions, standards
from engage.engagements.rules.levels import DECISIONS, is_bare_withdrawal, shares
from engage.engagements.rules.planning import LEVELS
from engage.engagements.rules.reuse import ALLOWS, BASES, ITEMS, NOTICES, PLANS, ReuseRefused
from engage.extensions import db
from engage.permissions import Permission
from engage.web.access import requires
from engage.web.pages import csv_download, page

bp = Blueprint("engagement_decisions", __name__)
PAGE_SIZE = 50


@bp.route("/desk/engagements/<slug>/decisions/", methods=["GET", "POST"])
@requires(Permission.MANAGE_ENGAGEMENTS)
def of_engagement(slug: str) -> Response | Answer:
    """The decisions that an engagement was about, and recording one."""
    engagement = found(slug)
    form = DecisionForm()
    if form.validate_on_submit() and form.check_day(clock.today()):
        record_decision(
            engagement,
            kind=form.kind.data,
            title=form.title.data or "",
            decided_on=form.decided_on.data,
            at=clock.now(),
            by=current_user.id,
            role=current_user.role,
        )
        bare = is_bare_withdrawal(form.kind.data, engagement.level)
        db.session.commit()
        flash(_("The decision is recorded."))
        if bare:
            flash(_("Something is taken away, and people were only told. Ask first next time."))
        return redirect(url_for(".of_engagement", slug=slug))
    return page(
        "engagements/decisions.html",
        form=form,
        engagement=engagement,
        decisions=decisions.decisions_of(engagement.id),
        reached=standards.levels_reached([engagement.id])[engagement.id],
        kinds=DECISIONS,
        levels=LEVELS,
        bare=is_bare_withdrawal,
    )


@bp.get("/desk/decided/")
@requires(Permission.MANAGE_ENGAGEMENTS)
def decided() -> Response:
    """All decisions: how many of each kind were taken at each level, offered and reached."""
    taken = decisions.kinds_and_levels()
    last = max(1, -(-len(taken) // PAGE_SIZE))
    number = min(max(1, request.args.get("page", 1, type=int)), last)
    listed = decisions.all_decisions(offset=(number - 1) * PAGE_SIZE, limit=PAGE_SIZE)
    return page(
        "engagements/decided.html",
        table_=shares(taken),
        count=len(taken),
        bare_count=sum(is_bare_withdrawal(kind, level) for kind, level in taken),
        listed=listed,
        reached=standards.levels_reached({e.id for _d, e in listed}),
        kinds=DECISIONS,
        levels=LEVELS,
        bare=is_bare_withdrawal,
        number=number,
        last=last,
    )


@bp.get("/desk/decided/decisions.csv")
@requires(Permission.MANAGE_ENGAGEMENTS)
def decided_csv() -> Response:
    """All decisions as a CSV file."""
    listed = decisions.decision_rows()
    reached = standards.levels_reached({row.engagement_id for row in listed})
    rows = [(*row[:5], reached[row.engagement_id]) for row in listed]
    header = ("decision", "kind", "decided_on", "engagement", "level_offered", "level_reached")
    return csv_download("decisions.csv", header, rows)


@bp.route("/desk/engagements/<slug>/uses/", methods=["GET", "POST"])
@requires(Permission.MANAGE_ENGAGEMENTS)
def uses(slug: str) -> Response | Answer:
    """Where what people said here is used again, and recording a use."""
    engagement = found(slug)
    form = UseForm()
    if form.validate_on_submit() and _use(engagement, form):
        flash(_("The use is recorded."))
        return redirect(url_for(".uses", slug=slug))
    engagement = found(slug)
    return page(
        "engagements/uses.html",
        form=form,
        engagement=engagement,
        uses=decisions.uses_of(engagement.id),
        allowed=ALLOWS[engagement.reuse_notice],
        notices=NOTICES,
        bases=BASES,
        items=ITEMS,
        plans=PLANS,
    )


def _use(engagement: Engagement, form: UseForm) -> bool:
    """Record the use and commit; False, with the reason on the form, where it can't be."""
    try:
        use_again(
            engagement,
            item=form.item.data,
            item_reference=form.item_reference.data or "",
            plan_kind=form.plan_kind.data,
            plan_reference=form.plan_reference.data or "",
            basis=form.basis.data,
            at=clock.now(),
            by=current_user.id,
            role=current_user.role,
        )
    except ReuseRefused as refusal:
        db.session.rollback()
        form.refuse(refusal, form.basis)
        return False
    db.session.commit()
    return True


@bp.get("/desk/used-again/")
@requires(Permission.MANAGE_ENGAGEMENTS)
def used_again() -> Response:
    """Where evidence of all engagements is used again, by kind of plan."""
    find = UseFilterForm(request.args)
    find.validate()
    plan = "" if find.plan.errors else find.plan.data or ""
    count = decisions.count_uses(plan)
    last = max(1, -(-count // PAGE_SIZE))
    number = min(max(1, request.args.get("page", 1, type=int)), last)
    return page(
        "engagements/used_again.html",
        find=find,
        plan=plan,
        count=count,
        listed=decisions.all_uses(plan, offset=(number - 1) * PAGE_SIZE, limit=PAGE_SIZE),
        bases=BASES,
        items=ITEMS,
        plans=PLANS,
        number=number,
        last=last,
    )
