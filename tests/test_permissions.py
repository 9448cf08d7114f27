"""The one table of who may do what, read from the other side: each permission, role by role."""

import pytest

from engage.permissions import GRANTS, Permission, Role, may

#: For each permission, who may change with it and who may only read, in the order of ROLES:
#: C change, r read, - neither.
ROLES = (
    Role.RESIDENT, Role.REPRESENTATIVE, Role.OFFICER, Role.ANALYST, Role.AUDITOR,
    Role.ADMINISTRATOR,
)  # fmt: skip
MATRIX = {
    Permission.OWN_ACCOUNT: "CCCCCC",
    Permission.REPRESENT_BODIES: "CCCCrC",
    Permission.VIEW_DESK: "--CCCC",
    Permission.MANAGE_PLACES: "--C-rC",
    Permission.MANAGE_BODIES: "--C-rC",
    Permission.MANAGE_PARTNERS: "--C-rC",
    Permission.MANAGE_ENGAGEMENTS: "--C-rC",
    Permission.MANAGE_PLANS: "--C-rC",
    Permission.MANAGE_CONSULTATIONS: "--C-rC",
    Permission.MANAGE_BUDGETING: "--C-rC",
    Permission.RECORD_INFLUENCE: "--C-rC",
    Permission.VIEW_EVIDENCE: "--CCCC",
    Permission.PUBLISH_EVIDENCE: "--C-rC",
    Permission.READ_TRAIL: "--C-CC",
    Permission.MANAGE_ACCOUNTS: "-----C",
}


def letter(role: Role, permission: Permission) -> str:
    if may(role, permission):
        return "C"
    return "r" if may(role, permission, reading=True) else "-"


@pytest.mark.parametrize("permission", list(Permission))
def test_each_permission_belongs_to_these_roles(permission):
    assert "".join(letter(role, permission) for role in ROLES) == MATRIX[permission]


def test_the_table_has_a_line_for_every_role():
    assert set(GRANTS) == set(Role) == set(ROLES)


@pytest.mark.parametrize("permission", list(Permission))
def test_whoever_may_change_may_read(permission):
    assert all(may(role, permission, reading=True) for role in Role if may(role, permission))


def test_a_role_nobody_knows_is_a_mistake_not_a_guest():
    with pytest.raises(ValueError, match="superuser"):
        may("superuser", Permission.OWN_ACCOUNT)
