"""Events, for everybody: where to go, and afterwards what was said and how many came."""

from flask import Blueprint, Response, abort, request

from engage import clock
from engage.disclosure.rules import THRESHOLD
from engage.engagements.forms.events import EventFilterForm, event_words
from engage.engagements.queries import events as queries
from engage.engagements.queries.file import seen_path
from engage.engagements.rules.events import TIMES, shown_attendance, time_of
from engage.partners.queries import partnership
from engage.places.queries import locality_choices
from engage.web.access import public
from engage.web.pages import page

bp = Blueprint("engagement_events", __name__)
PAGE_SIZE = 50


@bp.get("/events/")
@public
def events() -> Response:
    """Events that come, the soonest first, or those that took place.

    How many came stands on an event's own page alone, where it is weighed against who came from
    where: a total here would give away what is held back there.
    """
    at = clock.now()
    find = EventFilterForm(request.args, localities=locality_choices(partnership().council_code))
    find.validate()
    wanted = queries.EventFilter(
        time="past" if request.args.get("time") == "past" else "coming",
        words=find.words.data or "",
        locality_id=find.locality_id,
        public_only=True,
    )
    count = queries.count_events(wanted, at)
    last = max(1, -(-count // PAGE_SIZE))
    number = min(max(1, request.args.get("page", 1, type=int)), last)
    return page(
        "engagements/events/list.html",
        find=find,
        wanted=wanted,
        count=count,
        events=queries.find_events(wanted, at, offset=(number - 1) * PAGE_SIZE, limit=PAGE_SIZE),
        number=number,
        last=last,
        at=at,
        time_of=time_of,
    )


@bp.get("/events/<slug>/")
@public
def event(slug: str) -> Response:
    """One event: before it how to come, after it what was said and how many came."""
    found = queries.event_by_slug(slug)
    if found is None or not found.engagement.is_public:
        abort(404)
    came = queries.came_from(found)
    places, unsaid, people = shown_attendance(
        [*came.places, *([("", came.outside)] if came.outside else [])], came.people, THRESHOLD
    )
    return page(
        "engagements/events/public.html",
        event=found,
        told=event_words(found),
        time=time_of(found.starts_at, found.ends_at, found.cancelled_at, clock.now()),
        times=TIMES,
        places=places,
        unsaid=unsaid,
        people=people,
        bodies=came.bodies,
        photographs=queries.photographs_of(found.id),
        path=seen_path(found.engagement),
    )
