"""Participation requests for tests, taken as far as a test needs by the actions of the pages."""

from datetime import date, datetime, timedelta
from typing import Any

from engage.bodies.models import CommunityBody
from engage.partners.models import Partner
from engage.requests.actions import deciding
from engage.requests.actions import requests as actions
from engage.requests.models import ParticipationRequest
from engage.requests.rules.requests import GROUNDS, Decision, OutcomeReport, RequestText
from tests.conftest import NOW

#: A Monday; the decision about a request that is whole then is due on 17 February 2026.
CAME = date(2026, 1, 5)
WEIGHED = dict.fromkeys(GROUNDS, "likely")


def make_partner(session: Any, name: str = "Strathlyle Council", kind: str = "council") -> Partner:
    """Make a partner and commit it."""
    partner = Partner(name=name, kind=kind, is_statutory=True)
    session.add(partner)
    session.commit()
    return partner


def wanted(partner: Partner, title: str = "Safer crossing", **facts: Any) -> RequestText:
    """A whole request to ``partner``."""
    return RequestText(
        **{
            "title": title,
            "maker": "community_council",
            "authority_id": partner.id,
            "outcome": "Children walk to school safely.",
            "reasons": "We see the crossing twice a day.",
            "knowledge": "We counted cars for a month.",
            "improvement": "The lights would stand where people cross.",
            **facts,
        }
    )


def yes(**facts: Any) -> Decision:
    """A decision that agrees and proposes a process."""
    return Decision(
        **{
            "agreed": True,
            "reasons": "You know the crossing.",
            "weighed": WEIGHED,
            "operation": "Three meetings.",
            "group_part": "A seat at each.",
            **facts,
        }
    )


def no() -> Decision:
    """A decision that refuses."""
    return Decision(agreed=False, reasons="The road is not ours.", weighed=WEIGHED)


TOLD = OutcomeReport(
    summary="The crossing was moved.",
    improved="yes",
    improvement="Nobody was hurt in a term.",
    influence="The group chose the place.",
    informing="A page each quarter.",
    service_changed=True,
)


def on(day: date) -> dict[str, Any]:
    """Who acts, and when: the system, at noon."""
    return {
        "at": NOW.replace(year=day.year, month=day.month, day=day.day),
        "today": day,
        "by": None,
    }


def make_request(
    session: Any,
    body: CommunityBody,
    partner: Partner,
    until: str = "valid",
    *,
    came: date = CAME,
    decision: Decision | None = None,
    **facts: Any,
) -> ParticipationRequest:
    """Make a request and take it as far as ``until``, a stage; each step a day later."""
    asked = actions.begin_request(body, wanted(partner, **facts), at=on(came)["at"])
    steps = [
        lambda day: actions.send_request(asked, role="representative", **on(day)),
        lambda day: actions.validate_request(asked, day, **on(day)),
        lambda day: deciding.decide_request(asked, decision or yes(), **on(day)),
        lambda day: deciding.comment_on_process(asked, "Fine.", role="group", **on(day)),
        lambda day: deciding.confirm_process(asked, "Three meetings.", **on(day)),
        lambda day: deciding.start_process(asked, day, **on(day)),
        lambda day: deciding.end_process(asked, day, **on(day)),
        lambda day: deciding.draft_report(asked, TOLD, **on(day)),
        lambda day: deciding.publish_report(asked, at=_at(day), by=None),
    ]
    needed = {"draft": 0, "sent": 1, "valid": 2, "agreed": 3, "refused": 3, "confirmed": 5,
              "under_way": 6, "ended": 7, "drafted": 8, "reported": 9}[until]  # fmt: skip
    for number, step in enumerate(steps[:needed]):
        step(came + timedelta(days=max(0, number - 1)))
    session.commit()
    return asked


def _at(day: date) -> datetime:
    at: datetime = on(day)["at"]
    return at
