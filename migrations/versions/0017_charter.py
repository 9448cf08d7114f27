"""How a round was held against the PB Charter; what was said before the vote stays."""

import sqlalchemy as sa
from alembic import op

import engage.extensions

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

SAID = "what was said before the ballot was settled stays as it was said"
SETTLED = "stage IN ('voting', 'closed', 'declared')"


def upgrade() -> None:
    op.create_table(
        "charter_answer",
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("moment", sa.String(length=6), nullable=False),
        sa.Column("feature", sa.String(length=14), nullable=False),
        sa.Column("answer", sa.String(length=6), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("at", engage.extensions.UTCDateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "moment IN ('before','after')", name=op.f("ck_charter_answer_moment_known")
        ),
        sa.CheckConstraint(
            "feature IN ('fair','participatory','deliberative','empowering','creative',"
            "'transparent','democratic')",
            name=op.f("ck_charter_answer_feature_known"),
        ),
        sa.CheckConstraint(
            "answer IN ('yes','partly','no')", name=op.f("ck_charter_answer_answer_known")
        ),
        sa.CheckConstraint("evidence <> ''", name=op.f("ck_charter_answer_evidence_given")),
        sa.ForeignKeyConstraint(["by"], ["account.id"], name=op.f("fk_charter_answer_by_account")),
        sa.ForeignKeyConstraint(
            ["round_id"], ["round.id"], name=op.f("fk_charter_answer_round_id_round")
        ),
        sa.PrimaryKeyConstraint("round_id", "moment", "feature", name=op.f("pk_charter_answer")),
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE FUNCTION guard_charter_answer() RETURNS trigger LANGUAGE plpgsql AS $guard$\n"
            "DECLARE said record;\nBEGIN\n"
            "  IF TG_OP = 'INSERT' THEN said := NEW; ELSE said := OLD; END IF;\n"
            "  IF said.moment = 'before' AND EXISTS (SELECT FROM round WHERE id = said.round_id "
            f"AND {SETTLED}) THEN RAISE EXCEPTION '{SAID}' USING ERRCODE = 'check_violation'; "
            "END IF;\n"
            "  IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;\n  RETURN NEW;\nEND $guard$"
        )
        op.execute(
            "CREATE TRIGGER guard_charter_answer BEFORE INSERT OR UPDATE OR DELETE "
            "ON charter_answer FOR EACH ROW EXECUTE FUNCTION guard_charter_answer()"
        )
        return
    for event, row in (("INSERT", "NEW"), ("UPDATE", "OLD"), ("DELETE", "OLD")):
        op.execute(
            f"CREATE TRIGGER charter_answer_stays_on_{event.lower()} BEFORE {event} "
            f"ON charter_answer WHEN {row}.moment = 'before' AND EXISTS "
            f"(SELECT 1 FROM round WHERE id = {row}.round_id AND {SETTLED}) "
            f"BEGIN SELECT RAISE(ABORT, '{SAID}'); END"
        )


def downgrade() -> None:
    op.drop_table("charter_answer")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION guard_charter_answer()")
