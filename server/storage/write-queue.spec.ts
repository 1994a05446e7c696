import { setImmediate as nextTick } from 'node:timers/promises';
import { WriteQueue } from './write-queue.js';

describe('a queue of writes', () => {
  let queue: WriteQueue;
  let done: string[];
  const write = (name: string) => queue.write(() => void done.push(name));

  beforeEach(() => {
    queue = new WriteQueue();
    done = [];
  });

  it('runs one at a time, in order, and parts of files after all others', async () => {
    const part = queue.part(async () => {
      await nextTick();
      done.push('part');
    });
    const rest = [queue.part(() => void done.push('second part')), write('a'), write('b')];
    expect(queue.isAwaited).toBe(true);
    await Promise.all([part, ...rest]);
    expect(done).toEqual(['part', 'a', 'b', 'second part']);
  });

  it('lets writes go between two turns of a part, but no other part', async () => {
    const part = queue.part(async (turn) => {
      done.push('first half');
      turn.leave();
      await turn.take();
      done.push('second half');
    });
    await Promise.all([part, write('a'), write('b'), queue.part(() => void done.push('another file'))]);
    expect(done).toEqual(['first half', 'a', 'b', 'second half', 'another file']);
  });

  it('goes on after a failure, also of a part that has left its turn, and asked for it', async () => {
    const failing = queue.part((turn) => {
      turn.leave();
      void turn.take();
      throw new Error('The thread is gone.');
    });
    await expect(Promise.all([failing, write('a')])).rejects.toThrow('The thread is gone.');
    await expect(queue.write(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
    await write('b');
    await queue.idle();
    expect(done).toEqual(['a', 'b']);
  });
});
