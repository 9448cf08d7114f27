"""From what somebody showed to where they live: the steps that every way in shares."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import current_app, request
from flask_babel import gettext as _
from itsdangerous import BadSignature, URLSafeTimedSerializer

from engage import clock
from engage.accounts.rules import source_of
from engage.budgeting.actions.registering import OutsideRefused, check_place, use_code
from engage.budgeting.actions.ways import use_identity
from engage.budgeting.forms.voting import AccountForm, EmailForm, PlaceForm
from engage.budgeting.keys import keys_of
from engage.budgeting.models import Round
from engage.budgeting.queries.voters import code_at
from engage.budgeting.rules.plausibility import UNMARKED, Marks, marks_of
from engage.partners.queries import partnership
from engage.places.queries import find_place, knows_postcodes
from engage.places.rules import Placing, PostcodeRefused, age_on, band_of
from engage.places.rules.postcodes import tidy_postcode

#: How long the second step of the first use of a code or a list stays open, in seconds.
PROOF_LIFE = 3600


def _proofs() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt="voting code, opened")


@dataclass(frozen=True)
class Shown:
    """By what somebody showed that they may vote: a code's locator, or the hash of two facts.

    ``age_band`` is that of a date of birth among the facts.
    """

    kind: str
    value: str
    age_band: str | None = None


def place_form(round_: Round, shown: Shown) -> PlaceForm:
    """Return the empty form that asks where somebody lives who showed a code or two facts."""
    proof = _proofs().dumps([round_.id, shown.kind, shown.value, shown.age_band])
    return asked_place(round_, shown, formdata=None, proof=proof)


def asked_place(round_: Round, shown: Shown | None, **given: Any) -> PlaceForm:
    """Return the form as it was sent: it asks for no age that a date of birth has told."""
    knows_age = shown is not None and shown.age_band is not None
    return PlaceForm(knows_age=knows_age, **eligibility(round_), **given)


def band_born(round_: Round, born: date | None) -> str | None:
    """Return the age band of somebody born on a day, where the rules of the round need an age."""
    return band_of(age_on(clock.today(), born)) if born and round_.min_age else None


def proven(round_: Round, proof: str | None) -> Shown | None:
    """Return by what somebody showed on the page before that they may vote; None: too long ago."""
    try:
        round_id, kind, value, age_band = _proofs().loads(proof or "", max_age=PROOF_LIFE)
    except (BadSignature, ValueError):
        return None
    if round_id != round_.id:
        return None
    code = code_at(value) if kind == "code" else None
    if kind == "code" and (code is None or code.status != "issued"):
        return None
    return Shown(kind, value, age_band)


def register_shown(
    round_: Round,
    shown: Shown,
    placing: Placing,
    marks: Marks = UNMARKED,
    *,
    age_band: str | None = None,
) -> bytes:
    """Register whoever showed a code or is on the list, and return their uid.

    Without ``marks`` where an officer registers them: all come from the officer's connection.
    """
    given: dict[str, Any] = {"marks": marks, "age_band": shown.age_band or age_band}
    code = code_at(shown.value) if shown.kind == "code" else None
    if code is not None:
        return use_code(code, placing, at=clock.now(), **given)
    identity = bytes.fromhex(shown.value)
    return use_identity(round_.id, identity, placing, at=clock.now(), **given)


def marks_here(round_: Round, form: PlaceForm | EmailForm | AccountForm) -> Marks:
    """Return what groups this voter with others for the checks: nothing that leads back to them."""
    return marks_of(
        keys_of(round_.id, round_.key_check),
        round_.id,
        source_of(request.remote_addr),
        tidy_postcode(form.postcode.data or ""),
        clock.today(),
    )


def eligibility(round_: Round) -> dict[str, Any]:
    """Return what a form must know that asks whether somebody may vote in a round."""
    return {"min_age": round_.min_age, "connection": round_.connection}


def placing_of(round_: Round, form: PlaceForm | EmailForm | AccountForm) -> Placing | None:
    """Look a postcode up and forget it; None, with the form refused, where it can't be.

    A place of work, say, lies in the area but tells nothing of where people live who take part:
    its zone isn't kept.
    """
    try:
        placing = find_place(form.postcode.data or "", partnership().council_code)
        check_place(round_, placing)
    except (PostcodeRefused, OutsideRefused) as refusal:
        form.refuse(_(str(refusal)), form.postcode)
        return None
    if knows_postcodes() and not form.takes(placing):
        return None
    return placing if form.lives_here else Placing("not_given")
