import { explained, failureKind } from './failure.js';

/** An error of the driver. */
function failure(message: string, code?: string): Error {
  return Object.assign(new Error(message), { code });
}

/** Messages of Citus when a node dies within a transaction. */
const LOST_NODES: readonly (readonly [message: string, code: string, reason: string])[] = [
  ['SSL SYSCALL error: EOF detected', 'XX000', 'SSL SYSCALL error: EOF detected'],
  ['SSL SYSCALL error: EOF detected\ninvalid socket', 'XX000', 'SSL SYSCALL error: EOF detected'],
  [
    'server closed the connection unexpectedly\n\tThis probably means the server terminated abnormally\n\tbefore or while processing the request.',
    'XX000',
    'server closed the connection unexpectedly',
  ],
  ['failed to COPY to shard 102016 on 127.0.0.1:6502', '58030', 'failed to COPY to shard 102016 on 127.0.0.1:6502'],
  ['failed to complete COPY on 127.0.0.1:6502', '58030', 'failed to complete COPY on 127.0.0.1:6502'],
  [
    'failure on connection marked as essential: 127.0.0.1:6502',
    'XX000',
    'failure on connection marked as essential: 127.0.0.1:6502',
  ],
  [
    'connection to the remote node postgres@127.0.0.1:6502 failed with the following error: Connection refused\n\tIs the server running?',
    '08006',
    'connection to the remote node postgres@127.0.0.1:6502 failed with the following error: Connection refused',
  ],
];

it.each(LOST_NODES)('takes %j for a lost connection, and says so in one line', (message, code, reason) => {
  const error = failure(message, code);
  expect(failureKind(error)).toBe('lost');
  expect(explained(error)).toMatchObject({
    code: 'storage_unavailable',
    message: `The database does not answer: ${reason}. Try again when it is back.`,
    cause: error,
  });
});

it.each([
  ['duplicate key value violates unique constraint "customers_pkey_102016"', '23505'],
  ['relation "last_writes" does not exist', '42P01'],
  ['could not read block 0 in file "base/1/2"', '58030'],
  ['unexpected data beyond EOF', 'XX000'],
  ['the note "failed to COPY to shard 1 on x" is in the way', 'XX000'],
])('takes %j for fatal', (message, code) => {
  const error = failure(message, code);
  expect(failureKind(error)).toBe('fatal');
  expect(explained(error)).toBe(error);
});
