import { ASSEMBLY } from './assembly.generated.js';

/** Takes a chunk of a bucket: `[start, end)` of the memory. */
export type Spill = (bucket: number, start: number, end: number) => void;

/** What assembly/index.ts exports. */
export interface Assembly {
  readonly memory: WebAssembly.Memory;
  setKey(a: number, b: number, c: number, d: number): void;
  reset(): void;
  size(): number;
  takeGrown(): number;
  chunkStart(): number;
  scan(start: number, bytes: number, latest: number): number;
  staging(): number;
  emit(): void;
  beginBuckets(buckets: number, chunkBytes: number, ids: number): void;
  endBuckets(): void;
  noBuckets(): void;
  room(bytes: number): number;
  addChunk(start: number, end: number): void;
  beginRows(withMessages: boolean): void;
  nextRows(): number;
  rowsStart(): number;
  rowsEnd(): number;
  customerCount(): number;
  nameCount(): number;
  exportNames(): number;
}

let compiled: WebAssembly.Module | undefined;

/** The scanner and the fold, with a memory of their own. */
export function instantiate(spill: Spill): Assembly {
  compiled ??= new WebAssembly.Module(Buffer.from(ASSEMBLY, 'base64'));
  // Safe: it was compiled from assembly/index.ts.
  return new WebAssembly.Instance(compiled, { env: { spill } }).exports as Assembly;
}
