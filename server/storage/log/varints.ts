const FIRST_BYTES = 4096;

/** Writes numbers of a variable length and bytes, one behind the other. It is used again after {@link reset}. */
export class ByteWriter {
  private buffer = new Uint8Array(FIRST_BYTES);
  private at = 0;

  get length(): number {
    return this.at;
  }

  /** The bytes so far. They are valid until the next call. */
  get bytes(): Uint8Array {
    return this.buffer.subarray(0, this.at);
  }

  reset(): void {
    this.at = 0;
  }

  byte(value: number): void {
    this.reserve(1);
    this.buffer[this.at++] = value;
  }

  /** @param value a safe integer, at least 0 */
  varint(value: number): void {
    this.reserve(8);
    let rest = value;
    while (rest > 0x7fffffff) {
      this.buffer[this.at++] = (rest % 0x80) | 0x80;
      rest = Math.floor(rest / 0x80);
    }
    while (rest > 0x7f) {
      this.buffer[this.at++] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    this.buffer[this.at++] = rest;
  }

  /** @param value a safe integer. Its sign is the second bit of the first byte */
  signed(value: number): void {
    const size = Math.abs(value);
    const first = (size % 0x40) | (value < 0 ? 0x40 : 0);
    this.byte(size < 0x40 ? first : first | 0x80);
    if (size >= 0x40) this.varint(Math.floor(size / 0x40));
  }

  copy(source: Uint8Array, from: number, to: number): void {
    const length = to - from;
    this.reserve(length);
    const { buffer } = this;
    // A call for a few bytes takes longer than a loop.
    if (length > 24) buffer.set(source.subarray(from, to), this.at);
    else for (let i = 0; i < length; i++) buffer[this.at + i] = source[from + i];
    this.at += length;
  }

  private reserve(bytes: number): void {
    if (this.at + bytes <= this.buffer.length) return;
    const larger = new Uint8Array(Math.max(this.buffer.length * 2, this.at + bytes));
    larger.set(this.bytes);
    this.buffer = larger;
  }
}

/** Reads what a {@link ByteWriter} wrote. */
export class ByteReader {
  constructor(
    readonly bytes: Uint8Array,
    public at = 0,
  ) {}

  byte(): number {
    if (this.at >= this.bytes.length) throw new RangeError('The block ends too early.');
    return this.bytes[this.at++];
  }

  varint(): number {
    let byte = this.byte();
    let value = byte & 0x7f;
    for (let factor = 0x80; byte > 0x7f; factor *= 0x80) {
      byte = this.byte();
      value += (byte & 0x7f) * factor;
    }
    return value;
  }

  signed(): number {
    const first = this.byte();
    const size = (first & 0x3f) + (first > 0x7f ? this.varint() * 0x40 : 0);
    return (first & 0x40) === 0 ? size : -size;
  }

  /** Skips bytes. @returns their place */
  skip(length: number): number {
    const { at } = this;
    if (at + length > this.bytes.length) throw new RangeError('The block ends too early.');
    this.at += length;
    return at;
  }
}
