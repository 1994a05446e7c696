import { packEntry, unpackEntries } from '../log/packed-entries.js';
import { acceptMessages, byCustomer, type LiveMessage, type LiveMessageOutcome } from './accept-messages.js';
import type { CustomerChange } from './customer-change.js';
import { CustomerMessages } from './packed-identities.js';

const UNKNOWN = { id: '1', stored: undefined, deletedAt: 10, suppressedAt: undefined };
const packs: string[] = [];

function message(id: string, timestamp: number): LiveMessage {
  const source = { kind: 'live', source: 1 } as const;
  return {
    ...{ source: 1, arrival: 0, text: () => '', userId: '1', ifUnknown: 'create', identity: id.padEnd(8) },
    effect: { type: 'event', name: 'page', timestamp },
    entry: () => {
      packs.push(id);
      const flags = { keepsEmptyText: false, isStampedHere: false };
      return packEntry({ kind: 'event', time: timestamp, id, name: 'page', data: undefined, source, ...flags });
    },
  };
}

function accept(messages: readonly LiveMessage[], keepsLog: boolean): CustomerChange | undefined {
  packs.length = 0;
  const [customer] = byCustomer(messages);
  const outcomes: LiveMessageOutcome[] = [];
  return acceptMessages(UNKNOWN, customer, CustomerMessages.ofUnknown(customer.identities), outcomes, keepsLog);
}

describe('live messages for the log', () => {
  const messages = [message('late', 30), message('stale', 5), message('early', 20), message('late', 30)];

  it('are those that were applied, in the order of their arrival', () => {
    const log = accept(messages, true)?.log;
    expect(log).toMatchObject({ count: 2, firstTime: 20, lastTime: 30 });
    expect([...unpackEntries(log?.packed ?? new Uint8Array(0), 1, 0)].map(({ id }) => id)).toEqual(['late', 'early']);
    expect(packs).toEqual(['late', 'early']);
  });

  it('are not packed when no log is kept, or none was applied', () => {
    expect(accept(messages, false)?.log).toBeUndefined();
    expect(accept([message('stale', 5)], true)).toBeUndefined();
    expect(packs).toEqual([]);
  });
});

describe('messages of one kind', () => {
  // Not in the form in which a fold writes them.
  const stored = {
    ...{ id: '1', attributes: '{"b":1,"a":2}', attributeTimes: '{"b":1,"a":2}', events: '{"page":1,"a":2}' },
    lastUpdated: 1,
  };
  const known = { id: '1', stored, deletedAt: undefined, suppressedAt: undefined };
  const changeBy = (...messages: LiveMessage[]): CustomerChange | undefined => {
    const [customer] = byCustomer(messages);
    return acceptMessages(known, customer, CustomerMessages.ofUnknown(customer.identities), []);
  };
  const attribute: LiveMessage = {
    ...message('attribute', 40),
    effect: { type: 'attributes', timestamp: 40, changes: [{ name: 'a', value: '3' }] },
  };

  it('leave the texts of the other kind as they are stored', () => {
    const { attributes, attributeTimes } = stored;
    const byEvent = changeBy(message('event', 30));
    expect(byEvent).toMatchObject({ attributes: [], events: [{ name: 'page', from: 1, to: 2 }] });
    expect(byEvent?.after).toEqual({
      ...stored,
      attributes,
      attributeTimes,
      events: '{"a":2,"page":2}',
      lastUpdated: 30,
    });
    const byAttribute = changeBy(attribute);
    expect(byAttribute).toMatchObject({ attributes: [{ name: 'a', from: '2', to: '3' }], events: [] });
    expect(byAttribute?.after).toEqual({
      ...stored,
      ...{ attributes: '{"a":3,"b":1}', attributeTimes: '{"a":40,"b":1}', lastUpdated: 40 },
    });
  });

  it('and of both write all texts', () => {
    expect(changeBy(message('event', 30), attribute)?.after).toMatchObject({
      ...{ attributes: '{"a":3,"b":1}', attributeTimes: '{"a":40,"b":1}', events: '{"a":2,"page":2}' },
    });
  });
});
