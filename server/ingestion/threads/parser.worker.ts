import { parentPort } from 'node:worker_threads';
import { ParserService } from './parser-service.js';

/* The entry of a parser thread. It imports the domain and the parser only, so that it starts fast. */

if (!parentPort) throw new Error('This file is the entry of a thread.');
new ParserService(parentPort);
