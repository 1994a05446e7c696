/** Sizes by which a source is divided for ingestion, in bytes of the source. */
export interface SourceSizes {
  /** The bytes between two checkpoints of a file that several threads read; half of that for a source that one thread reads. */
  readonly spanBytes: number;
  /** The size of a bucket of customers, which is folded at once: small enough for the caches, and large enough to keep buckets few. */
  readonly bucketBytes: number;
  /** The smallest range of a file that a thread reads. */
  readonly rangeBytes: number;
  /** The size of the head of a stream, which serves as the sample for dividing its customers into buckets. */
  readonly headBytes: number;
  /**
   * The bytes between two checkpoints that one customer may have while a log is kept, about: its messages are in memory at once, with their
   * data. Without a log there is no such limit.
   */
  readonly customerBytes: number;
  /** The smallest file that several threads read. For a smaller file that does not pay. */
  readonly cutFromBytes: number;
}

const MIB = 1024 * 1024;

/** Bytes of a source per byte of memory: the folded batches of a source take less than half of its size. */
const SOURCE_PER_MEMORY = 2;

export const CUT_FROM_BYTES = 16 * MIB;

/**
 * Bytes of memory per byte of a customer's messages with their data: as they were read, as a row, and the row as it is handed on, while
 * another thread still has the memory of the span before.
 */
const MEMORY_PER_LOGGED = 6;
/** A bucket of this many bytes of a source fits into the memory that WebAssembly can address. */
const MOST_CUSTOMER_MB = 512;

/** @param memoryMb MiB that the folded batches of a span may take */
export function sizesFor(memoryMb: number): SourceSizes {
  return {
    spanBytes: memoryMb * MIB * SOURCE_PER_MEMORY,
    bucketBytes: 2 * MIB,
    rangeBytes: 4 * MIB,
    headBytes: MIB,
    customerBytes: Math.min(memoryMb / MEMORY_PER_LOGGED, MOST_CUSTOMER_MB) * MIB,
    cutFromBytes: CUT_FROM_BYTES,
  };
}
