// Measures a search with every kind of query: wall time and CPU, in milliseconds.
import { kinds } from './queries.mjs';

/**
 * @param search (query, offset, limit) => { total, totalIsMinimum }, or a promise of it; filters of the query are parsed
 * @param options.only the kinds whose names contain this; @param options.parseFilter reads the text of a filter
 * @returns a row for each kind
 */
export async function measure(search, { customers, rounds, only = '', parseFilter }) {
  const rows = [];
  for (const [name, query] of kinds(customers)) {
    if (!name.includes(only)) continue;
    const totals = new Set();
    const times = await timed(rounds, async (n) => {
      const { page = 0, filters = [], ...rest } = query(n);
      const found = await search(
        { sort: 'id', order: 'asc', filters: filters.map(parseFilter), ...rest },
        page * 25,
        25,
      );
      totals.add(`${found.total}${found.totalIsMinimum ? '+' : ''}`);
    });
    rows.push({ query: name, ...times, totals: [...totals].slice(0, 6).join(' ') });
  }
  return rows;
}

/** Runs `ask` `rounds` times. @returns percentiles of its wall time, and the 95th of its CPU time, in ms */
export async function timed(rounds, ask) {
  const times = [];
  const cpu = [];
  for (let n = 0; n < rounds; n++) {
    const used = process.cpuUsage();
    const started = performance.now();
    await ask(n);
    times.push(performance.now() - started);
    const { user, system } = process.cpuUsage(used);
    cpu.push((user + system) / 1000);
  }
  return {
    p50: percentile(times, 0.5),
    p95: percentile(times, 0.95),
    most: percentile(times, 1),
    cpu95: percentile(cpu, 0.95),
  };
}

function percentile(times, p) {
  const sorted = [...times].sort((a, b) => a - b);
  return Number(sorted[Math.min(sorted.length - 1, Math.ceil(p * sorted.length) - 1)].toFixed(1));
}
