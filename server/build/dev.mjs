// npm run dev: runs the server and the admin, each reloaded when a source changes. A signal, or the end of one, ends both.
import { createInterface } from 'node:readline';
import { start } from './build.mjs';

const processes = [
  ['server', start('@nestjs/cli', 'nest', ['start', '--watch', '--preserveWatchOutput'], { detached: true })],
  ['admin ', start('@angular/cli', 'ng', ['serve'], { detached: true })],
];

/** Each process has a process group of its own, so a Ctrl-C in the terminal reaches it only from here. */
const stop = (signal) => processes.forEach(([, { pid, exitCode }]) => exitCode ?? process.kill(-pid, signal));

for (const [name, child] of processes) {
  for (const output of [child.stdout, child.stderr])
    createInterface({ input: output }).on('line', (line) => console.log(`${name} | ${line}`));
  child.on('exit', (code) => {
    process.exitCode ||= code ?? 0;
    stop('SIGTERM');
  });
}
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => stop(signal));
