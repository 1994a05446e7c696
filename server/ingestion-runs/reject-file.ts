import { DomainError } from '../domain/errors.js';
import { jsonOfReject, lineOfReject, type Reject } from '../domain/ingestion/reject.js';

/** `json` with what is known of each line; `lines` the bytes of the lines alone. */
const FORMATS = ['json', 'lines'] as const;
type RejectFormat = (typeof FORMATS)[number];

/** Chunks of about this size, in bytes, are sent. */
const CHUNK_BYTES = 64 * 1024;

/** The rejects of an ingestion as a file. */
export interface RejectFile {
  readonly name: string;
  readonly type: string;
  readonly chunks: AsyncIterable<Uint8Array>;
}

/** @throws DomainError `invalid_request` for anything but `json`, `lines` and nothing */
export function readRejectFormat(given: unknown): RejectFormat {
  const format = FORMATS.find((known) => known === (given ?? 'json'));
  if (format) return format;
  const message = 'format must be json or lines.';
  throw new DomainError('invalid_request', message, [{ field: 'format', message }]);
}

/** @param id of the ingestion */
export function rejectFile(id: number, rejects: AsyncIterable<Reject>, format: RejectFormat): RejectFile {
  switch (format) {
    case 'json':
      return {
        name: `rejects-${id}.jsonl`,
        type: 'application/x-ndjson; charset=utf-8',
        chunks: chunked(rejects, jsonOfReject),
      };
    case 'lines':
      return {
        name: `rejected-lines-${id}.jsonl`,
        // The lines need not be UTF-8, so no character set is named.
        type: 'application/x-ndjson',
        chunks: chunked(rejects, lineOfReject),
      };
    default:
      return format satisfies never;
  }
}

async function* chunked(
  rejects: AsyncIterable<Reject>,
  written: (reject: Reject) => readonly Uint8Array[],
): AsyncGenerator<Uint8Array> {
  let parts: Uint8Array[] = [];
  let length = 0;
  for await (const reject of rejects) {
    for (const part of written(reject)) {
      parts.push(part);
      length += part.length;
    }
    if (length < CHUNK_BYTES) continue;
    yield Buffer.concat(parts);
    parts = [];
    length = 0;
  }
  if (length > 0) yield Buffer.concat(parts);
}
