// Preloaded (`node --import`) into every process that is measured, so that all of them are measured alike, threads included.
import { readFileSync, writeSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';

const MICROSECONDS = 1e6;
const KIB_PER_MB = 1024;
/** Where the parent reads what a process used in its life; as in processes.mjs, which must not load this file. */
const USAGE_FD = 3;

function usage() {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  return { cpuSeconds: (userCPUTime + systemCPUTime) / MICROSECONDS, peakMb: (ownPeakKib() ?? maxRSS) / KIB_PER_MB };
}

/** On Linux, maxRSS of a fresh process includes what its parent held when it forked; this does not. */
function ownPeakKib() {
  try {
    const [, kib] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
    return kib === undefined ? undefined : Number(kib);
  } catch {
    return undefined;
  }
}

// A worker thread inherits the preload of its process.
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
