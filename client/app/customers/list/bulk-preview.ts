import { ChangeDetectionStrategy, Component, computed, input } from '@angular/core';

import { Count } from '../../ui/count';
import { textOf } from '../model/attribute-rules';
import { BulkPreview, PreviewSample } from '../wire/bulk-edits-client';

const MOST_SHOWN = 5;

/** A rename: the values stay as they are. */
export interface Renamed {
  readonly from: string;
  readonly to: string;
}

/** The effect that a bulk edit would have: the numbers of customers, and a sample. */
@Component({
  selector: 'app-bulk-preview',
  imports: [Count],
  template: `
    @let now = preview();
    @if (now.examined < now.total) {
      <p class="muted" i18n>Among the first {{ now.examined | count }}:</p>
    }
    <dl>
      <div>
        <dt i18n>Will change</dt>
        <dd data-testid="will-change">{{ now.changed | count }}</dd>
      </div>
      <div>
        <dt i18n>Are so already</dt>
        <dd data-testid="will-stay">{{ now.unchanged | count }}</dd>
      </div>
      @if (now.failed > 0) {
        <div>
          <dt i18n>Will be left as they are</dt>
          <dd data-testid="will-fail">{{ now.failed | count }}</dd>
        </div>
      }
    </dl>
    @if (sample().length > 0) {
      <ul aria-label="Such as" i18n-aria-label data-testid="sample">
        @for (one of sample(); track one.id) {
          <li>
            <bdi>{{ one.display_name ?? one.id }}</bdi>
            @if (one.message; as message) {
              <span class="muted">{{ message }}</span>
            } @else {
              <span class="values">
                @if (renamed(); as names) {
                  <bdi>{{ names.from }}</bdi> → <bdi>{{ names.to }}</bdi>: <bdi>{{ fromText(one) }}</bdi>
                } @else {
                  <bdi>{{ fromText(one) }}</bdi> → <bdi>{{ toText(one) }}</bdi>
                }
              </span>
            }
          </li>
        }
      </ul>
    }
  `,
  styles: `
    :host {
      display: grid;
      gap: var(--space-2);
    }
    p,
    dl,
    dd {
      margin: 0;
    }
    dl {
      display: flex;
      flex-wrap: wrap;
      gap: 0 var(--space-4);
    }
    dl div {
      display: flex;
      gap: 6px;
    }
    dt,
    .values {
      color: var(--ink-soft);
    }
    dd {
      font-weight: 600;
      font-variant-numeric: tabular-nums;
    }
    ul {
      display: grid;
      gap: var(--space-1);
      margin: 0;
      padding: 0;
      list-style: none;
    }
    li {
      display: flex;
      flex-wrap: wrap;
      gap: 0 var(--space-2);
      overflow-wrap: anywhere;
    }
  `,
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class BulkPreviewView {
  readonly preview = input.required<BulkPreview>();
  /** The names of an attribute before and after; null for an edit that renames nothing. */
  readonly renamed = input<Renamed | null>(null);

  protected readonly sample = computed(() => this.preview().sample.slice(0, MOST_SHOWN));

  protected fromText({ from }: PreviewSample): string {
    return from === undefined ? $localize`nothing` : shortText(textOf(from));
  }

  protected toText({ to }: PreviewSample): string {
    return to === undefined ? $localize`nothing` : shortText(textOf(to));
  }
}

function shortText(text: string): string {
  const [beginning] = /^[^]{0,60}/u.exec(text) ?? [''];
  return beginning === text ? text : `${beginning}…`;
}
