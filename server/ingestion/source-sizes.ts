/** How a source is divided on its way into the repository, in bytes of the source. */
export interface SourceSizes {
  /** Between two checkpoints of a file that several threads read; half of it for a source that one thread reads. */
  readonly spanBytes: number;
  /** A bucket of customers that is folded at once: few enough for the caches, and enough that there are not too many buckets. */
  readonly bucketBytes: number;
  /** The least that a thread reads of a file at once. */
  readonly rangeBytes: number;
  /** The beginning of a stream that shows how its customers are divided into buckets. */
  readonly headBytes: number;
  /** The smallest file that several threads read. Cutting does not pay for a smaller one. */
  readonly cutFromBytes: number;
}

const MIB = 1024 * 1024;

/** Bytes of a source between two checkpoints for every byte of memory: what it says of its customers takes less than half of what it has. */
const SOURCE_PER_MEMORY = 2;

export const CUT_FROM_BYTES = 16 * MIB;

/** @param memoryMb MiB that the folded batches of a span may take */
export function sizesFor(memoryMb: number): SourceSizes {
  return {
    spanBytes: memoryMb * MIB * SOURCE_PER_MEMORY,
    bucketBytes: 2 * MIB,
    rangeBytes: 4 * MIB,
    headBytes: MIB,
    cutFromBytes: CUT_FROM_BYTES,
  };
}
