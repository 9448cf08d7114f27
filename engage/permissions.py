"""Who may do what: one table, from role to permissions.

A permission opens a page; rights that also depend on a record (this body's secretary, this
response's author) are checked by the slice's own query, which answers 404.
"""

from enum import StrEnum


class Role(StrEnum):
    """What a signed-in person is to the partnership. Each account has exactly one."""

    RESIDENT = "resident"
    REPRESENTATIVE = "representative"
    OFFICER = "officer"
    ANALYST = "analyst"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"


class Permission(StrEnum):
    """One thing that a page lets somebody do."""

    OWN_ACCOUNT = "own_account"
    REPRESENT_BODIES = "represent_bodies"
    VIEW_DESK = "view_desk"
    MANAGE_PLACES = "manage_places"
    MANAGE_BODIES = "manage_bodies"
    MANAGE_PARTNERS = "manage_partners"
    MANAGE_ENGAGEMENTS = "manage_engagements"
    MANAGE_PLANS = "manage_plans"
    MANAGE_CONSULTATIONS = "manage_consultations"
    MANAGE_BUDGETING = "manage_budgeting"
    RECORD_INFLUENCE = "record_influence"
    VIEW_EVIDENCE = "view_evidence"
    PUBLISH_EVIDENCE = "publish_evidence"
    READ_TRAIL = "read_trail"
    MANAGE_ACCOUNTS = "manage_accounts"


_EVERYBODY = frozenset({Permission.OWN_ACCOUNT, Permission.REPRESENT_BODIES})
_OFFICER = _EVERYBODY | {
    Permission.VIEW_DESK,
    Permission.MANAGE_PLACES,
    Permission.MANAGE_BODIES,
    Permission.MANAGE_PARTNERS,
    Permission.MANAGE_ENGAGEMENTS,
    Permission.MANAGE_PLANS,
    Permission.MANAGE_CONSULTATIONS,
    Permission.MANAGE_BUDGETING,
    Permission.RECORD_INFLUENCE,
    Permission.VIEW_EVIDENCE,
    Permission.PUBLISH_EVIDENCE,
    Permission.READ_TRAIL,
}

#: Any resident may come to represent a body, so the desk of a group opens for every account and
#: shows only the bodies that the account speaks for.
GRANTS: dict[Role, frozenset[Permission]] = {
    Role.RESIDENT: _EVERYBODY,
    Role.REPRESENTATIVE: _EVERYBODY,
    Role.OFFICER: frozenset(_OFFICER),
    Role.ANALYST: _EVERYBODY | {Permission.VIEW_DESK, Permission.VIEW_EVIDENCE},
    Role.AUDITOR: frozenset(
        {
            Permission.OWN_ACCOUNT,
            Permission.VIEW_DESK,
            Permission.VIEW_EVIDENCE,
            Permission.READ_TRAIL,
        }
    ),
    Role.ADMINISTRATOR: frozenset(_OFFICER | {Permission.MANAGE_ACCOUNTS}),
}


def may(role: Role | str, permission: Permission, *, reading: bool = False) -> bool:
    """Say whether ``role`` holds ``permission``.

    ``reading`` is true where nothing can be changed (a GET): an auditor reads whatever an officer
    works with, and changes nothing.
    """
    role = Role(role)
    if reading and role is Role.AUDITOR and permission in _OFFICER:
        return True
    return permission in GRANTS[role]
