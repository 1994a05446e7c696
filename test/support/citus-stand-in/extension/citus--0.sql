-- What Roster calls of Citus, with the names, arguments and errors of
-- https://github.com/citusdata/citus/blob/main/src/backend/distributed/commands/create_distributed_table.c
-- A table is not spread over nodes, but over hash partitions of its own schema, which have names as shards have.

CREATE SCHEMA citus;
GRANT USAGE ON SCHEMA citus TO public;
CREATE TYPE citus.distribution_type AS ENUM ('hash', 'range', 'append');

-- Tables are not made in pg_catalog, but may be moved there.
CREATE TABLE citus.pg_dist_partition (
  logicalrelid regclass NOT NULL,
  partmethod "char" NOT NULL,
  partkey text,
  colocationid integer DEFAULT 0 NOT NULL,
  repmodel "char" DEFAULT 's' NOT NULL,
  autoconverted boolean DEFAULT false NOT NULL
);
CREATE UNIQUE INDEX pg_dist_partition_logical_relid_index ON citus.pg_dist_partition (logicalrelid);
ALTER TABLE citus.pg_dist_partition SET SCHEMA pg_catalog;
GRANT SELECT ON pg_catalog.pg_dist_partition TO public;
CREATE SEQUENCE citus.pg_dist_colocationid_seq;
CREATE SEQUENCE citus.pg_dist_shardid_seq START 102008;

-- Raises the error of Citus for a table that it does not distribute by that column.
CREATE FUNCTION citus.check_table(relation regclass, distribution_column name) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  class pg_class;
  key pg_attribute;
  entry record;
BEGIN
  SELECT * INTO class FROM pg_class WHERE oid = relation;
  IF EXISTS (SELECT FROM pg_dist_partition WHERE logicalrelid = relation) THEN
    RAISE 'table "%" is already distributed', class.relname USING ERRCODE = 'invalid_table_definition';
  END IF;
  IF class.relkind NOT IN ('r', 'p') OR EXISTS (SELECT FROM pg_inherits WHERE relation IN (inhrelid, inhparent)) THEN
    RAISE '% is not a regular, foreign or partitioned table', class.relname USING ERRCODE = 'wrong_object_type';
  END IF;
  IF class.relpersistence = 't' THEN
    RAISE 'cannot distribute a temporary table' USING ERRCODE = 'feature_not_supported';
  END IF;
  SELECT * INTO key FROM pg_attribute WHERE attrelid = relation AND attname = distribution_column AND NOT attisdropped;
  IF NOT FOUND THEN
    RAISE 'column "%" of relation "%" does not exist', distribution_column, class.relname USING ERRCODE = 'undefined_column';
  END IF;
  IF EXISTS (SELECT FROM pg_trigger WHERE tgrelid = relation AND NOT tgisinternal) THEN
    RAISE 'cannot distribute relation "%" because it has triggers', class.relname
      USING HINT = format('Consider dropping all the triggers on "%s" and retry.', class.relname);
  END IF;
  IF key.attgenerated <> '' THEN
    RAISE 'cannot distribute relation: %', class.relname
      USING ERRCODE = 'feature_not_supported', DETAIL = 'Distribution column must not use GENERATED ALWAYS AS (...) STORED.';
  END IF;
  IF EXISTS (SELECT FROM pg_attribute WHERE attrelid = relation AND attidentity <> '') THEN
    RAISE 'the stand-in for Citus keeps no numbers of identity columns' USING ERRCODE = 'feature_not_supported';
  END IF;
  IF NOT (SELECT coalesce(bool_and(collisdeterministic), true) FROM pg_collation WHERE oid = key.attcollation) THEN
    RAISE 'Hash distributed partition columns may not use a non deterministic collation' USING ERRCODE = 'feature_not_supported';
  END IF;
  -- Constraints that are not of an index are not looked at here; an exclusion needs the equality operator on the column.
  FOR entry IN SELECT i.*, c.conexclop FROM pg_index AS i LEFT JOIN pg_constraint AS c ON c.conindid = i.indexrelid AND c.contype = 'x'
               WHERE i.indrelid = relation AND (i.indisunique OR i.indisexclusion)
  LOOP
    IF NOT EXISTS (
      SELECT FROM unnest(entry.indkey::smallint[]) WITH ORDINALITY AS k (attnum, at)
      WHERE attnum = key.attnum AND at <= entry.indnkeyatts
        AND (entry.conexclop IS NULL OR (SELECT oprname FROM pg_operator WHERE oid = entry.conexclop[at]) = '=')
    ) THEN
      RAISE 'cannot create constraint on "%"', class.relname USING ERRCODE = 'feature_not_supported',
        DETAIL = 'Distributed relations cannot have UNIQUE, EXCLUDE, or PRIMARY KEY constraints that do not include the partition column '
          '(with an equality operator if EXCLUDE).';
    END IF;
  END LOOP;
  SELECT confrelid::regclass AS referenced INTO entry FROM pg_constraint WHERE contype = 'f' AND conrelid = relation
    AND NOT EXISTS (SELECT FROM pg_dist_partition WHERE logicalrelid = confrelid);
  IF FOUND THEN
    RAISE 'referenced table "%" must be a distributed table or a reference table', entry.referenced
      USING ERRCODE = 'invalid_table_definition',
        DETAIL = 'To enforce foreign keys, the referencing and referenced rows need to be stored on the same node.';
  END IF;
  -- Citus takes those between colocated tables.
  IF EXISTS (SELECT FROM pg_constraint WHERE contype = 'f' AND relation IN (conrelid, confrelid)) THEN
    RAISE 'the stand-in for Citus takes no foreign keys' USING ERRCODE = 'feature_not_supported';
  END IF;
END $$;

-- The group that a table comes into; a new one unless it is to be kept beside another table.
CREATE FUNCTION citus.colocation_of(relation regclass, distribution_column name, colocate_with text)
RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
  other record;
  key pg_attribute;
BEGIN
  IF colocate_with = 'default' THEN
    -- The newest group of a table whose column has the same type.
    SELECT p.logicalrelid INTO colocate_with FROM pg_dist_partition AS p
    JOIN pg_attribute AS a ON a.attrelid = p.logicalrelid AND a.attname = p.partkey
    JOIN pg_attribute AS own ON own.attrelid = relation AND own.attname = distribution_column AND own.atttypid = a.atttypid
    ORDER BY p.colocationid DESC LIMIT 1;
  END IF;
  IF colocate_with IS NULL OR colocate_with = 'none' THEN RETURN nextval('citus.pg_dist_colocationid_seq'); END IF;
  SELECT p.logicalrelid, p.colocationid, a.atttypid, a.attcollation INTO other FROM pg_dist_partition AS p
  JOIN pg_attribute AS a ON a.attrelid = p.logicalrelid AND a.attname = p.partkey WHERE p.logicalrelid = colocate_with::regclass;
  IF NOT FOUND THEN
    RAISE 'relation % is not distributed', colocate_with USING ERRCODE = 'undefined_table';
  END IF;
  SELECT * INTO key FROM pg_attribute WHERE attrelid = relation AND attname = distribution_column;
  IF (key.atttypid, key.attcollation) <> (other.atttypid, other.attcollation) THEN
    RAISE 'cannot colocate tables % and %', other.logicalrelid, relation USING DETAIL = format(
      'Distribution column %s don''t match for %s and %s.',
      CASE WHEN key.atttypid = other.atttypid THEN 'collations' ELSE 'types' END, other.logicalrelid, relation);
  END IF;
  RETURN other.colocationid;
END $$;

-- Puts a partitioned table in the place of another one, with its name, owner, rows, defaults, constraints and indexes.
CREATE FUNCTION citus.partition_table(relation regclass, distribution_column name, partitions integer)
RETURNS regclass LANGUAGE plpgsql AS $$
DECLARE
  schema text;
  owner text;
  name text;
  made regclass;
  index text;
  later text[];
BEGIN
  SELECT nspname, relname, pg_get_userbyid(relowner) INTO schema, name, owner
  FROM pg_class JOIN pg_namespace AS n ON n.oid = relnamespace WHERE pg_class.oid = relation;
  later := ARRAY(
    SELECT CASE WHEN c.oid IS NULL THEN pg_get_indexdef(i.indexrelid)
      ELSE format('ALTER TABLE %I.%I ADD CONSTRAINT %I %s', schema, name, c.conname, pg_get_constraintdef(c.oid)) END
    FROM pg_index AS i LEFT JOIN pg_constraint AS c ON c.conindid = i.indexrelid AND c.contype IN ('p', 'u', 'x')
    WHERE i.indrelid = relation ORDER BY i.indexrelid);
  EXECUTE format('ALTER TABLE %I.%I RENAME TO %I', schema, name, name || '_local');
  EXECUTE format('CREATE TABLE %I.%I (LIKE %I.%I INCLUDING ALL EXCLUDING INDEXES) PARTITION BY HASH (%I)',
    schema, name, schema, name || '_local', distribution_column);
  made := format('%I.%I', schema, name)::regclass;
  EXECUTE format('ALTER TABLE %s OWNER TO %I', made, owner);
  FOR at IN 0 .. partitions - 1 LOOP
    EXECUTE format('CREATE TABLE %I.%I PARTITION OF %s FOR VALUES WITH (MODULUS %s, REMAINDER %s)',
      schema, name || '_' || nextval('citus.pg_dist_shardid_seq'), made, partitions, at);
  END LOOP;
  EXECUTE format('INSERT INTO %s SELECT * FROM %I.%I', made, schema, name || '_local');
  EXECUTE format('DROP TABLE %I.%I', schema, name || '_local');
  FOREACH index IN ARRAY later LOOP EXECUTE index; END LOOP;
  RETURN made;
END $$;

CREATE FUNCTION create_distributed_table(
  table_name regclass,
  distribution_column text,
  distribution_type citus.distribution_type DEFAULT 'hash',
  colocate_with text DEFAULT 'default',
  shard_count integer DEFAULT NULL
) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  colocation integer;
  shards integer;
BEGIN
  IF distribution_type <> 'hash' THEN
    RAISE 'the stand-in for Citus distributes by hash alone' USING ERRCODE = 'feature_not_supported';
  END IF;
  IF shard_count IS NOT NULL AND colocate_with NOT IN ('default', 'none') THEN
    RAISE 'Cannot use colocate_with with a table and shard_count at the same time';
  END IF;
  EXECUTE format('LOCK TABLE %s IN ACCESS EXCLUSIVE MODE', table_name);
  PERFORM citus.check_table(table_name, distribution_column);
  colocation := citus.colocation_of(table_name, distribution_column, colocate_with);
  shards := CASE WHEN colocate_with IN ('default', 'none') THEN coalesce(shard_count, 4)
    ELSE (SELECT count(*) FROM pg_inherits WHERE inhparent = colocate_with::regclass) END;
  INSERT INTO pg_dist_partition (logicalrelid, partmethod, partkey, colocationid)
  VALUES (citus.partition_table(table_name, distribution_column, shards), 'h', distribution_column, colocation);
END $$;

-- Citus passes the text of a DDL statement of a distributed table on to its nodes, and takes one with others beside it for several.
CREATE FUNCTION citus.check_text() RETURNS event_trigger LANGUAGE plpgsql AS $$
BEGIN
  IF current_query() ~ ';\s*\S' AND EXISTS (
    SELECT FROM pg_event_trigger_ddl_commands() JOIN pg_dist_partition ON logicalrelid = objid WHERE classid = 'pg_class'::regclass
  ) THEN
    RAISE 'cannot execute multiple utility events';
  END IF;
END $$;
CREATE EVENT TRIGGER citus_check_text ON ddl_command_end EXECUTE FUNCTION citus.check_text();
