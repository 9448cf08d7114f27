"""One function that writes tables anew in the order of their keys, whichever they are."""

from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

#: Locks in the order of ``locked``; writes in the order of ``written``, in which what is referred
#: to stands before what refers to it. Neither the place of a row nor the number of the transaction
#: that wrote or locked it tells afterwards when it came. The rows stay the same.
IN_ORDER = """
CREATE FUNCTION put_in_order(locked text[], written text[]) RETURNS void LANGUAGE plpgsql AS $order$
DECLARE name text; keys text;
BEGIN
  FOREACH name IN ARRAY locked LOOP
    EXECUTE format('LOCK TABLE %I IN ACCESS EXCLUSIVE MODE', name);
  END LOOP;
  FOREACH name IN ARRAY written LOOP
    EXECUTE format('CREATE TEMPORARY TABLE %I ON COMMIT DROP AS TABLE %I', name || '_kept', name);
    EXECUTE format('ALTER TABLE %I DISABLE TRIGGER USER', name);
  END LOOP;
  EXECUTE (SELECT 'TRUNCATE ' || string_agg(quote_ident(n), ', ') FROM unnest(written) AS w(n));
  FOREACH name IN ARRAY written LOOP
    SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY k.place) INTO keys
      FROM pg_index i
      CROSS JOIN unnest(i.indkey::int2[]) WITH ORDINALITY AS k(number, place)
      JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.number
      WHERE i.indrelid = quote_ident(name)::regclass AND i.indisprimary;
    EXECUTE format('INSERT INTO %I SELECT * FROM %I ORDER BY %s', name, name || '_kept', keys);
    EXECUTE format('ALTER TABLE %I ENABLE TRIGGER USER', name);
    EXECUTE format('DROP TABLE %I', name || '_kept');
  END LOOP;
END $order$
"""
BALLOTS_IN_ORDER = """
CREATE FUNCTION put_ballots_in_order() RETURNS void LANGUAGE plpgsql AS $order$
BEGIN
  LOCK TABLE ballot IN ACCESS EXCLUSIVE MODE;
  CREATE TEMPORARY TABLE ballot_kept ON COMMIT DROP AS TABLE ballot;
  ALTER TABLE ballot DISABLE TRIGGER USER;
  TRUNCATE ballot;
  INSERT INTO ballot SELECT * FROM ballot_kept ORDER BY round_id, ballot_key;
  ALTER TABLE ballot ENABLE TRIGGER USER;
  DROP TABLE ballot_kept;
END $order$
"""


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION put_ballots_in_order()")
        op.execute(IN_ORDER)


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION put_in_order(text[], text[])")
        op.execute(BALLOTS_IN_ORDER)
