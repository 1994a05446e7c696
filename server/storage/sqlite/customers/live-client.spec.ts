import { Worker } from 'node:worker_threads';
import type { LiveMessage } from '../../../domain/customer/accept-messages.js';
import { DomainError } from '../../../domain/errors.js';
import { LiveClient } from './live-client.js';

const DATA = { path: 'no such file', files: [], syncsCommits: false, keepsLog: true, checkpointsElsewhere: false };

function message(userId: string): LiveMessage {
  return {
    ...{ userId, identity: '12345678', ifUnknown: 'create', source: 1, arrival: 1_700_000_000_000 },
    effect: { type: 'event', timestamp: 1, name: 'page' },
    entry: () => Uint8Array.of(1, 2, 3),
    text: () => `the text of ${userId}`,
  };
}

function clientOf(code: string): LiveClient {
  return new LiveClient(DATA, () => new Worker(code, { eval: true }));
}

describe('a thread of live messages', () => {
  it.each([
    ['that breaks', 'throw new Error("no room for a thread")', 'no room for a thread'],
    ['that ends without a word', 'process.exit()', 'The thread of live messages has ended.'],
  ])('%s lets the messages fail, and the next ones as well', async (_, code, reason) => {
    const client = clientOf(code);
    for (let attempt = 0; attempt < 2; attempt++) {
      await expect(client.accept([message('a')], [])).rejects.toThrow(reason);
    }
    await client.stop();
  });

  it('tells failures with their code, and answers the next call', async () => {
    const client = clientOf(`
      const { parentPort } = require('node:worker_threads');
      parentPort.on('message', ({ kind, messages }) => {
        if (kind === 'stop') parentPort.close();
        else if (messages.userIds[0] === 'full') parentPort.postMessage({ kind: 'failed', message: 'no room', code: 'storage_full' });
        else parentPort.postMessage({ kind: 'accepted', outcomes: messages.userIds });
      });`);
    expect(await client.accept([message('a')], [])).toEqual(['a']);
    await expect(client.accept([message('full')], [])).rejects.toEqual(new DomainError('storage_full', 'no room'));
    expect(await client.accept([message('b')], [])).toEqual(['b']);
    await client.stop();
  });

  it('is given many messages in parts, between which the event loop has turns', async () => {
    const client = clientOf(`
      const { parentPort } = require('node:worker_threads');
      const sizes = [];
      parentPort.on('message', ({ kind, messages }) => {
        if (kind === 'stop') parentPort.close();
        else sizes.push(messages.userIds.length);
        if (kind === 'accept') parentPort.postMessage({ kind: 'accepted', outcomes: sizes });
      });`);
    let turns = 0;
    let isDone = false;
    const count = (): void => {
      turns++;
      if (!isDone) setImmediate(count);
    };
    setImmediate(count);
    const entry = jest.fn(() => Uint8Array.of(turns));
    const messages = Array.from({ length: 3_500 }, () => ({ ...message('a'), entry }));
    expect(await client.accept(messages, [])).toEqual([1_000, 1_000, 1_000, 500]);
    isDone = true;
    const turnsOfParts = [0, 1_000, 2_000, 3_000].map((at) => entry.mock.results[at].value as Uint8Array);
    expect(turnsOfParts.map(([turn], at) => at > 0 && turn > turnsOfParts[at - 1][0])).toEqual([
      false,
      true,
      true,
      true,
    ]);
    await client.stop();
  });

  it('is given the text of a message only if it asks for it', async () => {
    const client = clientOf(`
      const { parentPort } = require('node:worker_threads');
      parentPort.on('message', ({ kind, texts }) => {
        if (kind === 'stop') parentPort.close();
        else if (kind === 'accept') parentPort.postMessage({ kind: 'rejects', places: [1] });
        else parentPort.postMessage({ kind: 'accepted', outcomes: texts });
      });`);
    const quiet: LiveMessage = {
      ...message('a'),
      text: () => {
        throw new Error('It was asked for the text of another message.');
      },
    };
    expect(await client.accept([quiet, message('b')], [])).toEqual(['the text of b']);
    await client.stop();
  });
});
