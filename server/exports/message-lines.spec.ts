import { LIMITS } from '../domain/limits.js';
import { messageLines } from './message-lines.js';

describe('the messages of a customer', () => {
  it('have no more attributes than a message may have', () => {
    const names = Array.from({ length: LIMITS.attributes + 1 }, (_, i) => `n${i}`);
    const objectOf = (value: unknown): string => JSON.stringify(Object.fromEntries(names.map((name) => [name, value])));
    const customer = { id: '1', attributes: objectOf('a'), events: '{}', lastUpdated: 1_000 };
    const lines = [...messageLines({ ...customer, attributeTimes: objectOf(1_000) })];
    const data = lines.map((line) => (JSON.parse(line) as { data: object }).data);
    expect(data.map((members) => Object.keys(members).length)).toEqual([LIMITS.attributes, 1]);
  });
});
