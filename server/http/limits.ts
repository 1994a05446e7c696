import { LIMITS } from '../domain/limits.js';

/**
 * Limits of connections, bodies, answers and stops; docs/limits.md explains each. Times are in milliseconds, sizes in bytes. Tests pass shorter ones.
 */
export interface HttpLimits {
  readonly connections: {
    /** Open connections. Further ones are closed at once. */
    readonly most: number;
    /** Time for a connection to send the head of its first request, and of each further one that it has begun. */
    readonly headMs: number;
    /** Pause between two looks for connections that took too long. */
    readonly checkMs: number;
    /** Time that a connection is kept open for a next request; longer than proxies keep theirs. */
    readonly keepAliveMs: number;
    /** Size of the head of a request. */
    readonly headBytes: number;
  };
  readonly bodies: {
    /** Size of a JSON body, unless its route says otherwise. */
    readonly bytes: number;
    /** Size of all JSON bodies that are being received. */
    readonly allBytes: number;
    /** Time without a byte of a body that was announced. */
    readonly idleMs: number;
    /** Time for the whole of a JSON body. */
    readonly wholeMs: number;
  };
  readonly live: {
    /** Messages that wait for their transaction. While there are more, further requests are held. */
    readonly messages: number;
    /** Size of the bodies that arrive or wait, as they are sent and inflated. While there are more, further requests are held. */
    readonly bytes: number;
    /** Time that a request is held. */
    readonly patienceMs: number;
    /** Requests that are held. Further ones are refused at once. */
    readonly waiting: number;
    /** Bodies that are inflated at once. */
    readonly inflating: number;
  };
  readonly uploads: {
    /** Uploads that are folded while they arrive. Further ones are spooled, and folded when they have arrived. */
    readonly direct: number;
    /** Uploads that are spooled at the same time. */
    readonly spooled: number;
    /** Size of all spooled uploads. */
    readonly spooledBytes: number;
    /** Size of all spreadsheets that are kept for their import. */
    readonly sheetBytes: number;
    /** Age from which a spooled upload makes room for a new one when all room is taken. */
    readonly yieldsAfterMs: number;
  };
  readonly answers: {
    /** Memory of answers of more than 64 KiB, and the answers that wait for it. */
    readonly budget: BudgetLimits;
    /** Requests of one connection that wait for the answer before theirs. */
    readonly pipelined: number;
    /** The same over all connections. Each takes some 8 kB. */
    readonly pipelinedInAll: number;
    /** Time for which a client may take nothing while something waits for it. */
    readonly stalledMs: number;
    /** Pause between two looks for clients that take nothing. */
    readonly lookMs: number;
    /** Pause between two checks of the credential of a client to whom an answer is being sent. */
    readonly checkAgainMs: number;
  };
}

/** A room that requests share. */
export interface BudgetLimits {
  /** Size of the room. */
  readonly bytes: number;
  /** Requests that may wait for room. */
  readonly waiting: number;
  /** Time that a request may wait. */
  readonly patienceMs: number;
}

/** Limits of exports, which are read into spools before they are sent. */
export interface SpoolLimits {
  /** Spools that are written at once. */
  readonly writers: number;
  /** Size of all spools. */
  readonly bytes: number;
  /** Exports that may wait. */
  readonly waiting: number;
  /** Time that an export may wait for its turn, and then for room. */
  readonly patienceMs: number;
}

const KIB = 1024;
const MIB = 1024 * KIB;

export const HTTP_LIMITS: HttpLimits = {
  connections: { most: 10_000, headMs: 20_000, checkMs: 2_000, keepAliveMs: 75_000, headBytes: 16 * KIB },
  bodies: { bytes: MIB, allBytes: 64 * MIB, idleMs: 30_000, wholeMs: 60_000 },
  live: { messages: 20_000, bytes: 32 * MIB, patienceMs: 8_000, waiting: 9_000, inflating: 4 },
  uploads: { direct: 8, spooled: 256, spooledBytes: 4 * KIB * MIB, sheetBytes: 4 * KIB * MIB, yieldsAfterMs: 30_000 },
  answers: {
    budget: { bytes: 64 * MIB, waiting: 500, patienceMs: 30_000 },
    pipelined: 1_000,
    pipelinedInAll: 5_000,
    stalledMs: 30_000,
    lookMs: 2_500,
    // With the half second for which a credential is known, and a moment for the check, within 10 s.
    checkAgainMs: 9_000,
  },
};

export const SPOOL_LIMITS: SpoolLimits = { writers: 4, bytes: 4 * KIB * MIB, waiting: 500, patienceMs: 60_000 };

/** Limits of a body that selects customers: room for 100 000 ids of the greatest length. */
export const SELECTION_BODY = { bodyBytes: 16 * MIB, bodyValues: LIMITS.selectionValues } as const;

/** Deadlines of a stop, counted from a signal. */
export interface StopDeadlines {
  /** Until bulk edits under way have to say how far they came. */
  readonly lastWordsMs: number;
  /** Until every connection is cut. */
  readonly cutMs: number;
  /** Until the process ends, whatever is under way. */
  readonly exitMs: number;
}

export interface StopLimits {
  readonly firstSignal: StopDeadlines;
  readonly secondSignal: StopDeadlines;
}

export const STOP_LIMITS: StopLimits = {
  firstSignal: { lastWordsMs: 6_000, cutMs: 7_500, exitMs: 9_500 },
  secondSignal: { lastWordsMs: 0, cutMs: 500, exitMs: 1_500 },
};
