/* Functions that the caller of the module provides: see folding/wasm-module.ts. */

/** Takes a chunk of a bucket, `[start, end)` of the memory, before it returns. */
export declare function spill(bucket: u32, start: usize, end: usize): void;
