// npm start: builds what is stale, then runs the server in this process, so that a signal to npm reaches it.
import { build } from './build/build.mjs';

await build('server', 'client');
await import('../dist/server/main.js');
