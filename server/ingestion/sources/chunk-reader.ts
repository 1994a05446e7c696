import { LineFolder } from '../folding/line-folder.js';
import { CHUNK_BYTES } from '../scanning/chunk-layout.js';
import { LineReader } from './line-reader.js';
import type { BeginRequest, ChunkRequest, EndRequest, FromParser, RangeRead } from '../threads/parser-protocol.js';
import type { BatchBuilder } from '../folding/batch-builder.js';
import { SpoolWriter } from '../folding/spool-file.js';

/** Reads a source that comes in chunks, in a parser thread, range after range. A line may continue from one range into the next. */
export class ChunkReader {
  private reader: LineReader | undefined;
  private folder: LineFolder;
  private writer: SpoolWriter | undefined;

  constructor(private readonly builder: BatchBuilder) {
    this.folder = new LineFolder(builder, 0);
  }

  async begin({ start, firstIds, spool, bucketBytes, rejectBytes }: BeginRequest): Promise<void> {
    const { builder } = this;
    const writer = new SpoolWriter(spool, bucketBytes);
    this.writer = writer;
    this.folder = new LineFolder(builder, rejectBytes);
    this.reader ??= await LineReader.begin(builder, start, (line) => this.folder.take(line));
    builder.beginBuckets(firstIds, (bucket, chunk) => writer.write(bucket, chunk));
  }

  take({ bytes }: ChunkRequest): Extract<FromParser, { kind: 'taken' }> {
    const { folder, builder } = this;
    const { lines, bytes: before } = folder.counts;
    const { rejected } = folder;
    folder.lookAtTheClock();
    for (let at = 0; at < bytes.length; at += CHUNK_BYTES) {
      const piece = bytes.subarray(at, at + CHUNK_BYTES);
      builder.bytes.set(piece, builder.chunkStart);
      this.reader?.push(piece.length);
    }
    return {
      kind: 'taken',
      lines: folder.counts.lines - lines,
      bytes: folder.counts.bytes - before,
      rejected: folder.rejected - rejected,
      isFull: folder.hasManyRejects || this.writer?.isFull === true,
    };
  }

  async end({ isLast }: EndRequest): Promise<RangeRead> {
    if (isLast) await this.reader?.finish();
    this.builder.endBuckets();
    const { counts, rejects } = this.folder;
    const blocks = rejects.blocks();
    return { kind: 'read', end: this.reader?.end ?? 0, counts, rejects: blocks, chunks: this.writer?.chunks ?? [] };
  }
}
