import { AnswerCache } from './answer-cache.js';
import { customerEntity } from './customer-body.js';

const KIB = 1024;

describe('answers that are kept', () => {
  const entity = (bytes: number): { at: number; answer: ReturnType<typeof customerEntity> } => ({
    at: 0,
    answer: customerEntity(JSON.stringify('x'.repeat(bytes))),
  });

  it('never have more bytes than they may, and go in the order of their last use', () => {
    const { customers } = new AnswerCache({ cacheMb: 1 });
    for (let id = 0; id < 2_000; id++) {
      customers?.set(String(id), entity(1_000));
      customers?.get('0');
    }
    expect(customers?.calculatedSize).toBeLessThanOrEqual(512 * KIB);
    expect(customers?.calculatedSize).toBeGreaterThan(500 * KIB);
    expect([customers?.has('0'), customers?.has('1'), customers?.has('1999')]).toEqual([true, false, true]);
  });

  it('hold none that is a large part of it', () => {
    const { customers } = new AnswerCache({ cacheMb: 1 });
    customers?.set('large', entity(100_000));
    expect(customers?.size).toBe(0);
  });

  it('are none with CACHE_MB=0', () => {
    expect(new AnswerCache({ cacheMb: 0 })).toMatchObject({ customers: undefined, pages: undefined });
  });
});
