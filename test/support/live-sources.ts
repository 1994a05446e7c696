import { hashOf } from '../../server/access/secrets.js';
import { commandEntry } from '../../server/domain/access/audit.js';
import type { NewSource, Source } from '../../server/domain/sources/source.js';
import { newSourceKey } from '../../server/live/source-key.js';
import type { Engine } from './engine.js';

/** Makes a source with its key. @param members that are not as in a new source of the kind `http` */
export async function makeSource(
  { sources }: Pick<Engine, 'sources'>,
  members: Partial<NewSource> = {},
): Promise<{ readonly source: Source; readonly key: string }> {
  const key = newSourceKey(members.kind ?? 'http');
  const source = await sources.createSource(
    {
      ...{ name: `source ${key}`, kind: 'http', createdAt: 1_700_000_000_000, createdBy: '', keyHash: hashOf(key) },
      ...{ isOn: true, keepsEmptyText: false, mayCreate: true, mayDelete: false },
      ...members,
    },
    commandEntry('test', 'source.created'),
  );
  return { source, key };
}

/** The header that sends a key as the user name of Basic, with an empty password unless the key is a pair. */
export function basic(key: string): { authorization: string } {
  return { authorization: `Basic ${btoa(key.includes(':') ? key : `${key}:`)}` };
}
