"""A voter's browser in a few lines, for many at once: real requests to a real server."""

import http.client
import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from engage.budgeting.views.entering import COOKIE

_HIDDEN = re.compile(
    r'name="(csrf_token|base_version|ballot_hash|submission_id)"[^>]*value="([^"]+)"'
)
_RECEIPT = re.compile(r"\b[0-9A-Z]{4}(?:-[0-9A-Z]{4}){3}\b")


@dataclass(frozen=True)
class Answer:
    """What a server answered: its status, the page, and where it leads."""

    status: int
    text: str
    leads_to: str


class Browser:
    """Keeps its cookies and asks one server, with a new connection each time."""

    def __init__(self, port: int, slug: str, token: str) -> None:
        self.port, self.ballot = port, f"/rounds/{slug}/ballot/"
        self.receipt = f"/rounds/{slug}/receipt/"
        self.cookies = {COOKIE: token}

    def ask(self, method: str, path: str, form: object = None) -> Answer:
        """Send one request. Raises OSError or HTTPException where no whole answer comes."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        headers = {
            "Host": "localhost",
            "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
        }
        body = None
        if form is not None:
            body = urlencode(form, doseq=True)  # type: ignore[arg-type]
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            connection.request(method, path, body, headers)
            response = connection.getresponse()
            text = response.read().decode(errors="replace")
        finally:
            connection.close()
        for cookie in response.headers.get_all("Set-Cookie") or []:
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        return Answer(response.status, text, response.headers.get("Location", ""))

    def open_ballot(self) -> dict[str, str]:
        """Open the ballot and return what its form sends beside the choices."""
        answer = self.ask("GET", self.ballot)
        return dict(_HIDDEN.findall(answer.text)) if answer.status == 200 else {}

    def vote(self, form: Mapping[str, str], choices: list[int]) -> Answer:
        """Send the form of ``open_ballot`` with these choices."""
        return self.ask("POST", self.ballot, {**form, "projects": [str(c) for c in choices]})

    def read_receipt(self) -> str:
        """Return the receipt that the page shows, '' where there is none."""
        answer = self.ask("GET", self.receipt)
        found = _RECEIPT.search(answer.text) if answer.status == 200 else None
        return found[0] if found else ""
