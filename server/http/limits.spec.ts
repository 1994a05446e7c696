import { KNOWN_MS } from '../access/gate.js';
import { HTTP_LIMITS } from './limits.js';

describe('the limits of an answer', () => {
  it('end one within 10 s after its credential, which may be known for a moment more', () => {
    expect(HTTP_LIMITS.answers.checkAgainMs + KNOWN_MS).toBeLessThan(10_000);
  });
});
