import { SingleBar } from 'cli-progress';
import type { Read } from './folding/stretches.js';
import type { ReadableSource } from './sources/source.js';

const MIB = 1024 * 1024;

/** Shows bytes, lines per second, remaining time and rejects on standard error. */
export class ProgressBar {
  private readonly startedAt = performance.now();
  private readonly bar: SingleBar;

  constructor(source: ReadableSource) {
    this.bar = new SingleBar({
      format: `${source.name} {bar} {percentage}% | {read} MiB | {speed} lines/s | {eta_formatted} left | {rejected} rejected`,
      hideCursor: true,
      etaBuffer: 50,
    });
    this.bar.start(source.size ?? 0, 0, { read: 0, speed: 0, rejected: 0 });
  }

  update({ lines, bytes, rejected }: Read): void {
    const seconds = (performance.now() - this.startedAt) / 1000;
    if (bytes > this.bar.getTotal()) this.bar.setTotal(bytes);
    this.bar.update(bytes, {
      read: (bytes / MIB).toFixed(1),
      speed: Math.round(lines / Math.max(seconds, 0.001)).toLocaleString('en'),
      rejected: rejected.toLocaleString('en'),
    });
  }

  stop(): void {
    this.bar.stop();
  }
}
