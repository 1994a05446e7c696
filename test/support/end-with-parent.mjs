// Loaded before a process of a test: ends it when its parent has gone, in whatever way. The channel keeps no process alive.
import { isMainThread } from 'node:worker_threads';

if (isMainThread) {
  process.once('disconnect', () => process.kill(process.pid, 'SIGKILL'));
  process.channel.unref();
}
