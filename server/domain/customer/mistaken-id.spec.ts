import { mistakenIds } from './mistaken-id.js';

describe('mistaken ids', () => {
  const among = (...ids: string[]): Promise<string[]> =>
    mistakenIds({ getJson: (id) => (ids.includes(id) ? new Uint8Array(1) : undefined) });

  it('are those of existing customers that a client sends for want of an id', async () => {
    expect(await among('undefined', '1004', 'NaN', 'Undefined')).toEqual(['NaN', 'undefined']);
  });

  it('are none when no such customer exists', async () => {
    expect(await among('1004')).toEqual([]);
  });
});
