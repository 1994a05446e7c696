/** The triggers that refuse a change of the audit, by name. */
export const SQLITE_AUDIT_TRIGGERS = {
  audit_is_not_changed: `CREATE TRIGGER audit_is_not_changed BEFORE UPDATE ON audit
    WHEN NEW.target IS NOT NULL
      OR (NEW.id, NEW.at, NEW.author_kind, NEW.author_name, NEW.action, NEW.details, NEW.hash)
        <> (OLD.id, OLD.at, OLD.author_kind, OLD.author_name, OLD.action, OLD.details, OLD.hash)
      OR NEW.author_id IS NOT OLD.author_id OR NEW.target_hash IS NOT OLD.target_hash
      OR NEW.address IS NOT OLD.address OR NEW.request_id IS NOT OLD.request_id
    BEGIN SELECT RAISE(ABORT, 'An entry of the audit is never changed. Only its target may be blanked.'); END;`,
  audit_is_not_removed: `CREATE TRIGGER audit_is_not_removed BEFORE DELETE ON audit
    BEGIN SELECT RAISE(ABORT, 'An entry of the audit is never removed.'); END;`,
  // INSERT OR REPLACE removes a row without the trigger before.
  audit_is_not_replaced: `CREATE TRIGGER audit_is_not_replaced BEFORE INSERT ON audit WHEN EXISTS (SELECT 1 FROM audit WHERE id = NEW.id)
    BEGIN SELECT RAISE(ABORT, 'An entry of the audit is never replaced.'); END;`,
} as const;

const REFUSE_CHANGE = `
  BEGIN
    IF TG_OP = 'UPDATE' THEN
      IF NEW.target IS NULL AND to_jsonb(NEW) - 'target' = to_jsonb(OLD) - 'target' THEN
        RETURN NEW;
      END IF;
      RAISE EXCEPTION 'An entry of the audit is never changed. Only its target may be blanked.';
    END IF;
    RAISE EXCEPTION 'An entry of the audit is never removed.';
  END
  `;

/** The function of {@link POSTGRES_AUDIT_TRIGGERS}. */
export const POSTGRES_AUDIT_FUNCTION = `
  CREATE OR REPLACE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS $$${REFUSE_CHANGE}$$;`;

/** See {@link SQLITE_AUDIT_TRIGGERS}. The words are in the order in which PostgreSQL gives them back. */
export const POSTGRES_AUDIT_TRIGGERS = {
  audit_is_not_changed: `CREATE TRIGGER audit_is_not_changed BEFORE DELETE OR UPDATE ON audit
    FOR EACH ROW EXECUTE FUNCTION refuse_audit_change();`,
  audit_is_not_emptied: `CREATE TRIGGER audit_is_not_emptied BEFORE TRUNCATE ON audit
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change();`,
} as const;

/** The definitions that a check compares: those of the triggers with the body of their function. */
export const POSTGRES_AUDIT_DEFINITIONS = Object.fromEntries(
  Object.entries(POSTGRES_AUDIT_TRIGGERS).map(([name, statement]) => [name, `${statement} ${REFUSE_CHANGE}`]),
);

/**
 * The tables of access, the same in both engines. Numbers of users, sessions and tokens come from `access_state`, whose only row every
 * writer locks first. So no number is assigned twice, and a copy of the rows is a copy of everything.
 */
export const SQLITE_ACCESS = `
  CREATE TABLE access_state (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    is_closed INTEGER NOT NULL,
    last_user INTEGER NOT NULL,
    last_session INTEGER NOT NULL,
    last_token INTEGER NOT NULL,
    -- The number of entries of the audit, the hash of the last one, and the key of the hashes of targets.
    audit_entries INTEGER NOT NULL,
    audit_head BLOB NOT NULL,
    audit_key BLOB NOT NULL
  );
  INSERT INTO access_state VALUES (1, 0, 0, 0, 0, 0, zeroblob(32), randomblob(32));

  CREATE TABLE users (
    id INTEGER PRIMARY KEY,
    email TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    role TEXT NOT NULL,
    is_disabled INTEGER NOT NULL,
    password_hash TEXT,
    issuer TEXT,
    subject TEXT,
    may_be_linked INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    last_seen_at INTEGER,
    UNIQUE (issuer, subject)
  );
  CREATE TABLE sessions (
    id INTEGER PRIMARY KEY,
    hash BLOB NOT NULL UNIQUE,
    user_id INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    used_at INTEGER NOT NULL,
    ends_at INTEGER NOT NULL,
    address TEXT NOT NULL,
    user_agent TEXT NOT NULL,
    sealed_refresh BLOB,
    refreshed_at INTEGER
  );
  CREATE INDEX sessions_by_user ON sessions (user_id);
  CREATE TABLE tokens (
    id INTEGER PRIMARY KEY,
    hash BLOB NOT NULL UNIQUE,
    name TEXT NOT NULL,
    -- Names with a space between them.
    permissions TEXT NOT NULL,
    creator_id INTEGER,
    created_at INTEGER NOT NULL,
    expires_at INTEGER,
    used_at INTEGER
  );
  CREATE TABLE one_time_codes (
    hash BLOB PRIMARY KEY,
    purpose TEXT NOT NULL,
    user_id INTEGER,
    ends_at INTEGER NOT NULL,
    wrong_tries INTEGER NOT NULL
  );
  -- Wrong passwords of the last minutes. "noted" of the tries are in the audit.
  CREATE TABLE login_failures (
    email TEXT NOT NULL,
    address TEXT NOT NULL,
    at INTEGER NOT NULL,
    tries INTEGER NOT NULL,
    noted INTEGER NOT NULL,
    PRIMARY KEY (email, address, at)
  );
  CREATE INDEX login_failures_by_address ON login_failures (address, at);

  CREATE TABLE audit (
    id INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    author_kind TEXT NOT NULL,
    author_id INTEGER,
    author_name TEXT NOT NULL,
    action TEXT NOT NULL,
    target TEXT,
    -- Stays when the target is blanked, so that the chain of hashes stays whole.
    target_hash BLOB,
    details TEXT NOT NULL,
    address TEXT,
    request_id TEXT,
    hash BLOB NOT NULL
  );
  CREATE INDEX audit_by_target ON audit (target) WHERE target IS NOT NULL;
  ${Object.values(SQLITE_AUDIT_TRIGGERS).join('\n')}
  `;

/** See {@link SQLITE_ACCESS}. On Citus these tables stay on the coordinator. */
export const POSTGRES_ACCESS = `
  CREATE TABLE access_state (
    id bigint PRIMARY KEY CHECK (id = 1),
    is_closed bigint NOT NULL,
    last_user bigint NOT NULL,
    last_session bigint NOT NULL,
    last_token bigint NOT NULL,
    -- The number of entries of the audit, the hash of the last one, and the key of the hashes of targets.
    audit_entries bigint NOT NULL,
    audit_head bytea NOT NULL,
    audit_key bytea NOT NULL
  );
  INSERT INTO access_state VALUES (1, 0, 0, 0, 0, 0, decode(repeat('00', 32), 'hex'),
    sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())));

  CREATE TABLE users (
    id bigint PRIMARY KEY,
    email text COLLATE "C" NOT NULL UNIQUE,
    name text NOT NULL,
    role text NOT NULL,
    is_disabled bigint NOT NULL,
    password_hash text,
    issuer text COLLATE "C",
    subject text COLLATE "C",
    may_be_linked bigint NOT NULL,
    created_at bigint NOT NULL,
    last_seen_at bigint,
    UNIQUE (issuer, subject)
  );
  CREATE TABLE sessions (
    id bigint PRIMARY KEY,
    hash bytea NOT NULL UNIQUE,
    user_id bigint NOT NULL,
    created_at bigint NOT NULL,
    used_at bigint NOT NULL,
    ends_at bigint NOT NULL,
    address text NOT NULL,
    user_agent text NOT NULL,
    sealed_refresh bytea,
    refreshed_at bigint
  );
  CREATE INDEX sessions_by_user ON sessions (user_id);
  CREATE TABLE tokens (
    id bigint PRIMARY KEY,
    hash bytea NOT NULL UNIQUE,
    name text NOT NULL,
    -- Names with a space between them.
    permissions text NOT NULL,
    creator_id bigint,
    created_at bigint NOT NULL,
    expires_at bigint,
    used_at bigint
  );
  CREATE TABLE one_time_codes (
    hash bytea PRIMARY KEY,
    purpose text NOT NULL,
    user_id bigint,
    ends_at bigint NOT NULL,
    wrong_tries bigint NOT NULL
  );
  -- Wrong passwords of the last minutes. "noted" of the tries are in the audit.
  CREATE TABLE login_failures (
    email text COLLATE "C" NOT NULL,
    address text COLLATE "C" NOT NULL,
    at bigint NOT NULL,
    tries bigint NOT NULL,
    noted bigint NOT NULL,
    PRIMARY KEY (email, address, at)
  );
  CREATE INDEX login_failures_by_address ON login_failures (address, at);

  CREATE TABLE audit (
    id bigint PRIMARY KEY,
    at bigint NOT NULL,
    author_kind text NOT NULL,
    author_id bigint,
    author_name text NOT NULL,
    action text NOT NULL,
    target text COLLATE "C",
    -- Stays when the target is blanked, so that the chain of hashes stays whole.
    target_hash bytea,
    details text NOT NULL,
    address text,
    request_id text,
    hash bytea NOT NULL
  );
  CREATE INDEX audit_by_target ON audit (target) WHERE target IS NOT NULL;
  ${POSTGRES_AUDIT_FUNCTION}
  ${Object.values(POSTGRES_AUDIT_TRIGGERS).join('\n')}
  `;

/** Lets an attack on passwords, and a long audit, be read without going through all rows. */
export const ACCESS_INDEXES = `
  CREATE INDEX login_failures_by_time ON login_failures (at);
  CREATE INDEX login_failures_not_noted ON login_failures (at) WHERE tries > noted;
  CREATE INDEX audit_by_action ON audit (action, id);
  CREATE INDEX audit_by_author ON audit (author_name, id);
  `;
