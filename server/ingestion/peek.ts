/** The beginning of a stream, and the stream from its beginning on. */
export interface Peeked {
  readonly head: Buffer;
  /** True when there is no more than the head, or no more can be read. */
  readonly isWhole: boolean;
  /** To be gone through once. Throws what the stream throws, where it does. */
  readonly chunks: AsyncIterable<Uint8Array>;
}

/** Reads so many bytes of a stream ahead, and what else came with them. */
export async function peek(stream: AsyncIterable<Uint8Array>, bytes: number): Promise<Peeked> {
  const rest = stream[Symbol.asyncIterator]();
  const first: Uint8Array[] = [];
  let read = 0;
  let isWhole = false;
  let failure: { readonly error: unknown } | undefined;
  while (read < bytes && !isWhole) {
    try {
      const next = await rest.next();
      if (next.done === true) isWhole = true;
      else {
        first.push(next.value);
        read += next.value.length;
      }
    } catch (error) {
      failure = { error };
      isWhole = true;
    }
  }
  async function* all(): AsyncGenerator<Uint8Array> {
    try {
      yield* first;
      if (failure) throw failure.error;
      if (!isWhole) for (let next = await rest.next(); next.done !== true; next = await rest.next()) yield next.value;
    } finally {
      await rest.return?.();
    }
  }
  return { head: Buffer.concat(first), isWhole, chunks: all() };
}
