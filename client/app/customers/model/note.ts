import { HistoryEntry } from './history';

/** Notes that are loaded at once. */
export const NOTES_PER_PAGE = 20;

/** A text on a customer. Times are RFC 3339 in UTC. */
export interface Note {
  readonly id: number;
  readonly at: string;
  /** Missing when it came without a login. */
  readonly by?: HistoryEntry['by'];
  /** Missing when it was never edited. */
  readonly edited_at?: string;
  readonly edited_by?: HistoryEntry['by'];
  readonly text: string;
}

export interface NotePage {
  /** Newest first. */
  readonly notes: readonly Note[];
  /** The place behind the last note; missing at the end. */
  readonly next?: string;
}
