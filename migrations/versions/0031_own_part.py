"""Nobody checks what they proposed themselves; why a report was sent back stands with the award."""

from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

OWN = "whoever proposed something, alone or in a group, has an interest in it"
NEEDLESS = (
    "NOT NEW.has_conflict AND EXISTS (SELECT 1 FROM proposal p WHERE "
    "(p.id = NEW.proposal_id OR p.merged_into_id = NEW.proposal_id) "
    "AND (p.account_id = NEW.account_id OR EXISTS (SELECT 1 FROM representative r "
    "WHERE r.body_id = p.body_id AND r.account_id = NEW.account_id)))"
)


def upgrade() -> None:
    op.execute("ALTER TABLE award ADD COLUMN report_reply TEXT NOT NULL DEFAULT ''")
    if _is_sqlite():
        op.execute(
            f"CREATE TRIGGER interest_in_ones_own BEFORE INSERT ON interest WHEN {NEEDLESS} "
            f"BEGIN SELECT RAISE(ABORT, '{OWN}'); END"
        )
        return
    op.execute(
        "CREATE FUNCTION guard_interest_in_ones_own() RETURNS trigger LANGUAGE plpgsql AS $guard$\n"
        f"BEGIN IF {NEEDLESS} THEN RAISE EXCEPTION '{OWN}' "
        "USING ERRCODE = 'check_violation'; END IF; RETURN NEW; END $guard$"
    )
    op.execute(
        "CREATE TRIGGER guard_interest_in_ones_own BEFORE INSERT ON interest "
        "FOR EACH ROW EXECUTE FUNCTION guard_interest_in_ones_own()"
    )


def downgrade() -> None:
    if _is_sqlite():
        op.execute("DROP TRIGGER interest_in_ones_own")
    else:
        op.execute("DROP TRIGGER guard_interest_in_ones_own ON interest")
        op.execute("DROP FUNCTION guard_interest_in_ones_own()")
    op.execute("ALTER TABLE award DROP COLUMN report_reply")


def _is_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"
