// npm start: builds stale targets, then runs the server in this process, so that it receives the signals sent to npm.
import './build/check-node.mjs';
import { build } from './build/build.mjs';

await build('server', 'client');
await import('../dist/server/main.js');
