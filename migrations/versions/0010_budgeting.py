"""Rounds, voters, ballots, counts."""

import sqlalchemy as sa
from alembic import op

import engage.extensions

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('round',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('engagement_id', sa.Integer(), nullable=False),
    sa.Column('pot_pence', sa.BigInteger(), nullable=False),
    sa.Column('min_award_pence', sa.BigInteger(), nullable=False),
    sa.Column('max_award_pence', sa.BigInteger(), nullable=False),
    sa.Column('min_choices', sa.Integer(), nullable=False),
    sa.Column('max_choices', sa.Integer(), nullable=False),
    sa.Column('min_age', sa.Integer(), nullable=False),
    sa.Column('who_may_vote', sa.Text(), nullable=False),
    sa.Column('rule', sa.String(length=20), nullable=False),
    sa.Column('tie_order', sa.String(length=40), nullable=False),
    sa.Column('allow_change', sa.Boolean(), nullable=False),
    sa.Column('proposals_open_at', engage.extensions.UTCDateTime(timezone=True), nullable=False),
    sa.Column('proposals_close_at', engage.extensions.UTCDateTime(timezone=True), nullable=False),
    sa.Column('voting_opens_at', engage.extensions.UTCDateTime(timezone=True), nullable=False),
    sa.Column('voting_closes_at', engage.extensions.UTCDateTime(timezone=True), nullable=False),
    sa.Column('stage', sa.String(length=12), nullable=False),
    sa.Column('is_imported', sa.Boolean(), nullable=False),
    sa.Column('rules_hash', sa.String(length=64), nullable=True),
    sa.Column('ballot_hash', sa.String(length=64), nullable=True),
    sa.Column('key_check', sa.LargeBinary(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint("rule IN ('greedy')", name=op.f('ck_round_rule_known')),
    sa.CheckConstraint("stage IN ('preparing','proposals','screening','voting','closed','declared')", name=op.f('ck_round_stage_known')),
    sa.CheckConstraint("stage NOT IN ('voting','closed','declared') OR (ballot_hash IS NOT NULL AND key_check IS NOT NULL)", name=op.f('ck_round_voting_is_keyed')),
    sa.CheckConstraint('max_award_pence <= pot_pence', name=op.f('ck_round_award_within_pot')),
    sa.CheckConstraint('max_award_pence >= min_award_pence', name=op.f('ck_round_awards_in_order')),
    sa.CheckConstraint('max_choices >= min_choices', name=op.f('ck_round_choices_in_order')),
    sa.CheckConstraint('min_age BETWEEN 0 AND 18', name=op.f('ck_round_age_sensible')),
    sa.CheckConstraint('min_award_pence >= 0', name=op.f('ck_round_min_award_not_negative')),
    sa.CheckConstraint('min_choices >= 1', name=op.f('ck_round_at_least_one_choice')),
    sa.CheckConstraint('pot_pence > 0', name=op.f('ck_round_pot_positive')),
    sa.CheckConstraint('proposals_close_at > proposals_open_at', name=op.f('ck_round_proposals_in_order')),
    sa.CheckConstraint('voting_closes_at > voting_opens_at', name=op.f('ck_round_voting_in_order')),
    sa.CheckConstraint('voting_opens_at >= proposals_close_at', name=op.f('ck_round_voting_after_proposals')),
    sa.ForeignKeyConstraint(['engagement_id'], ['engagement.id'], name=op.f('fk_round_engagement_id_engagement')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_round')),
    sa.UniqueConstraint('engagement_id', name=op.f('uq_round_engagement_id'))
    )
    op.create_index(op.f('ix_round_stage'), 'round', ['stage'], unique=False)
    op.create_table('ballot',
    sa.Column('round_id', sa.Integer(), nullable=False),
    sa.Column('ballot_key', sa.LargeBinary(), nullable=False),
    sa.Column('source', sa.String(length=10), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('submission_id', sa.String(length=36), nullable=False),
    sa.Column('choices', sa.Text(), nullable=False),
    sa.Column('salt', sa.LargeBinary(), nullable=False),
    sa.Column('leaf', sa.LargeBinary(), nullable=False),
    sa.CheckConstraint("source IN ('online','paper','desk','assisted','imported')", name=op.f('ck_ballot_source_known')),
    sa.CheckConstraint('length(ballot_key) = 32', name=op.f('ck_ballot_ballot_key_size')),
    sa.CheckConstraint('length(leaf) = 32', name=op.f('ck_ballot_leaf_size')),
    sa.CheckConstraint('length(salt) = 16', name=op.f('ck_ballot_salt_size')),
    sa.CheckConstraint('version >= 1', name=op.f('ck_ballot_version_from_one')),
    sa.ForeignKeyConstraint(['round_id'], ['round.id'], name=op.f('fk_ballot_round_id_round')),
    sa.PrimaryKeyConstraint('round_id', 'ballot_key', name=op.f('pk_ballot')),
    sa.UniqueConstraint('round_id', 'leaf', name=op.f('uq_ballot_round_id_leaf')),
    sqlite_with_rowid=False
    )
    op.create_table('proposal',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('public_id', sa.String(length=36), nullable=False),
    sa.Column('round_id', sa.Integer(), nullable=False),
    sa.Column('title', sa.String(length=120), nullable=False),
    sa.Column('summary', sa.Text(), nullable=False),
    sa.Column('cost_pence', sa.BigInteger(), nullable=False),
    sa.Column('name', sa.String(length=100), nullable=False),
    sa.Column('email', sa.String(length=254), nullable=False),
    sa.Column('body_id', sa.Integer(), nullable=True),
    sa.Column('account_id', sa.Integer(), nullable=True),
    sa.Column('reference_hash', sa.String(length=64), nullable=False),
    sa.Column('place', sa.String(length=10), nullable=False),
    sa.Column('zone_code', sa.String(length=9), nullable=True),
    sa.Column('stage', sa.String(length=12), nullable=False),
    sa.Column('reason', sa.Text(), nullable=True),
    sa.Column('checked_cost_pence', sa.BigInteger(), nullable=True),
    sa.Column('cost_reason', sa.Text(), nullable=True),
    sa.Column('submitted_at', engage.extensions.UTCDateTime(timezone=True), nullable=False),
    sa.Column('screened_at', engage.extensions.UTCDateTime(timezone=True), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint("checked_cost_pence IS NULL OR (cost_reason IS NOT NULL AND cost_reason <> '')", name=op.f('ck_proposal_cost_reason_given')),
    sa.CheckConstraint("place IN ('matched','outside','unmatched','not_given')", name=op.f('ck_proposal_place_known')),
    sa.CheckConstraint('checked_cost_pence > 0', name=op.f('ck_proposal_checked_cost_positive')),
    sa.CheckConstraint("stage <> 'left_out' OR (reason IS NOT NULL AND reason <> '')", name=op.f('ck_proposal_reason_given')),
    sa.CheckConstraint("stage IN ('submitted','accepted','left_out')", name=op.f('ck_proposal_stage_known')),
    sa.CheckConstraint('cost_pence > 0', name=op.f('ck_proposal_cost_positive')),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_proposal_account_id_account')),
    sa.ForeignKeyConstraint(['body_id'], ['community_body.id'], name=op.f('fk_proposal_body_id_community_body')),
    sa.ForeignKeyConstraint(['round_id'], ['round.id'], name=op.f('fk_proposal_round_id_round')),
    sa.ForeignKeyConstraint(['zone_code'], ['data_zone.code'], name=op.f('fk_proposal_zone_code_data_zone')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_proposal')),
    sa.UniqueConstraint('public_id', name=op.f('uq_proposal_public_id')),
    sa.UniqueConstraint('reference_hash', name=op.f('uq_proposal_reference_hash'))
    )
    op.create_index(op.f('ix_proposal_round_id'), 'proposal', ['round_id'], unique=False)
    op.create_index(op.f('ix_proposal_stage'), 'proposal', ['stage'], unique=False)
    op.create_table('round_count',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('round_id', sa.Integer(), nullable=False),
    sa.Column('at', engage.extensions.UTCDateTime(timezone=True), nullable=False),
    sa.Column('seal_hash', sa.String(length=64), nullable=False),
    sa.Column('outcome', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['round_id'], ['round.id'], name=op.f('fk_round_count_round_id_round')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_round_count'))
    )
    op.create_index(op.f('ix_round_count_round_id'), 'round_count', ['round_id'], unique=False)
    op.create_table('seal',
    sa.Column('round_id', sa.Integer(), nullable=False),
    sa.Column('n', sa.Integer(), nullable=False),
    sa.Column('at', engage.extensions.UTCDateTime(timezone=True), nullable=False),
    sa.Column('ballots', sa.Integer(), nullable=False),
    sa.Column('root', sa.String(length=64), nullable=False),
    sa.Column('prev_hash', sa.String(length=64), nullable=False),
    sa.Column('hash', sa.String(length=64), nullable=False),
    sa.Column('reason', sa.String(length=20), nullable=False),
    sa.CheckConstraint('n >= 1', name=op.f('ck_seal_n_from_one')),
    sa.ForeignKeyConstraint(['round_id'], ['round.id'], name=op.f('fk_seal_round_id_round')),
    sa.PrimaryKeyConstraint('round_id', 'n', name=op.f('pk_seal')),
    sa.UniqueConstraint('hash', name=op.f('uq_seal_hash')),
    sqlite_with_rowid=False
    )
    op.create_table('voter',
    sa.Column('uid', sa.LargeBinary(), nullable=False),
    sa.Column('round_id', sa.Integer(), nullable=False),
    sa.Column('zone_code', sa.String(length=9), nullable=True),
    sa.Column('place', sa.String(length=10), nullable=False),
    sa.Column('status', sa.String(length=10), nullable=False),
    sa.Column('registered_on', sa.Date(), nullable=False),
    sa.CheckConstraint("place IN ('matched','outside','unmatched','not_given')", name=op.f('ck_voter_place_known')),
    sa.CheckConstraint("status IN ('eligible','excluded','withdrawn')", name=op.f('ck_voter_status_known')),
    sa.CheckConstraint('length(uid) = 16', name=op.f('ck_voter_uid_size')),
    sa.ForeignKeyConstraint(['round_id'], ['round.id'], name=op.f('fk_voter_round_id_round')),
    sa.ForeignKeyConstraint(['zone_code'], ['data_zone.code'], name=op.f('fk_voter_zone_code_data_zone')),
    sa.PrimaryKeyConstraint('uid', name=op.f('pk_voter')),
    sqlite_with_rowid=False
    )
    op.create_table('voter_link',
    sa.Column('token_hash', sa.String(length=64), nullable=False),
    sa.Column('round_id', sa.Integer(), nullable=False),
    sa.Column('identity_key', sa.LargeBinary(), nullable=False),
    sa.Column('zone_code', sa.String(length=9), nullable=True),
    sa.Column('place', sa.String(length=10), nullable=False),
    sa.Column('expires_on', sa.Date(), nullable=False),
    sa.Column('is_used', sa.Boolean(), nullable=False),
    sa.CheckConstraint('length(identity_key) = 32', name=op.f('ck_voter_link_identity_key_size')),
    sa.ForeignKeyConstraint(['round_id'], ['round.id'], name=op.f('fk_voter_link_round_id_round')),
    sa.ForeignKeyConstraint(['zone_code'], ['data_zone.code'], name=op.f('fk_voter_link_zone_code_data_zone')),
    sa.PrimaryKeyConstraint('token_hash', name=op.f('pk_voter_link')),
    sqlite_with_rowid=False
    )
    op.create_table('project',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('round_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('reference', sa.String(length=60), nullable=False),
    sa.Column('title', sa.String(length=200), nullable=False),
    sa.Column('summary', sa.Text(), nullable=False),
    sa.Column('cost_pence', sa.BigInteger(), nullable=False),
    sa.Column('lot', sa.Integer(), nullable=False),
    sa.Column('proposal_id', sa.Integer(), nullable=True),
    sa.CheckConstraint('cost_pence > 0', name=op.f('ck_project_cost_positive')),
    sa.ForeignKeyConstraint(['proposal_id'], ['proposal.id'], name=op.f('fk_project_proposal_id_proposal')),
    sa.ForeignKeyConstraint(['round_id'], ['round.id'], name=op.f('fk_project_round_id_round')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_project')),
    sa.UniqueConstraint('proposal_id', name=op.f('uq_project_proposal_id')),
    sa.UniqueConstraint('round_id', 'lot', name=op.f('uq_project_round_id_lot')),
    sa.UniqueConstraint('round_id', 'number', name=op.f('uq_project_round_id_number'))
    )
    op.create_table('result',
    sa.Column('round_id', sa.Integer(), nullable=False),
    sa.Column('count_id', sa.Integer(), nullable=False),
    sa.Column('declared_at', engage.extensions.UTCDateTime(timezone=True), nullable=False),
    sa.Column('declared_by', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['count_id'], ['round_count.id'], name=op.f('fk_result_count_id_round_count')),
    sa.ForeignKeyConstraint(['declared_by'], ['account.id'], name=op.f('fk_result_declared_by_account')),
    sa.ForeignKeyConstraint(['round_id'], ['round.id'], name=op.f('fk_result_round_id_round')),
    sa.PrimaryKeyConstraint('round_id', name=op.f('pk_result')),
    sa.UniqueConstraint('count_id', name=op.f('uq_result_count_id'))
    )
    op.create_table('voter_code',
    sa.Column('round_id', sa.Integer(), nullable=False),
    sa.Column('locator', sa.String(length=5), nullable=False),
    sa.Column('secret_hash', sa.String(length=200), nullable=False),
    sa.Column('status', sa.String(length=10), nullable=False),
    sa.Column('voter_uid', sa.LargeBinary(), nullable=True),
    sa.CheckConstraint("status IN ('issued','void')", name=op.f('ck_voter_code_status_known')),
    sa.ForeignKeyConstraint(['round_id'], ['round.id'], name=op.f('fk_voter_code_round_id_round')),
    sa.ForeignKeyConstraint(['voter_uid'], ['voter.uid'], name=op.f('fk_voter_code_voter_uid_voter')),
    sa.PrimaryKeyConstraint('round_id', 'locator', name=op.f('pk_voter_code')),
    sa.UniqueConstraint('voter_uid', name=op.f('uq_voter_code_voter_uid')),
    sqlite_with_rowid=False
    )
    op.create_table('voter_identity',
    sa.Column('round_id', sa.Integer(), nullable=False),
    sa.Column('identity_key', sa.LargeBinary(), nullable=False),
    sa.Column('voter_uid', sa.LargeBinary(), nullable=False),
    sa.CheckConstraint('length(identity_key) = 32', name=op.f('ck_voter_identity_identity_key_size')),
    sa.ForeignKeyConstraint(['round_id'], ['round.id'], name=op.f('fk_voter_identity_round_id_round')),
    sa.ForeignKeyConstraint(['voter_uid'], ['voter.uid'], name=op.f('fk_voter_identity_voter_uid_voter')),
    sa.PrimaryKeyConstraint('round_id', 'identity_key', name=op.f('pk_voter_identity')),
    sqlite_with_rowid=False
    )
    op.create_table('voting_pass',
    sa.Column('token_hash', sa.String(length=64), nullable=False),
    sa.Column('round_id', sa.Integer(), nullable=False),
    sa.Column('voter_uid', sa.LargeBinary(), nullable=False),
    sa.Column('expires_at', engage.extensions.UTCDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['round_id'], ['round.id'], name=op.f('fk_voting_pass_round_id_round')),
    sa.ForeignKeyConstraint(['voter_uid'], ['voter.uid'], name=op.f('fk_voting_pass_voter_uid_voter')),
    sa.PrimaryKeyConstraint('token_hash', name=op.f('pk_voting_pass')),
    sqlite_with_rowid=False
    )


def downgrade() -> None:
    op.drop_table('voting_pass')
    op.drop_table('voter_identity')
    op.drop_table('voter_code')
    op.drop_table('result')
    op.drop_table('project')
    op.drop_table('voter_link')
    op.drop_table('voter')
    op.drop_table('seal')
    op.drop_index(op.f('ix_round_count_round_id'), table_name='round_count')
    op.drop_table('round_count')
    op.drop_index(op.f('ix_proposal_stage'), table_name='proposal')
    op.drop_index(op.f('ix_proposal_round_id'), table_name='proposal')
    op.drop_table('proposal')
    op.drop_table('ballot')
    op.drop_index(op.f('ix_round_stage'), table_name='round')
    op.drop_table('round')
