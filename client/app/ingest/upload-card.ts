import { ChangeDetectionStrategy, Component, computed, effect, inject, input } from '@angular/core';

import { Announcer } from '../core/announcer';
import { durationText, sizeText } from '../core/amounts';
import { SessionStore } from '../core/session';
import { Count } from '../ui/count';
import { Icon } from '../ui/icon';
import { Notice } from '../ui/notice';
import { ProgressBar } from '../ui/progress-bar';
import { Ingestion, rejectedIn } from './wire/ingestion';
import { Upload, UploadQueue, UploadState } from './data/upload-queue';
import { IngestionCounts } from './ingestion-counts';
import { Outcome, outcomeOf } from './ingestion-outcome';
import { RejectList } from './reject-list';

/** An upload from the drop to the last line: sent, ingested, counted, with its rejects. */
@Component({
  selector: 'app-upload-card',
  imports: [Count, Icon, IngestionCounts, Notice, ProgressBar, RejectList],
  templateUrl: './upload-card.html',
  styleUrl: './upload-card.scss',
  host: { class: 'card padded', 'data-testid': 'upload', '[attr.data-state]': 'upload().state.kind' },
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class UploadCard {
  readonly upload = input.required<Upload>();
  protected readonly session = inject(SessionStore);

  private readonly queue = inject(UploadQueue);
  private readonly announcer = inject(Announcer);

  protected readonly sendLabel = $localize`Sent`;
  protected readonly foldLabel = $localize`Folded`;
  protected readonly size = computed(() => sizeText(this.upload().file.size));
  protected readonly sent = computed(() => {
    const { file, state } = this.upload();
    if (state.kind !== 'sending') return 1;
    return file.size === 0 ? 1 : state.sent / file.size;
  });
  protected readonly sentText = computed(() => {
    const { state, startedAt } = this.upload();
    if (state.kind !== 'sending') return '';
    const seconds = Math.max(0.001, (Date.now() - startedAt) / 1000);
    const rate = sizeText(state.sent / seconds);
    return $localize`${sizeText(state.sent)}:sent: of ${this.size()}:size: sent, ${rate}:rate: a second`;
  });
  protected readonly ingestion = computed<Ingestion | null>(() => {
    const { state } = this.upload();
    return 'ingestion' in state ? state.ingestion : null;
  });
  /** Null for a source that failed before its first line, which has no counts. */
  protected readonly counted = computed(() => {
    const ingestion = this.ingestion();
    return ingestion?.state === 'failed' && ingestion.lines === 0 ? null : ingestion;
  });
  /** Null for a compressed file, whose number of lines and bytes is not known. */
  protected readonly folded = computed(() => {
    const { file } = this.upload();
    const ingestion = this.ingestion();
    if (!ingestion || file.size === 0 || file.name.endsWith('.gz')) return null;
    return ingestion.bytes / file.size;
  });
  protected readonly rejected = computed(() => {
    const ingestion = this.ingestion();
    return ingestion ? rejectedIn(ingestion) : 0;
  });
  /** The lines that are not blank, and those of them that were not rejected. */
  protected readonly lines = computed(() => (this.ingestion()?.lines ?? 0) - (this.ingestion()?.blank ?? 0));
  protected readonly taken = computed(() => this.lines() - this.rejected());
  protected readonly outcome = computed<Outcome | null>(() => {
    const ingestion = this.ingestion();
    return ingestion && outcomeOf(ingestion);
  });
  protected readonly duration = computed(() => durationText(this.ingestion()?.seconds ?? 0));
  private readonly phase = computed(() => this.upload().state.kind);

  constructor() {
    effect(() => {
      const text = spoken(this.phase(), this.outcome(), this.upload().file.name);
      if (text) this.announcer.announce(text);
    });
  }

  protected cancel(): void {
    this.queue.cancel(this.upload().key);
  }

  protected retry(): void {
    this.queue.retry(this.upload().key);
  }
}

function spoken(phase: UploadState['kind'], outcome: Outcome | null, name: string): string | null {
  switch (phase) {
    case 'ended':
      // A notice is read by itself.
      if (outcome === 'nothing' || outcome === 'failed' || outcome === 'interrupted') return null;
      if (outcome === 'empty') return $localize`${name}:file: is empty`;
      return outcome === 'in-part'
        ? $localize`${name}:file: was ingested in part`
        : $localize`${name}:file: was ingested`;
    case 'failed':
    case 'waiting':
    case 'folding':
      return null;
    case 'sending':
      return $localize`Sending ${name}:file:`;
    case 'cancelled':
      return $localize`${name}:file: was cancelled`;
    default:
      return phase satisfies never;
  }
}
