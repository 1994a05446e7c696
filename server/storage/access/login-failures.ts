import { ANYONE, type AuditDraft } from '../../domain/access/audit.js';
import {
  decideTry,
  LOGIN_TRIES,
  type BegunTry,
  type RefusedTry,
  type WrongTries,
} from '../../domain/access/login-tries.js';
import { lock } from './access-state.js';
import { appendAudit } from './audit.js';
import { cut, only, query, type Work } from './statement.js';

const MINUTE_MS = 60_000;
/**
 * Entries that the first tries of a minute may write, and that the sums of earlier minutes may write at a time. What is beyond
 * is summed up in one entry, so an attack cannot fill the disk.
 */
const MOST_ENTRIES = 20;
/** The bytes of an email that are kept, in UTF-8. No user has a longer one, but anything may be tried. */
const EMAIL_BYTES = 320;

/** The wrong tries that are not in the audit yet, of one email and address in one minute. */
interface Unnoted {
  readonly minute: number;
  readonly email: string;
  readonly address: string;
  readonly tries: number;
}

export function* readWrongTries(email: string, address: string, now: number): Work<WrongTries> {
  interface Row {
    readonly pair: number;
    readonly pair_from: number | null;
    readonly of_address: number;
    readonly address_from: number | null;
    readonly of_email: number;
  }
  const isPair = 'email = $1 AND address = $2';
  const row = yield* only<Row>(
    `SELECT CAST(coalesce(sum(CASE WHEN ${isPair} THEN tries END), 0) AS bigint) AS pair,
       min(CASE WHEN ${isPair} THEN at END) AS pair_from,
       CAST(coalesce(sum(CASE WHEN address = $2 THEN tries END), 0) AS bigint) AS of_address,
       min(CASE WHEN address = $2 THEN at END) AS address_from,
       CAST(coalesce(sum(CASE WHEN email = $1 THEN tries END), 0) AS bigint) AS of_email
     FROM login_failures WHERE (email = $1 OR address = $2) AND at > $3`,
    ...[cut(email, EMAIL_BYTES), address, now - LOGIN_TRIES.windowMs],
  );
  const freeAt = (from: number | null): number | undefined => (from === null ? undefined : from + LOGIN_TRIES.windowMs);
  return {
    ofEmailAndAddress: row.pair,
    ofAddress: row.of_address,
    ofEmail: row.of_email,
    emailAndAddressFreeAt: freeAt(row.pair_from),
    addressFreeAt: freeAt(row.address_from),
  };
}

/** Counts a try before its password is checked. @returns a refusal, of which nothing is counted, when there were too many */
export function* beginTry(email: string, address: string, now: number): Work<BegunTry | RefusedTry> {
  yield* lock();
  const decision = decideTry(yield* readWrongTries(email, address, now), now);
  return decision.kind === 'refused' ? decision : yield* count(email, address, now);
}

/** @param audit the entry of a wrong password; undefined for a right one, which does not count any more */
export function* endTry(
  { email, address, at, isNoted }: BegunTry,
  audit: AuditDraft | undefined,
  now: number,
): Work<void> {
  yield* lock();
  if (!audit) {
    const isOne = 'email = $1 AND address = $2 AND at = $3';
    yield* query(`UPDATE login_failures SET tries = tries - 1, noted = noted - 1 WHERE ${isOne}`, email, address, at);
    yield* query(`DELETE FROM login_failures WHERE ${isOne} AND tries <= 0`, email, address, at);
    return;
  }
  // A login of the same email and address may have forgotten it meanwhile.
  yield* query(
    `INSERT INTO login_failures (email, address, at, tries, noted) VALUES ($1, $2, $3, 1, $4)
     ON CONFLICT (email, address, at) DO UPDATE SET noted = login_failures.noted - 1 + excluded.noted`,
    ...[email, address, at, Number(isNoted)],
  );
  if (isNoted) yield* appendAudit({ ...audit, details: { ...audit.details, count: 1 } }, now);
}

export function* noteWrongTry(email: string, address: string, audit: AuditDraft, now: number): Work<void> {
  yield* lock();
  yield* endTry(yield* count(email, address, now), audit, now);
}

/** Counts a try. Until it ends it passes for noted, so that no sum has it. */
function* count(text: string, address: string, at: number): Work<BegunTry> {
  yield* removeEndedTries(at);
  const minute = at - (at % MINUTE_MS);
  const email = cut(text, EMAIL_BYTES);
  const { entries, known } = yield* only<{ entries: number; known: number }>(
    `SELECT CAST(coalesce(sum(noted), 0) AS bigint) AS entries, count(CASE WHEN email = $1 AND address = $2 THEN 1 END) AS known
     FROM login_failures WHERE at >= $3`,
    ...[email, address, minute],
  );
  yield* query(
    `INSERT INTO login_failures (email, address, at, tries, noted) VALUES ($1, $2, $3, 1, 1)
     ON CONFLICT (email, address, at) DO UPDATE SET tries = login_failures.tries + 1, noted = login_failures.noted + 1`,
    ...[email, address, at],
  );
  return { kind: 'begun', email, address, at, isNoted: known === 0 && entries < MOST_ENTRIES };
}

/** Forgets the tries of an email from an address, after a login. Those that are not in the audit yet are noted first. */
export function* forgetTries(email: string, address: string, now: number): Work<void> {
  const isPair = 'email = $1 AND address = $2';
  yield* noteTries(`${isPair} AND tries > noted`, [email, address], now);
  yield* query(`DELETE FROM login_failures WHERE ${isPair}`, email, address);
}

/** Notes the tries of earlier minutes in the audit, and removes tries that have left the window. */
export function* removeEndedTries(now: number): Work<void> {
  yield* noteTries('at < $1 AND tries > noted', [now - (now % MINUTE_MS)], now);
  yield* query('DELETE FROM login_failures WHERE at <= $1', now - LOGIN_TRIES.windowMs);
}

function* noteTries(condition: string, values: readonly (string | number)[], now: number): Work<void> {
  const sums = yield* query<Unnoted>(
    `SELECT at - at % ${MINUTE_MS} AS minute, email, address, CAST(sum(tries - noted) AS bigint) AS tries FROM login_failures
     WHERE ${condition} GROUP BY at - at % ${MINUTE_MS}, email, address ORDER BY minute, email, address`,
    ...values,
  );
  if (sums.length === 0) return;
  for (const { minute, email, address, tries } of sums.slice(0, MOST_ENTRIES))
    yield* appendAudit(failed(email, address, { count: tries, minute: new Date(minute).toISOString() }), now);
  const rest = sums.slice(MOST_ENTRIES);
  if (rest.length > 0) {
    const count = rest.reduce((sum, { tries }) => sum + tries, 0);
    const from = new Date(rest[0].minute).toISOString();
    const emails = new Set(rest.map(({ email }) => email)).size;
    const addresses = new Set(rest.map(({ address }) => address)).size;
    yield* appendAudit(failed(undefined, undefined, { count, minute: from, emails, addresses }), now);
  }
  yield* query(`UPDATE login_failures SET noted = tries WHERE ${condition}`, ...values);
}

function failed(target: string | undefined, address: string | undefined, details: AuditDraft['details']): AuditDraft {
  return { author: ANYONE, origin: { address, requestId: undefined }, action: 'login.failed', target, details };
}
