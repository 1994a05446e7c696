import fc from 'fast-check';
import { SheetDecoder } from './sheet-decoder.js';
import { SheetEncoder } from './sheet-encoder.js';
import { decodeWindows1252 } from './windows-1252.js';

describe('the encoder of a sheet', () => {
  it.each(['utf-8', 'utf-16le', 'windows-1252'] as const)('writes what a reader of %s reads', (encoding) => {
    const all = decodeWindows1252(Uint8Array.from({ length: 256 }, (_, byte) => byte));
    const text = fc.string({ unit: encoding === 'windows-1252' ? fc.constantFrom(...all.split('')) : 'binary' });
    fc.assert(
      fc.property(text, (written) => {
        const encoder = new SheetEncoder(encoding);
        expect(new SheetDecoder(encoding).decode(encoder.encode(`a${written}`))).toBe(`a${written}`);
        expect(encoder.replaced).toBe(0);
      }),
    );
  });

  it('writes a question mark for each character that Windows-1252 cannot hold, and counts them', () => {
    const encoder = new SheetEncoder('windows-1252');
    expect(Buffer.from(encoder.encode('Zoë €5 名前😀!')).toString('latin1')).toBe('Zo\xeb \x805 ???!');
    expect(Buffer.from(encoder.encode('ł')).toString('latin1')).toBe('?');
    expect(encoder.replaced).toBe(4);
  });
});
