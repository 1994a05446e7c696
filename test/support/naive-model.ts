interface Line {
  readonly type: string;
  readonly id: string;
  readonly user_id?: string | number | null;
  readonly name?: string;
  readonly timestamp: number;
  readonly data?: Readonly<Record<string, unknown>>;
}

/**
 * Applies the rules of the summary as directly as possible, for valid messages with texts as values: keep the
 * first of equal messages, order by time (a stable sort keeps the order of ties), let the last one win.
 * @returns `id,attribute=value,…,event=count,…` of every customer, by number, with nothing quoted
 */
export function summariseNaively(lines: readonly string[]): string[] {
  const messages = lines
    .map((line) => JSON.parse(line) as Line)
    .filter(({ user_id }) => user_id != null && user_id !== '');
  const customers = [...new Set(messages.map(({ user_id }) => Number(user_id)))].sort((a, b) => a - b);
  return customers.map((customer) => {
    const own = messages.filter(({ user_id }) => Number(user_id) === customer);
    const events = firstOfEach(own, 'event', ({ id }) => id);
    const updates = firstOfEach(own, 'attributes', ({ id, timestamp, data }) =>
      JSON.stringify([id, timestamp, Object.entries(data ?? {}).sort()]),
    ).sort((a, b) => a.timestamp - b.timestamp);
    const values = new Map(updates.flatMap(({ data }) => Object.entries(data ?? {})));
    const counts = new Map<string, number>();
    for (const { name = '' } of events) counts.set(name, (counts.get(name) ?? 0) + 1);
    const kept = [...values].filter(([, value]) => value !== null && value !== '');
    return [String(customer), ...fields(kept), ...fields([...counts])].join(',');
  });
}

function firstOfEach(lines: readonly Line[], type: string, key: (line: Line) => string): Line[] {
  const first = new Map<string, Line>();
  for (const line of lines) if (line.type === type && !first.has(key(line))) first.set(key(line), line);
  return [...first.values()];
}

function fields(entries: [string, unknown][]): string[] {
  return entries
    .sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
    .map(([name, value]) => `${name}=${String(value)}`);
}
