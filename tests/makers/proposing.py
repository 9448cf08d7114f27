"""Writing a proposal on its pages, as somebody does who has never been here."""

import io
import re
from typing import Any

from bs4 import BeautifulSoup

from engage.partners.models import Partnership
from tests.conftest import Site
from tests.makers.pictures import drawn, picture_file
from tests.makers.places import Places, make_places

ROUND = "/rounds/mastrick-decides/"
START = f"{ROUND}propose/"
IDEA = {
    "title": "Skate ramp",
    "summary": "A ramp for young people",
    "beneficiaries": "Anybody with a board",
}
MONEY = {
    "cost_pence": "3,000",
    "items-what-0": "Ramp",
    "items-pounds-0": "2,500",
    "items-what-1": "Lights",
    "items-pounds-1": "500",
    "takes_less": "yes",
    "smallest_pence": "2,000",
}
PLACE = {"where": "place", "near": "the library"}
SENDER = {"postcode": "XY1 0AA"}


def make_area(session: Any) -> Places:
    """Make Strathlyle with its postcodes, and the partnership whose site it is."""
    places = make_places(session)
    session.add(
        Partnership(
            id=1, name="Strathlyle together", council_code=places.council_code,
            colour="#0065bd", contact_email="", contact_phone="",
        )
    )  # fmt: skip
    session.commit()
    return places


def draft_path(site: Site) -> str:
    """Where the draft stands whose page was opened last."""
    assert site.response is not None
    found = re.match(r"/rounds/[^/]+/propose/[^/]+/", site.response.request.path)
    assert found, site.response.request.path
    return found[0]


def begin(site: Site, start: str = START, **answers: str) -> str:
    """Fill in the first page; return where the draft stands."""
    site.send(start, {**IDEA, **answers})
    return draft_path(site)


def write_draft(site: Site, start: str = START, **answers: str) -> str:
    """Fill in every page but the last; return where the draft stands."""
    asked = {name: answers.pop(name, value) for name, value in {**MONEY, **PLACE, **SENDER}.items()}
    path = begin(site, start, **{k: v for k, v in answers.items() if k in (*IDEA, "theme")})
    rest = {k: v for k, v in answers.items() if k not in (*IDEA, "theme")}
    site.send(f"{path}money/", {k: asked[k] for k in MONEY})
    site.send(f"{path}place/", {k: asked[k] for k in PLACE})
    site.send(f"{path}about/", {k: asked[k] for k in SENDER} | rest)
    return path


def propose(site: Site, start: str = START, **answers: str) -> BeautifulSoup:
    """Write a proposal and send it; return the receipt."""
    return site.send(f"{write_draft(site, start, **answers)}check/")


def reference_on(page: BeautifulSoup) -> str:
    """The reference that stands on a page."""
    found = page.select_one(".engage-reference")
    assert found is not None
    return str(found.text)


def add_photograph(site: Site, path: str, alt: str = "A red corner", data: bytes = b"") -> Any:
    """Send a photograph to a draft; return the answer."""
    token = site.open(f"{path}pictures/").select_one("form[enctype] [name=csrf_token]")
    file = io.BytesIO(data or picture_file(drawn(60, 40)))
    form = {"csrf_token": token["value"], "photograph": (file, "a.jpg"), "alt": alt}  # type: ignore[index]
    return site.client.post(f"{path}pictures/", data=form, follow_redirects=True)
