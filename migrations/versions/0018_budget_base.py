"""What the 1% of a reporting year is of; entries are kept, a correction is the next edition."""

import sqlalchemy as sa
from alembic import op

import engage.extensions

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

KEPT = "a budget_base is never changed or deleted"


def upgrade() -> None:
    op.create_table(
        "budget_base",
        sa.Column("year_start", sa.Date(), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("pence", sa.BigInteger(), nullable=False),
        sa.Column("source", sa.String(length=300), nullable=False),
        sa.Column("at", engage.extensions.UTCDateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Integer(), nullable=False),
        sa.CheckConstraint("pence > 0", name=op.f("ck_budget_base_pence_positive")),
        sa.CheckConstraint("source <> ''", name=op.f("ck_budget_base_source_given")),
        sa.ForeignKeyConstraint(["by"], ["account.id"], name=op.f("fk_budget_base_by_account")),
        sa.PrimaryKeyConstraint("year_start", "edition", name=op.f("pk_budget_base")),
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE FUNCTION keep_budget_base() RETURNS trigger LANGUAGE plpgsql AS $guard$\n"
            f"BEGIN RAISE EXCEPTION '{KEPT}' USING ERRCODE = 'check_violation'; END $guard$"
        )
        op.execute(
            "CREATE TRIGGER keep_budget_base BEFORE UPDATE OR DELETE ON budget_base "
            "FOR EACH ROW EXECUTE FUNCTION keep_budget_base()"
        )
        return
    for event in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER budget_base_refuses_{event.lower()} BEFORE {event} ON budget_base "
            f"BEGIN SELECT RAISE(ABORT, '{KEPT}'); END"
        )


def downgrade() -> None:
    op.drop_table("budget_base")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION keep_budget_base()")
