// Preloaded into a process under test: does something when one of its threads reaches a fail point for the nth time.
// `FAIL_AT=kill:POINT@N` ends the process with SIGKILL. `FAIL_AT=hold:POINT@N` lets the thread wait until the file HOLD_FILE exists.
// With `@SIGWINCH` instead of N: the first time after that signal, in the main thread, which then writes ARMED to stderr.
import { existsSync, writeFileSync } from 'node:fs';

const [, action, point, hit] = /^(kill|hold):(.+)@(\w+)$/.exec(process.env['FAIL_AT'] ?? '') ?? [];
const holdFile = process.env['HOLD_FILE'];
const POLL_MS = 2;
let left = hit === 'SIGWINCH' ? Infinity : Number(hit);
if (hit === 'SIGWINCH') {
  process.once(hit, () => {
    left = 1;
    process.stderr.write('ARMED\n');
  });
}

const wait = (milliseconds) => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);

globalThis[Symbol.for('roster.fail-point')] = (reached) => {
  if (reached !== point || --left !== 0) return;
  if (action === 'hold') {
    writeFileSync(`${holdFile}.reached`, '');
    while (!existsSync(holdFile)) wait(POLL_MS);
    return;
  }
  process.kill(process.pid, 'SIGKILL');
  // The signal may take a moment, and nothing may happen after this point.
  wait(Infinity);
};
