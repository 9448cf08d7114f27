"""Who may open a route: every view says so, and a test fails for a silent one."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import abort, redirect, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from engage.permissions import Permission, may

View = Callable[..., Any]

#: What ``view.access`` holds on a page that is open to everybody.
PUBLIC = "public"


def public(view: View) -> View:
    """Mark a view as open to everybody, signed in or not."""
    view.access = PUBLIC  # type: ignore[attr-defined]
    return view


def requires(permission: Permission) -> Callable[[View], View]:
    """Open a view only to accounts whose role holds ``permission``.

    Nobody signed in: a page is answered with the way to sign in, a posted form with 401. Signed
    in without the permission: 403. An auditor may read what an officer may, and post nothing.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            refusal = _refusal(permission)
            return refusal if refusal is not None else view(*args, **kwargs)

        guarded.access = permission  # type: ignore[attr-defined]
        return guarded

    return decorate


def can(permission: Permission | str) -> bool:
    """Say whether the person who asks holds ``permission`` for changes. False if signed out."""
    return bool(current_user.is_authenticated) and may(current_user.role, Permission(permission))


def actor() -> dict[str, Any]:
    """Return who acts, as actions take it: the account's id and role."""
    return {"by": current_user.id, "role": current_user.role}


def _refusal(permission: Permission) -> Response | None:
    reading = request.method in ("GET", "HEAD", "OPTIONS")
    if not current_user.is_authenticated:
        if not reading:
            abort(401)
        return redirect(url_for("accounts.sign_in", next=request.full_path.rstrip("?")))
    if not may(current_user.role, permission, reading=reading):
        abort(403)
    return None
