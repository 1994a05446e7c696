import { createGunzip, type Gunzip } from 'node:zlib';

/** Bytes that are decompressed at a time: what they come to is held, a thousand times as much at worst. */
const PIECE_BYTES = 16 * 1024;
/** Bytes that come out at a time. */
const CHUNK_BYTES = 64 * 1024;

/**
 * What gzip members come to. Where they break off or are damaged, all that was decompressed before comes first, and then the
 * error: a stream that is read would drop what it still has.
 * @throws the error of zlib (`Z_BUF_ERROR` truncated, `Z_DATA_ERROR` damaged), or of the source
 */
export async function* gunzip(source: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  const stream = createGunzip({ chunkSize: CHUNK_BYTES });
  const out: Buffer[] = [];
  stream.on('data', (chunk: Buffer) => out.push(chunk));
  // Between two pieces nobody listens to it.
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

/** What has come out when the work has ended, well or not. */
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

/** Ends when it is done or the stream has ended, which after padding comes before the end of the source. */
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
