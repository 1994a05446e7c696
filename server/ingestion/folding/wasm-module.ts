import { WASM_MODULE } from './wasm-module.generated.js';

/** Takes a chunk of a bucket: `[start, end)` of the memory. */
export type Spill = (bucket: number, start: number, end: number) => void;

/** The exports of ingestion/wasm/index.ts, which describes them. Places in the memory are in bytes from its beginning. */
export interface WasmModule {
  readonly memory: WebAssembly.Memory;
  setHashKey(a: number, b: number, c: number, d: number): void;
  reset(): void;
  size(): number;
  takeGrown(): number;
  chunkStart(): number;
  keepLog(ingestion: number): void;
  noLog(): void;
  scan(start: number, bytes: number, latest: number, line: number, offset: number): number;
  scannedDataStart(): number;
  scannedDataEnd(): number;
  staging(): number;
  emit(): void;
  beginBuckets(buckets: number, chunkBytes: number, ids: number): void;
  endBuckets(): void;
  noBuckets(): void;
  room(bytes: number): number;
  addChunk(start: number, end: number, linesBefore: number): void;
  beginRows(withMessages: boolean): void;
  nextRows(): number;
  rowsStart(): number;
  rowsEnd(): number;
  customerCount(): number;
  nameCount(): number;
  exportNames(): number;
}

let compiled: WebAssembly.Module | undefined;

/** Creates the scanner and the fold, with a memory of their own. */
export function instantiate(spill: Spill): WasmModule {
  compiled ??= new WebAssembly.Module(Buffer.from(WASM_MODULE, 'base64'));
  // Safe: it was compiled from ingestion/wasm/index.ts. The import has the name of its file, host.ts.
  return new WebAssembly.Instance(compiled, { host: { spill } }).exports as WasmModule;
}
