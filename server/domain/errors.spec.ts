import { DomainError } from './errors.js';

describe('an expected failure', () => {
  it('has its message without a stack, and leaves other errors theirs', () => {
    const cause = new Error('disk');
    const error = new DomainError('storage_full', 'There is no room.', undefined, { cause });
    expect(error.stack).not.toContain('\n    at ');
    expect([error.message, error.code, error.cause]).toEqual(['There is no room.', 'storage_full', cause]);
    expect(new Error('later').stack).toContain('errors.spec');
  });
});
