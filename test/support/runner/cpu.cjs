const { appendFileSync, readdirSync, readFileSync } = require('node:fs');
const { relative } = require('node:path');

const FILE = process.env.TEST_CPU_FILE;
/** The unit of `/proc/<pid>/stat`, of which a second has a hundred on Linux. */
const TICKS_PER_S = 100;

let spent = 0;

/**
 * Appends the processor time of a spec in seconds and its path to the file that TEST_CPU_FILE names, if it is set. It is that of this process and of
 * the processes below it, since the last spec: the first spec of a process also pays for loading modules. A server of PostgreSQL that specs share
 * is no such process. Needs Linux.
 */
exports.reportCpu = (spec) => {
  if (FILE === undefined) return;
  const now = spentBelow(process.pid);
  appendFileSync(FILE, `${(now - spent).toFixed(2)} ${relative(process.cwd(), spec)}\n`);
  spent = now;
};

/** The processor time of a process, of its processes and of those that have ended, in seconds. */
function spentBelow(root) {
  const all = new Map();
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      // The name of a program may hold spaces and brackets. The fields after it begin with the state.
      const fields = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ').at(-1).split(' ').map(Number);
      const [user, system, endedUser, endedSystem] = fields.slice(11, 15);
      all.set(Number(pid), { parent: fields[1], ticks: user + system + endedUser + endedSystem });
    } catch {
      // It has ended.
    }
  }
  const isBelow = (pid) => pid === root || (all.has(pid) && isBelow(all.get(pid).parent));
  return [...all.keys()].filter(isBelow).reduce((sum, pid) => sum + all.get(pid).ticks, 0) / TICKS_PER_S;
}
