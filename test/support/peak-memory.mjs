// Loaded into a process under test. At the end it writes the peak of its resident memory, in bytes, to a file.
import { writeFileSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';

const file = process.env['PEAK_MEMORY_FILE'];
if (file && isMainThread) {
  process.on('exit', () => writeFileSync(file, String(process.resourceUsage().maxRSS * 1024)));
}
