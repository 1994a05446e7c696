import { setImmediate as turn } from 'node:timers/promises';
import type { LiveMessage, LiveMessageOutcome } from '../domain/customer/accept-messages.js';
import { DomainError } from '../domain/errors.js';
import type { LiveNote } from '../domain/sources/live-calls.js';
import { GroupCommit } from './group-commit.js';

const ORIGIN = { source: 1, arrival: 1, text: () => '' };

/** Messages of this number of customers, whose ids begin with a name. */
function messagesOf(name: string, count: number): LiveMessage[] {
  const effect = { type: 'event', name: 'e', timestamp: 1 } as const;
  return Array.from({ length: count }, (_, n) => ({
    ...ORIGIN,
    userId: `${name}${n}`,
    identity: '',
    effect,
    ifUnknown: 'create',
    entry: () => new Uint8Array(0),
  }));
}

/** A repository whose transactions end when they are told to. */
class Repository {
  readonly transactions: { ids: string[]; notes: number; end: (failure?: Error) => void }[] = [];

  accept(messages: readonly LiveMessage[], notes: readonly LiveNote[] = []): Promise<readonly LiveMessageOutcome[]> {
    const ids = messages.map(({ userId }) => userId);
    return new Promise((resolve, reject) => {
      const end = (failure?: Error): void => {
        if (failure) reject(failure);
        else resolve(ids.map((id) => (id.startsWith('known') ? 'duplicate' : 'accepted')));
      };
      this.transactions.push({ ids, notes: notes.length, end });
    });
  }
}

describe('requests', () => {
  const begin = (): { repository: Repository; group: GroupCommit } => {
    const repository = new Repository();
    return { repository, group: new GroupCommit(repository) };
  };
  const ids = ({ transactions }: Repository): string[][] => transactions.map((one) => one.ids);

  it('that arrive together share a transaction, and each gets its own outcomes', async () => {
    const { repository, group } = begin();
    const answers = [messagesOf('a', 2), messagesOf('known', 1), messagesOf('b', 1)].map((one) => group.accept(one));
    expect(ids(repository)).toEqual([]);
    await turn();
    expect(ids(repository)).toEqual([['a0', 'a1', 'known0', 'b0']]);
    expect(group.messages).toBe(4);
    repository.transactions[0].end();
    expect(await Promise.all(answers)).toEqual([['accepted', 'accepted'], ['duplicate'], ['accepted']]);
    await group.idle();
    expect(group.messages).toBe(0);
  });

  it('that arrive during a transaction share the next one, in their order', async () => {
    const { repository, group } = begin();
    const first = group.accept(messagesOf('a', 1));
    await turn();
    const later = ['b', 'c'].map((name) => group.accept(messagesOf(name, 1)));
    await turn();
    expect(ids(repository)).toEqual([['a0']]);
    repository.transactions[0].end();
    await first;
    await turn();
    expect(ids(repository)).toEqual([['a0'], ['b0', 'c0']]);
    repository.transactions[1].end();
    await Promise.all(later);
    await group.idle();
    const last = group.accept(messagesOf('d', 1));
    await turn();
    repository.transactions[2].end();
    expect(await last).toEqual(['accepted']);
  });

  it('are never cut, and share a transaction up to 1 000 messages', async () => {
    const { repository, group } = begin();
    const answers = [600, 400, 1, 5_000, 2].map((count, n) => group.accept(messagesOf(`${n}-`, count)));
    const sizes: number[] = [];
    for (let n = 0; n < 4; n++) {
      await turn();
      sizes.push(repository.transactions[n].ids.length);
      repository.transactions[n].end();
      await turn();
    }
    expect(sizes).toEqual([1_000, 1, 5_000, 2]);
    expect((await Promise.all(answers)).map((outcomes) => outcomes.length)).toEqual([600, 400, 1, 5_000, 2]);
  });

  it('without messages need no transaction', async () => {
    const { repository, group } = begin();
    expect(await group.accept([])).toEqual([]);
    expect(ids(repository)).toEqual([]);
  });

  it('without messages are written with their notes, beside the messages of the others', async () => {
    const { repository, group } = begin();
    const notes: LiveNote[] = Array.from({ length: 999 }, () => ({ ...ORIGIN, outcome: 'anonymous' }));
    const answers = [
      group.accept([], notes),
      group.accept(messagesOf('a', 1)),
      group.accept(messagesOf('b', 1), notes),
    ];
    await turn();
    expect(group.messages).toBe(2_000);
    expect(repository.transactions[0]).toMatchObject({ ids: ['a0'], notes: 999 });
    repository.transactions[0].end();
    await turn();
    expect(repository.transactions[1]).toMatchObject({ ids: ['b0'], notes: 999 });
    repository.transactions[1].end();
    expect(await Promise.all(answers)).toEqual([[], ['accepted'], ['accepted']]);
    await group.idle();
    expect(group.messages).toBe(0);
  });

  it('fail together where the database is busy, and later ones do not', async () => {
    const { repository, group } = begin();
    const answers = ['a', 'b'].map((name) => group.accept(messagesOf(name, 1)));
    await turn();
    repository.transactions[0].end(new DomainError('storage_busy', 'Busy.'));
    const settled = await Promise.allSettled(answers);
    expect(settled).toMatchObject([{ reason: { code: 'storage_busy' } }, { reason: { code: 'storage_busy' } }]);
    const later = group.accept(messagesOf('c', 1));
    await turn();
    repository.transactions[1].end();
    expect(await later).toEqual(['accepted']);
  });

  it('do not fail because of another one', async () => {
    const { repository, group } = begin();
    const answers = Promise.allSettled(['a', 'b', 'c'].map((name) => group.accept(messagesOf(name, 1))));
    await turn();
    repository.transactions[0].end(new Error('b is odd.'));
    for (const failure of [undefined, new Error('b is odd.'), undefined]) {
      await turn();
      repository.transactions.at(-1)?.end(failure);
    }
    expect(await answers).toMatchObject([
      { value: ['accepted'] },
      { reason: { message: 'b is odd.' } },
      { value: ['accepted'] },
    ]);
    expect(ids(repository)).toEqual([['a0', 'b0', 'c0'], ['a0'], ['b0'], ['c0']]);
    await group.idle();
    expect(group.messages).toBe(0);
  });

  it('whose time is over before their transaction begins are refused, and those in it are not', async () => {
    const { repository, group } = begin();
    const soon = performance.now() + 50;
    const first = group.accept(messagesOf('a', 1), [], soon);
    await turn();
    const [late, patient] = [group.accept(messagesOf('b', 1), [], soon), group.accept(messagesOf('c', 1))];
    await expect(late).rejects.toMatchObject({ code: 'busy' });
    expect(group.messages).toBe(2);
    repository.transactions[0].end();
    expect(await first).toEqual(['accepted']);
    await turn();
    expect(ids(repository)).toEqual([['a0'], ['c0']]);
    repository.transactions[1].end();
    expect(await patient).toEqual(['accepted']);
  });
});
