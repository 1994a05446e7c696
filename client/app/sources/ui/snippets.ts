import {
  ChangeDetectionStrategy,
  Component,
  DOCUMENT,
  computed,
  inject,
  input,
  linkedSignal,
  untracked,
} from '@angular/core';

import { CopyButton } from '../../ui/copy-button';
import { SourceKind } from '../model/source';
import { SNIPPET_NAME, SnippetId, placeholderKey, snippetsOf } from '../model/snippets';

const HINT: Readonly<Partial<Record<SnippetId, string>>> = {
  'customerio-node-4': $localize`Version 4 takes scheme and port from here, not from the address.`,
  'customerio-node': $localize`The address ends in /api/v1; without it the calls would go elsewhere.`,
  lines: $localize`A file with a message a line. At most 10 MiB a request; larger files belong into Ingest.`,
  'rudder-node': $localize`Without errorHandler a refused key ends the program.`,
  'segment-browser': $localize`Everybody can read the key in a page. With it one can send, and neither read nor delete.`,
  'customerio-browser': $localize`Everybody can read the key in a page. With it one can send, and neither read nor delete.`,
};

/** Programs to copy that send to a source, one for each client, as tabs. */
@Component({
  selector: 'app-snippets',
  imports: [CopyButton],
  template: `
    <div class="tabs" role="tablist" aria-label="Clients" i18n-aria-label>
      @for (snippet of snippets(); track snippet.id) {
        <button
          type="button"
          role="tab"
          data-testid="snippet-tab"
          [id]="'tab-' + snippet.id"
          [attr.aria-selected]="snippet.id === chosen()"
          [attr.aria-controls]="snippet.id === chosen() ? 'snippet' : null"
          [tabindex]="snippet.id === chosen() ? 0 : -1"
          (click)="chosen.set(snippet.id)"
          (keydown.arrowRight)="move($event, 1)"
          (keydown.arrowLeft)="move($event, -1)"
        >
          {{ name[snippet.id] }}
        </button>
      }
    </div>
    <div id="snippet" role="tabpanel" [attr.aria-labelledby]="'tab-' + chosen()">
      <div class="text">
        <pre tabindex="0" data-testid="snippet">{{ text() }}</pre>
        <app-copy-button [text]="text()" [what]="copied" />
      </div>
      @if (hint(); as words) {
        <p class="hint">{{ words }}</p>
      }
    </div>
  `,
  styleUrl: './snippets.scss',
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class Snippets {
  readonly kind = input.required<SourceKind>();
  /** Null once the key is not known any more: a placeholder stands in for it. Empty if none is needed. */
  readonly key = input.required<string | null>();

  private readonly document = inject(DOCUMENT);

  protected readonly name = SNIPPET_NAME;
  protected readonly copied = $localize`:what is copied:snippet`;
  protected readonly snippets = computed(() =>
    snippetsOf(this.kind(), this.key() ?? placeholderKey(this.kind()), this.document.location.origin),
  );
  protected readonly chosen = linkedSignal<SourceKind, SnippetId>({
    source: this.kind,
    computation: () => untracked(this.snippets)[0].id,
  });
  protected readonly text = computed(() => this.snippets().find(({ id }) => id === this.chosen())?.text ?? '');
  protected readonly hint = computed(() => HINT[this.chosen()] ?? '');

  protected move(event: Event, by: 1 | -1): void {
    const ids = this.snippets().map(({ id }) => id);
    const next = ids[(ids.indexOf(this.chosen()) + by + ids.length) % ids.length];
    this.chosen.set(next);
    this.document.getElementById(`tab-${next}`)?.focus();
    event.preventDefault();
  }
}
