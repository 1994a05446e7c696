import { seal, unseal } from './sealed.js';

describe('a sealed text', () => {
  it.each(['', 'a refresh token', '¢ü 🙂', 'x'.repeat(10_000)])('opens by its secret', (text) => {
    const sealed = seal(text, 'secret', 'login');
    expect(sealed.length).toBe(44 + Buffer.byteLength(text));
    expect(unseal(sealed, 'secret', 'login')).toBe(text);
  });

  it('looks different each time and shows nothing', () => {
    const [one, two] = [seal('text', 'secret', 'login'), seal('text', 'secret', 'login')];
    expect(one).not.toEqual(two);
    expect(Buffer.from(one).toString('latin1')).not.toContain('text');
  });

  it('opens by no other secret, for no other purpose, and not when a byte was changed or is missing', () => {
    const sealed = seal('text', 'secret', 'login');
    expect(unseal(sealed, 'Secret', 'login')).toBeUndefined();
    expect(unseal(sealed, 'secret', 'refresh token')).toBeUndefined();
    for (let at = 0; at < sealed.length; at++) {
      expect(unseal(sealed.subarray(0, at), 'secret', 'login')).toBeUndefined();
      expect(
        unseal(
          sealed.map((byte, index) => (index === at ? byte ^ 1 : byte)),
          'secret',
          'login',
        ),
      ).toBeUndefined();
    }
  });
});
