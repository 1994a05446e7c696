import { EventEmitter } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { Identity } from '../domain/message/message-identity.js';
import type { SourceRepository } from '../domain/sources/source-repository.js';
import { LostAnswers } from './lost-answers.js';

const HASH: Identity = 'hash';
const MADE = { id: 'made', arrival: 1 };

describe('the id that was made for a call', () => {
  const begin = (): LostAnswers => {
    const stored = { rememberId: async () => undefined, rememberedId: async () => undefined };
    return new LostAnswers(stored as unknown as SourceRepository);
  };

  it.each([
    [200, true, undefined],
    [400, true, undefined],
    [429, false, undefined],
    [429, true, MADE],
    [503, false, MADE],
    [503, true, MADE],
  ] as const)(
    'whose answer %s was written, of a repeat: %s, is %j for the next',
    async (statusCode, isTaken, expected) => {
      const lost = begin();
      const answer = Object.assign(new EventEmitter(), { statusCode, writableFinished: true });
      lost.watch(answer as unknown as ServerResponse, MADE, () => HASH, isTaken);
      answer.emit('close');
      expect(await lost.take(HASH)).toEqual(expected);
    },
  );

  it('is kept if the client had ended the connection when the answer was written', async () => {
    const lost = begin();
    const socket = { readableEnded: false };
    const answer = Object.assign(new EventEmitter(), { statusCode: 200, writableFinished: true, socket });
    lost.watch(answer as unknown as ServerResponse, MADE, () => HASH, false);
    socket.readableEnded = true;
    answer.emit('close');
    expect(await lost.take(HASH)).toEqual(MADE);
  });

  it('is found by a repeat that is read together with the end of the connection', async () => {
    const lost = begin();
    const taken = lost.take(HASH);
    const answer = Object.assign(new EventEmitter(), { statusCode: 200, writableFinished: false });
    lost.watch(answer as unknown as ServerResponse, MADE, () => HASH, false);
    answer.emit('close');
    expect(await taken).toEqual(MADE);
  });
});
