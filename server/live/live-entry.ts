import type { Json } from '../domain/json.js';
import { packEntry } from '../domain/log/packed-entries.js';
import type { Message } from '../domain/message/message.js';
import { writeAsItCame } from './formats/body.js';

const encoder = new TextEncoder();

/**
 * Packs a live message for the log.
 * @param source its number
 * @param keepsEmptyText true if an attribute that is `""` was kept
 */
export function packLiveMessage(message: Message, source: number, keepsEmptyText: boolean): Uint8Array {
  const { type: kind, id, timestamp: time, isStampedHere = false } = message;
  const common = { id, time, source: { kind: 'live', source }, keepsEmptyText, isStampedHere } as const;
  if (kind === 'event') return packEntry({ ...common, kind, name: message.name, data: message.data?.() });
  // Safe: `data` was parsed from JSON.
  const data = encoder.encode(writeAsItCame(message.data as Json));
  return packEntry({ ...common, kind, name: undefined, data });
}
