// Preloaded (`node --import`) into every measured process, so that all are measured in the same way, threads included.
import { readFileSync, writeSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';

const MICROSECONDS = 1e6;
const KIB_PER_MB = 1024;
/** The file descriptor on which the parent reads the usage of a process. The same number as in processes.mjs, which must not load this file. */
const USAGE_FD = 3;

function usage() {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  return { cpuSeconds: (userCPUTime + systemCPUTime) / MICROSECONDS, peakMb: (ownPeakKib() ?? maxRSS) / KIB_PER_MB };
}

/** Returns the peak memory of this process. On Linux, maxRSS would include the memory of the parent at the fork. */
function ownPeakKib() {
  try {
    const [, kib] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
    return kib === undefined ? undefined : Number(kib);
  } catch {
    return undefined;
  }
}

// Worker threads inherit the preload of their process, and must not report.
if (isMainThread) {
  if (process.send) {
    process.on('message', (message) => {
      if (message === 'usage') process.send(usage());
    });
    process.channel.unref();
  } else {
    process.on('exit', () => writeSync(USAGE_FD, JSON.stringify(usage())));
  }
}
