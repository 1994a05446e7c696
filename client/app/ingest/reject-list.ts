import { ChangeDetectionStrategy, Component, computed, effect, inject, input, signal, untracked } from '@angular/core';

import { Subscription } from 'rxjs';

import { readProblem } from '../core/problem';
import { Count } from '../ui/count';
import { Download } from '../ui/download';
import { Icon } from '../ui/icon';
import { Ingestion, Reject, rejectedIn } from './wire/ingestion';
import { IngestionsClient } from './wire/ingestions-client';
import { rejectText } from './data/reject-text';

const MOST = 50;
/** The most characters that are shown of a line, which may have 64 KiB. */
const SHOWN_CHARACTERS = 500;

/** The rejected lines: their number by reason, the first of them, and all of them as a file. */
@Component({
  selector: 'app-reject-list',
  imports: [Count, Download, Icon],
  templateUrl: './reject-list.html',
  styleUrl: './reject-list.scss',
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class RejectList {
  readonly ingestion = input.required<Ingestion>();

  private readonly client = inject(IngestionsClient);

  protected readonly total = computed(() => rejectedIn(this.ingestion()));
  protected readonly reasons = computed(() =>
    Object.entries(this.ingestion().rejected)
      .map(([reason, count]) => ({ reason, count, text: rejectText(reason) }))
      .sort((a, b) => b.count - a.count),
  );
  protected readonly notKept = computed(() => this.ingestion().rejects_not_kept ?? 0);
  protected readonly kept = computed(() => this.total() - this.notKept());
  protected readonly url = computed(() => this.client.rejectsUrl(this.ingestion().id));
  protected readonly linesUrl = computed(() => this.client.rejectsUrl(this.ingestion().id, 'lines'));
  protected readonly fileName = computed(() => `rejects-${this.ingestion().id}.jsonl`);
  protected readonly linesFileName = computed(() => `rejected-lines-${this.ingestion().id}.jsonl`);
  protected readonly rejects = signal<readonly Reject[] | null>(null);
  protected readonly failure = signal<string | null>(null);
  private readonly key = computed(() => `${this.ingestion().id} ${this.total()}`);

  constructor() {
    effect((onCleanup) => {
      this.key();
      const request = untracked(() => this.load());
      onCleanup(() => request.unsubscribe());
    });
  }

  protected textOf(reject: Reject): string {
    return rejectText(reject.reason);
  }

  private load(): Subscription {
    return this.client.rejects(this.ingestion().id, MOST).subscribe({
      next: (rejects) => {
        this.rejects.set(rejects.map(shown));
        this.failure.set(null);
      },
      error: (error: unknown) => this.failure.set(readProblem(error).message),
    });
  }
}

function shown(reject: Reject): Reject {
  if (reject.text.length <= SHOWN_CHARACTERS) return reject;
  // Half of a surrogate pair at the end is left out.
  return { ...reject, text: reject.text.slice(0, SHOWN_CHARACTERS).replace(/[\ud800-\udbff]$/, ''), truncated: true };
}
