import { parentPort } from 'node:worker_threads';
import { runInBackground } from '../../config/thread-priority.js';
import type { ToParser } from './parser-protocol.js';
import { ParserService } from './parser-service.js';

/* The entry of a parser thread. It imports the domain and the parser only, so that it starts fast. */

// JSON.parse throws for each line that is no JSON. Recording the stack takes half of that time, and no caller reads it.
Error.stackTraceLimit = 0;
if (!parentPort) throw new Error('This file is the entry of a thread.');
parentPort.on('message', ({ kind }: ToParser) => {
  if (kind === 'give way') runInBackground();
});
new ParserService(parentPort);
