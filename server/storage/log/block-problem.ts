import { namesOf } from './block-names.js';
import { openBlock, type BlockRow, COMPACTED } from './block-row.js';
import { comparePlaces, isAttributes, type PlacedEntry } from './placed-entry.js';

/** Says what is wrong with a block; undefined if it holds what its columns say. */
export function blockProblem(block: BlockRow): string | undefined {
  let entries: PlacedEntry[];
  try {
    entries = openBlock(block);
  } catch (error) {
    return `a block that cannot be read: ${error instanceof Error ? error.message : String(error)}`;
  }
  if (entries.length !== block.entries) return `${entries.length} entries instead of ${block.entries}`;
  let [firstTime, lastTime] = [Infinity, -Infinity];
  for (const { time } of entries) {
    firstTime = Math.min(firstTime, time);
    lastTime = Math.max(lastTime, time);
  }
  if (firstTime !== block.firstTime || lastTime !== block.lastTime) return `times from ${firstTime} to ${lastTime}`;
  if (block.format !== COMPACTED) return undefined;
  if (entries.some((entry, at) => at > 0 && comparePlaces(entries[at - 1], entry) >= 0)) return 'entries out of order';
  const { moment, index } = entries[entries.length - 1];
  if (moment !== block.moment || index !== block.part) return `a last entry at ${moment}, ${index}`;
  const attributes = entries.filter(isAttributes).length;
  if (block.names && block.attributeEntries !== attributes) return `${attributes} attributes messages`;
  return block.names && Buffer.compare(block.names, namesOf(entries)) !== 0 ? 'names of other messages' : undefined;
}
