import { wireText, wrap } from './wire-text.js';

describe('a body on its way', () => {
  it.each(['{"a":1}', '{"name":"Zoë"}', '{"name":"日本 😀"}', ''])('%s has the bytes of its UTF-8', (json) => {
    for (const text of [wireText(json), wireText(Buffer.from(json))]) {
      expect(Buffer.from(text, 'latin1')).toEqual(Buffer.from(json));
    }
  });

  it('keeps them in a frame, also from the middle of a larger buffer', () => {
    const bytes = new Uint8Array(Buffer.from('xx"é"xx')).subarray(2, 6);
    expect(Buffer.from(wrap('[', wireText(bytes), ']'), 'latin1').toString()).toBe('["é"]');
  });
});
