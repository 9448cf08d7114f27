"""Orders of codes: what an officer's browser holds of one, and who makes its codes.

Codes follow from the random name of their batch under the server's key. Until they are downloaded
the name stands in a cookie of the browser that ordered them, and while they are made in the memory
of the process that makes them: never in the database, in a file or in a list of processes. So
whoever reads the database, with the keys or without, can make no code of it. The cookie lasts a
day, also where its officer signs out or shuts the browser; it opens nothing for others.
"""

import json
from dataclasses import asdict
from datetime import datetime

from flask import current_app, request, url_for
from itsdangerous import BadSignature, URLSafeTimedSerializer
from werkzeug.wrappers import Response

from engage.budgeting.jobs import begin_batch, finish_batch
from engage.budgeting.models import CodeBatch, Round
from engage.budgeting.queries.voters import batch_with
from engage.budgeting.rules.codes import AT_ONCE, Batch
from engage.web.access import actor
from engage.web.apart import may_start_apart, start_apart

#: How long a browser holds an order, in seconds.
HELD = 24 * 3600


def order_codes(round_: Round, number: int) -> Batch:
    """Begin a batch and have it made: a few codes at once, many by a process beside the server.

    Raises RoundRefused and KeysRefused as ``jobs.begin_batch`` does.
    """
    batch = begin_batch(round_.id, number)
    finish_apart(round_, batch)
    return batch


def finish_apart(round_: Round, batch: Batch) -> None:
    """Make what is missing of a batch, beside the server where it takes long."""
    who = actor()
    if batch.number > AT_ONCE and may_start_apart():
        told = json.dumps(asdict(batch) | who)
        start_apart("budgeting", "finish-codes", str(round_.id), "-", given=told)
    else:
        finish_batch(round_.id, batch, **who)


def heard_of(batch: CodeBatch) -> datetime:
    """Return when something was last heard of the process that makes a batch."""
    return batch.worked_at or batch.started_at


def held_batch(round_: Round) -> Batch | None:
    """Return the batch that this browser ordered, until it is downloaded or dropped."""
    try:
        name, number, skipped = _signed().loads(
            request.cookies.get(_cookie(round_), ""), max_age=HELD
        )
    except (BadSignature, ValueError):
        return None
    batch = Batch(name, number, tuple(skipped))
    kept = batch_with(round_.id, batch.fingerprint)
    return batch if kept is not None and kept.stage in ("making", "waiting") else None


def hold_batch(answer: Response, round_: Round, batch: Batch) -> Response:
    """Let this browser hold a batch until its codes are downloaded, for a day at most."""
    answer.set_cookie(
        _cookie(round_),
        _signed().dumps([batch.name, batch.number, batch.skipped]),
        max_age=HELD,
        path=_path(round_),
        httponly=True,
        samesite="Lax",
        secure=current_app.config["SESSION_COOKIE_SECURE"],
    )
    return answer


def let_batch_go(answer: Response, round_: Round) -> Response:
    """Let this browser forget the batch that it held."""
    answer.delete_cookie(_cookie(round_), path=_path(round_))
    return answer


def _cookie(round_: Round) -> str:
    return f"codes-{round_.id}"


def _path(round_: Round) -> str:
    return url_for("voting_manage.codes", slug=round_.engagement.slug)


def _signed() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt="an order of codes")
