import { parentPort, workerData } from 'node:worker_threads';
import { isRejected, type LiveMessage, type LiveMessageOutcome } from '../../../domain/customer/accept-messages.js';
import { DomainError } from '../../../domain/errors.js';
import { recordOfCalls, type LiveRecord } from '../../../domain/sources/live-calls.js';
import { SqliteDatabase } from '../database/database.js';
import { CustomerWriter } from './customer-writer.js';
import { LiveApplier } from './live-applier.js';
import type { FromLiveThread, LiveThreadData, ToLiveThread } from './live-protocol.js';
import { unpackMessages, type PackedMessages } from './packed-messages.js';

/* The entry of the thread that applies live messages, one transaction after the other, as live-client.ts asks for them. */

const port = parentPort;
if (!port) throw new Error('This file is the entry of a thread.');
// Safe: LiveClient starts this thread.
const { path, ...options } = workerData as LiveThreadData;
const database = new SqliteDatabase(path, options);
const applier = new LiveApplier(database, new CustomerWriter(database));

let takeTexts: ((texts: readonly string[]) => void) | undefined;
/** The messages of the next transaction that have come so far. */
let parts: PackedMessages[] = [];
/** The transactions that were asked for. */
let underWay: Promise<void> = Promise.resolve();

function send(message: FromLiveThread): void {
  port?.postMessage(message);
}

async function textsOf(places: readonly number[]): Promise<readonly string[]> {
  const taken = new Promise<readonly string[]>((resolve) => (takeTexts = resolve));
  send({ kind: 'rejects', places });
  return taken;
}

async function accept(parts: readonly PackedMessages[], calls: LiveRecord): Promise<void> {
  const texts = new Map<number, string>();
  const messages: LiveMessage[] = [];
  for (const part of parts) {
    const before = messages.length;
    for (const message of unpackMessages(part, (place) => texts.get(before + place) ?? '')) messages.push(message);
  }
  const recordsOf = async (outcomes: readonly LiveMessageOutcome[]): Promise<readonly LiveRecord[]> => {
    const places = [...outcomes.keys()].filter((place) => isRejected(outcomes[place]));
    if (places.length > 0) for (const [at, text] of (await textsOf(places)).entries()) texts.set(places[at], text);
    return [recordOfCalls(messages, outcomes, []), calls];
  };
  try {
    send({ kind: 'accepted', outcomes: await applier.apply(messages, recordsOf) });
  } catch (error) {
    const code = error instanceof DomainError ? error.code : undefined;
    send({ kind: 'failed', message: error instanceof Error ? error.message : String(error), code });
  }
}

function addPart({ before, messages }: Extract<ToLiveThread, { kind: 'more' | 'accept' }>): void {
  // The parts of a transaction before may have been given up.
  if (before === 0) parts = [];
  parts.push(messages);
}

async function stop(): Promise<void> {
  await database.close();
  port?.close();
}

port.on('message', (request: ToLiveThread) => {
  switch (request.kind) {
    case 'more':
      addPart(request);
      break;
    case 'accept': {
      addPart(request);
      const all = parts;
      underWay = underWay.then(() => accept(all, request.calls));
      break;
    }
    case 'texts':
      takeTexts?.(request.texts);
      break;
    case 'stop':
      underWay = underWay.then(stop);
      break;
    default:
      request satisfies never;
  }
});
