import { Worker } from 'node:worker_threads';

/** Of the texts that readline makes none outlives its line, so more room for them would only be held. */
const YOUNG_GENERATION_MB = 8;

let parserFile: URL | undefined;
const prepared: Worker[] = [];

/** Says where the file of the parser threads is. Without it, sources are read in the thread that asks. */
export function useParserThreads(file: URL): void {
  parserFile = file;
}

/** True when {@link useParserThreads} was called. */
export function hasParserThreads(): boolean {
  return parserFile !== undefined;
}

/** Starts threads that will be needed soon, while this one has other things to do. They do not keep the process from ending. */
export function prepareParserThreads(count: number): void {
  while (prepared.length < count) {
    const thread = start();
    thread.unref();
    prepared.push(thread);
  }
}

/** A thread that was prepared, or a new one. */
export function takeParserThread(): Worker {
  const thread = prepared.shift();
  thread?.ref();
  return thread ?? start();
}

function start(): Worker {
  if (!parserFile) throw new Error('There is no file of parser threads.');
  return new Worker(parserFile, { resourceLimits: { maxYoungGenerationSizeMb: YOUNG_GENERATION_MB } });
}
