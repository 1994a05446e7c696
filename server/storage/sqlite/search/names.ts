import { foldCase } from '../../../domain/search/fold-case.js';
import type { EventName } from '../../../domain/search/customer-query.js';
import { bestNames } from '../../../domain/search/customer-scan.js';
import type { NameKind } from './block-builder.js';
import { countBits, intersect } from './documents.js';
import type { SnapshotReader } from './snapshot.js';
import { eventTerm, existsTerm } from './terms.js';
import { addDocuments, noBits } from './documents.js';
import type { Block } from './blocks.js';
import { decodeCounted } from './block-builder.js';
import { eventsOf } from './verdicts.js';

/** Of so many more names than asked for the exact numbers are made out, as those of the blocks count customers that have changed. */
const MORE_NAMES = 50;

/** The names that hold `search` with the numbers of their customers and events. */
export function findNames(kind: NameKind, reader: SnapshotReader, search: string, limit: number): EventName[] {
  const folded = foldCase(search);
  const { blocks, pending } = reader.read();
  const numbers = new Map<string, number>();
  for (const [number, name] of reader.allNames(kind)) if (foldCase(name).includes(folded)) numbers.set(name, number);

  const counts = new Map<string, { customers: number; events: number }>();
  for (const customer of pending.open) {
    const { attributes, events } = customer;
    for (const name of Object.keys(kind === 'attribute' ? attributes : events)) {
      const count = counts.get(name) ?? { customers: 0, events: 0 };
      count.customers++;
      if (kind === 'event') count.events += events[name];
      counts.set(name, count);
    }
  }
  const rough = new Set(numbers.keys());
  const known = [...rough].map((name) => {
    const number = numbers.get(name) ?? -1;
    return { name, customers: blocks.reduce((sum, block) => sum + (block.names.get(number)?.documents ?? 0), 0) };
  });
  for (const { name } of bestNames(known, search, limit + MORE_NAMES)) {
    const number = numbers.get(name) ?? -1;
    const count = counts.get(name) ?? { customers: 0, events: 0 };
    for (const block of blocks) {
      count.customers += customersOf(kind, block, number);
      if (kind === 'event') count.events += eventsOf(block, number);
    }
    counts.set(name, count);
  }
  const names = [...counts].map(([name, count]) => ({ name, ...count })).filter(({ customers }) => customers > 0);
  return bestNames(names, search, limit);
}

/** The live customers of a block that have the name. */
function customersOf(kind: NameKind, block: Block, number: number): number {
  const known = block.names.get(number);
  if (!known) return 0;
  if (block.liveCount === block.size) return known.documents;
  const bits = noBits(block.size);
  const stored = block.stored(kind === 'event' ? eventTerm(number) : existsTerm(number));
  if (stored) addDocuments(bits, kind === 'event' ? decodeCounted(stored).documents : stored, block.size);
  intersect(bits, block.live);
  return countBits(bits);
}
