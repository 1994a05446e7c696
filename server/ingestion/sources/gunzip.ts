import { createGunzip, type Gunzip } from 'node:zlib';

/** Compressed bytes per step. Their output is held in memory, at worst a thousand times as much. */
const PIECE_BYTES = 16 * 1024;
/** Size of an output chunk, in bytes. */
const CHUNK_BYTES = 64 * 1024;

/**
 * Decompresses gzip members. If they break off or are damaged, all bytes decompressed before are yielded first, and then the error is
 * thrown. Iterating over the stream itself would drop those bytes.
 * @throws the error of zlib (`Z_BUF_ERROR` truncated, `Z_DATA_ERROR` damaged), or of the source
 */
export async function* gunzip(source: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  const stream = createGunzip({ chunkSize: CHUNK_BYTES });
  const out: Buffer[] = [];
  stream.on('data', (chunk: Buffer) => out.push(chunk));
  // No other listener is attached between two pieces, and an unhandled error event would end the process.
  stream.on('error', () => undefined);
  try {
    for await (const chunk of source) {
      for (let at = 0; at < chunk.length && !stream.readableEnded; at += PIECE_BYTES) {
        yield* taken(out, written(stream, chunk.subarray(at, at + PIECE_BYTES)));
      }
    }
    yield* taken(out, ended(stream));
  } finally {
    stream.destroy();
  }
}

/** Yields the output of `work` after it has ended, also when it failed; then throws its failure. */
async function* taken(out: Buffer[], work: Promise<void>): AsyncGenerator<Buffer> {
  let failure: { readonly error: unknown } | undefined;
  try {
    await work;
  } catch (error) {
    failure = { error };
  }
  yield* out.splice(0);
  if (failure) throw failure.error;
}

function written(stream: Gunzip, piece: Uint8Array): Promise<void> {
  return settled(stream, (done) => stream.write(piece, () => done()));
}

async function ended(stream: Gunzip): Promise<void> {
  if (!stream.readableEnded) await settled(stream, () => stream.end());
}

/** Resolves when the work is done or the stream has ended. With padding after the last member, the stream ends before its source. */
function settled(stream: Gunzip, begin: (done: () => void) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const off = (): void => {
      stream.off('error', fail).off('end', done);
    };
    const done = (): void => {
      off();
      resolve();
    };
    const fail = (error: Error): void => {
      off();
      reject(error);
    };
    stream.once('error', fail).once('end', done);
    begin(done);
  });
}
