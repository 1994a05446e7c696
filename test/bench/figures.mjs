/** The middle value; for an even number of values, the mean of the two in the middle. */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** The median of every member over several measurements. */
export function medians(measurements) {
  return Object.fromEntries(
    Object.keys(measurements[0]).map((name) => [name, median(measurements.map((measurement) => measurement[name]))]),
  );
}

/** Prints a table. The first column is left-aligned, the others are right-aligned. */
export function printTable(title, header, rows) {
  const lines = [header, ...rows].map((row) => row.map(String));
  const widths = header.map((_, column) => Math.max(...lines.map((line) => line[column].length)));
  const write = (line) =>
    console.log(
      `  ${line.map((cell, at) => (at === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[at]))).join('  ')}`.trimEnd(),
    );
  console.log(`\n${title}`);
  write(lines[0]);
  write(widths.map((width) => '-'.repeat(width)));
  for (const line of lines.slice(1)) write(line);
}

export function whole(value) {
  return Math.round(value).toLocaleString('en');
}

/** Prints measured figures beside their targets. */
export function printTargets(targets) {
  printTable(
    'Targets',
    ['what', 'target', 'measured', ''],
    targets.map(({ what, target, measured, met }) => [what, target, measured, met ? 'met' : 'MISSED']),
  );
}
