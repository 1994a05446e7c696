/*
 * Limits of a message, in bytes of UTF-8. The compiler of AssemblyScript reads this file for the scanner (ingestion/scanning/wasm/),
 * so it holds nothing but constants without a type. TypeScript has them as members of LIMITS.
 */

export const LINE_BYTES = 1_048_576;
export const MESSAGE_ID_BYTES = 255;
export const USER_ID_BYTES = 150;
export const EVENT_NAME_BYTES = 255;
export const ATTRIBUTE_NAME_BYTES = 150;
export const ATTRIBUTE_VALUE_BYTES = 10_000;
