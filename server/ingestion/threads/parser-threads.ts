import { Worker } from 'node:worker_threads';

/** Of the texts that readline makes none outlives its line, so more room for them would only be held. */
const YOUNG_GENERATION_MB = 8;

/** How long a source waits for a thread that another one has, before it gets a new one: some times what a start takes. */
const PATIENCE_MS = 100;

let parserFile: URL | undefined;
let mostIdle = 0;
const all = new Set<Worker>();
/** Threads that nobody has, prepared or given back. */
const idle: Worker[] = [];
/** Those who wait for one. */
const waiting: ((thread: Worker) => void)[] = [];

/**
 * Says where the file of the parser threads is. Without it, sources are read in the thread that asks.
 * @param kept how many threads that were given back wait for another source: one that is ready saves it a start
 */
export function useParserThreads(file: URL, kept = 0): void {
  parserFile = file;
  mostIdle = kept;
}

/** True when {@link useParserThreads} was called. */
export function hasParserThreads(): boolean {
  return parserFile !== undefined;
}

/** Starts threads that will be needed soon, while this one has other things to do. They do not keep the process from ending. */
export function prepareParserThreads(count: number): void {
  while (idle.length < count) keep(start());
}

/** A thread that is idle, or a new one. */
export function takeParserThread(): Worker {
  const thread = idle.shift();
  thread?.ref();
  return thread ?? start();
}

/** The same for a source that may be small: where as many are read as threads are kept, one is free sooner than another has started. */
export async function awaitParserThread(): Promise<Worker> {
  if (idle.length > 0 || all.size < mostIdle || mostIdle === 0) return takeParserThread();
  return new Promise((resolve) => {
    const take = (thread: Worker): void => {
      clearTimeout(timer);
      resolve(thread);
    };
    const timer = setTimeout(() => {
      waiting.splice(waiting.indexOf(take), 1);
      take(takeParserThread());
    }, PATIENCE_MS);
    waiting.push(take);
  });
}

/** Hands a thread on that has answered everything, keeps it, or ends it. */
export async function giveBackParserThread(thread: Worker): Promise<void> {
  const next = waiting.shift();
  if (next) next(thread);
  else if (idle.length < mostIdle) keep(thread);
  else await thread.terminate();
}

function keep(thread: Worker): void {
  thread.unref();
  idle.push(thread);
}

function start(): Worker {
  if (!parserFile) throw new Error('There is no file of parser threads.');
  const thread = new Worker(parserFile, { resourceLimits: { maxYoungGenerationSizeMb: YOUNG_GENERATION_MB } });
  all.add(thread);
  // One that dies while it is idle is not handed out.
  const forget = (): void => {
    all.delete(thread);
    if (idle.includes(thread)) idle.splice(idle.indexOf(thread), 1);
  };
  return thread.once('error', forget).once('exit', forget);
}
