#!/usr/bin/env node
// The command line: builds the server if it is stale, then runs the command in this process.
import './build/check-node.mjs';
import { build } from './build/build.mjs';

await build('server');
await import('../dist/server/cli.js');
