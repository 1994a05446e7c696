/** Counts the customers of an export while its chunks arrive. */
export interface CustomerCounter {
  readonly customers: number;
  /** True if the bytes so far end as a complete file does. A file that was cut between two lines does as well. */
  readonly whole: boolean;
  take(chunk: Uint8Array): void;
}

const QUOTE = 0x22;
const NEWLINE = 0x0a;

/** A row is a customer, except the heading. A line break in quotes belongs to a cell. */
export class CsvCustomerCounter implements CustomerCounter {
  private rows = 0;
  private quoted = false;
  private last = 0;
  private readonly decoder: TextDecoder | null;

  /** @param isWide true for UTF-16, in which two bytes are a character */
  constructor(isWide = false) {
    this.decoder = isWide ? new TextDecoder('utf-16le') : null;
  }

  get customers(): number {
    return Math.max(0, this.rows - 1);
  }

  get whole(): boolean {
    return this.last === NEWLINE && !this.quoted;
  }

  take(chunk: Uint8Array): void {
    if (!this.decoder) {
      for (const byte of chunk) this.count(byte);
      return;
    }
    const text = this.decoder.decode(chunk, { stream: true });
    for (let at = 0; at < text.length; at++) this.count(text.charCodeAt(at));
  }

  private count(unit: number): void {
    if (unit === QUOTE) this.quoted = !this.quoted;
    else if (unit === NEWLINE && !this.quoted) this.rows++;
    this.last = unit;
  }
}

/** Finds the customer of a line. The lines of a customer are consecutive; no other member `user_id` comes first, and quotes in texts are escaped. */
const USER = /"user_id":"((?:[^"\\]|\\.)*)"/;

export class JsonLinesCustomerCounter implements CustomerCounter {
  customers = 0;
  private readonly decoder = new TextDecoder();
  private rest = '';
  private last: string | null = null;

  get whole(): boolean {
    return this.rest === '';
  }

  take(chunk: Uint8Array): void {
    const lines = (this.rest + this.decoder.decode(chunk, { stream: true })).split('\n');
    this.rest = lines.pop() ?? '';
    for (const line of lines) {
      const user = USER.exec(line)?.[1] ?? null;
      if (user === null || user === this.last) continue;
      this.last = user;
      this.customers++;
    }
  }
}
