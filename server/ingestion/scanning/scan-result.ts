/*
 * The results of scanning a line. The compilers of TypeScript and of AssemblyScript both read this file: it holds nothing but
 * constants without a type.
 */

/** The scanner did not read the line: `JSON.parse` decides. */
export const DECLINED = 0;
/** The line is a message, and was added. */
export const ADDED = 1;
/** The line is a message without a customer. */
export const ANONYMOUS = 2;
/** Added to the result when the memory has grown, so that views of it are stale. */
export const GROWN = 4;
