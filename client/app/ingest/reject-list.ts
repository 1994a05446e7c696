import { ChangeDetectionStrategy, Component, computed, effect, inject, input, signal, untracked } from '@angular/core';

import { readProblem } from '../core/problem';
import { Count } from '../ui/count';
import { Icon } from '../ui/icon';
import { Ingestion, Reject, rejectedIn } from './data/ingestion';
import { IngestionsClient } from './data/ingestions-client';
import { rejectText } from './data/reject-text';

const MOST = 50;

/** The lines that were not taken: how many for each reason, the first of them, and all of them as a file. */
@Component({
  selector: 'app-reject-list',
  imports: [Count, Icon],
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
  protected readonly url = computed(() => this.client.rejectsUrl(this.ingestion().id));
  protected readonly fileName = computed(() => `rejects-${this.ingestion().id}.jsonl`);
  protected readonly rejects = signal<readonly Reject[] | null>(null);
  protected readonly failure = signal<string | null>(null);
  private readonly key = computed(() => `${this.ingestion().id} ${this.total()}`);

  constructor() {
    effect(() => {
      this.key();
      untracked(() => void this.load());
    });
  }

  protected textOf(reject: Reject): string {
    return rejectText(reject.reason);
  }

  private async load(): Promise<void> {
    const { id } = this.ingestion();
    try {
      const rejects = await this.client.rejects(id, MOST);
      if (id === this.ingestion().id) this.rejects.set(rejects);
      this.failure.set(null);
    } catch (error: unknown) {
      this.failure.set(readProblem(error).message);
    }
  }
}
