"""Communities' plans for tests, sent by the actions themselves."""

import io
import zipfile
from datetime import date
from typing import Any

from engage.bodies.models import CommunityBody
from engage.plans.actions.community import send_plan
from engage.plans.models import CommunityPlan
from engage.plans.rules.community import PlanFacts, PlanFile
from tests.conftest import NOW


def make_community_plan(
    session: Any,
    body: CommunityBody,
    title: str = "Kirkton 2030",
    *,
    is_checked: bool = True,
    file: PlanFile | None = None,
    **facts: Any,
) -> CommunityPlan:
    """Send a plan of a body, with a link, and put it on the list unless it is to wait."""
    told = {
        "kind": "local_place_plan",
        "made_on": date(2026, 5, 1),
        "summary": "A path to the school that is lit.",
        "link": "https://example.org/kirkton",
        **facts,
    }
    plan = send_plan(
        body, PlanFacts(title=title, **told), file, at=NOW, by=None, is_checked=is_checked
    )
    session.commit()
    return plan


def packed(**members: str) -> bytes:
    """A zip file with these members; two underscores in a name stand for a slash."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, text in members.items():
            archive.writestr(name.replace("__", "/"), text)
    return out.getvalue()


def word_file(**more: str) -> bytes:
    """A document that has what a .docx must have."""
    return packed(**{"[Content_Types].xml": "<Types/>", "word__document.xml": "<d/>", **more})
