"""Events of a round for a diary; the round's own page lists them."""

from flask import Blueprint, Response, abort

from engage.budgeting.forms.events import event_words
from engage.budgeting.models import Round, RoundEvent
from engage.budgeting.queries.events import diary_entry, event_in, events_of
from engage.budgeting.rules.calendar import calendar
from engage.budgeting.views.drafting import round_seen
from engage.web.access import public
from engage.web.pages import absolute_url

bp = Blueprint("events", __name__)


@bp.get("/rounds/<slug>/events.ics")
@public
def all_events(slug: str) -> Response:
    """Every event of the round, for a diary that fetches them again."""
    round_ = round_seen(slug)
    return _diary(round_, events_of(round_.id), slug)


@bp.get("/rounds/<slug>/events/<public_id>.ics")
@public
def one_event(slug: str, public_id: str) -> Response:
    """One event for a diary."""
    round_ = round_seen(slug)
    return _diary(round_, [event_in(round_.id, public_id) or abort(404)], f"{slug}-event")


def _diary(round_: Round, events: list[RoundEvent], name: str) -> Response:
    link = absolute_url("rounds.show", slug=round_.engagement.slug)
    entries = [diary_entry(round_, event, _words(event), link) for event in events]
    response = Response(calendar(entries), content_type="text/calendar; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.ics"'
    return response


def _words(event: RoundEvent) -> str:
    """Say why an event is cancelled, or what the place has and what support there is."""
    told = [f"{heading}: {words}" for heading, words in event_words(event)]
    return event.cancel_reason or "\n".join(told)
