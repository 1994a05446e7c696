// Preloaded into a process under test: ends it with SIGKILL when one of its threads reaches a fail point for the nth time.
const [point, hit = '1'] = (process.env['KILL_AT'] ?? '').split('@');
let left = Number(hit);

globalThis[Symbol.for('roster.fail-point')] = (reached) => {
  if (reached !== point || --left > 0) return;
  process.kill(process.pid, 'SIGKILL');
  // The signal may take a moment, and nothing may happen after this point.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
};
