// Preloaded into a process under test: ends it with SIGKILL when one of its threads reaches a fail point for the nth time.
// `KILL_AT=POINT@N`, or `KILL_AT=POINT@SIGWINCH`: the first time after that signal, in the main thread.
const [point, hit] = (process.env['KILL_AT'] ?? '').split('@');
let left = hit === 'SIGWINCH' ? Infinity : Number(hit);
if (hit === 'SIGWINCH') process.once(hit, () => (left = 1));

globalThis[Symbol.for('roster.fail-point')] = (reached) => {
  if (reached !== point || --left > 0) return;
  process.kill(process.pid, 'SIGKILL');
  // The signal may take a moment, and nothing may happen after this point.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
};
