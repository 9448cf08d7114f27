"""How a view answers: a page, a CSV file."""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from typing import Any

from flask import Response, current_app, make_response, render_template

from engage.web.forms import Form
from engage.web.rules import safe_cell


def page(template: str, status: int = 200, form: Form | None = None, **context: Any) -> Response:
    """Render a page. A form with errors is answered 422, so that nobody takes it for done."""
    if form is not None and status == 200 and (form.errors or form.form_errors):
        status = 422
    return make_response(render_template(template, form=form, **context), status)


def absolute_url(endpoint: str, **values: Any) -> str:
    """Return the address of a page for a message: it starts with BASE_URL, never with what the
    caller said that our host is."""
    path = current_app.url_map.bind("").build(endpoint, values, force_external=False)
    return f"{current_app.config['BASE_URL']}{path}"


def csv_download(name: str, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> Response:
    """Answer with a CSV file called ``name``: UTF-8 with a mark that spreadsheets know, CRLF.

    A text cell that a spreadsheet would run as a formula gets an apostrophe before it; numbers,
    negative ones too, stay numbers.
    """
    rows = list(rows)
    text = _csv(rows)
    if "\x00" in text or _MAY_RUN.search("\n" + text):
        text = _csv(map(safe_cell, row) for row in rows)
    response = make_response("\ufeff" + _csv([header]) + text)
    response.headers["Content-Type"] = "text/csv; charset=utf-8"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


#: How a cell begins that may have to be made safe. It finds harmless commas in texts too, but no
#: file without a find holds such a cell: thousands of cells are looked at in one go.
_MAY_RUN = re.compile('[,\r\n](?:[=+\\-@\t]|"[=+\\-@\t\r])')


def _csv(rows: Iterable[Iterable[Any]]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows(rows)
    return out.getvalue()
