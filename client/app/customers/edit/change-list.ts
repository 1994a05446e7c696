import { ChangeDetectionStrategy, Component, computed, input, output } from '@angular/core';

import { parseJson } from '../../core/exact-json';
import { DraftRow, RowChange, changeOf } from '../model/attribute-draft';
import { readValue, textOf } from '../model/attribute-rules';
import { ValueText } from '../../ui/value-text';

interface Change {
  readonly name: string;
  readonly kind: Exclude<RowChange, 'none'>;
  readonly from: string | null;
  readonly to: string | null;
  readonly renamedFrom: string | null;
}

const KIND_TEXT: Readonly<Record<Change['kind'], string>> = {
  added: $localize`added`,
  changed: $localize`changed`,
  removed: $localize`removed`,
};

/** The changes that the next save sends, attribute by attribute. A click leads to the row. */
@Component({
  selector: 'app-change-list',
  imports: [ValueText],
  template: `
    <h2 i18n>What will change</h2>
    @if (changes().length > 0) {
      <ul data-testid="changes">
        @for (change of changes(); track $index) {
          <li [attr.data-change]="change.kind" [attr.data-name]="change.name">
            <button type="button" class="link-button" (click)="revealed.emit(change.name)">
              @if (change.name) {
                <bdi><app-value-text [text]="change.name" /></bdi>
              } @else {
                <ng-container i18n>without a name</ng-container>
              }
            </button>
            <span class="kind">{{ kindText[change.kind] }}</span>
            <div class="values" dir="auto">
              @if (change.from !== null) {
                <del
                  ><span class="cdk-visually-hidden" i18n>from </span><bdi><app-value-text [text]="change.from" /></bdi
                ></del>
              }
              @if (change.to !== null) {
                <ins
                  ><span class="cdk-visually-hidden" i18n>to </span><bdi><app-value-text [text]="change.to" /></bdi
                ></ins>
              }
            </div>
            @if (change.renamedFrom; as former) {
              <p class="hint" i18n>
                in place of <bdi>{{ former }}</bdi>
              </p>
            }
          </li>
        }
      </ul>
    } @else {
      <p class="muted" i18n>
        Nothing yet. What you type stays in this browser until you save or discard it, also when the page is reloaded.
      </p>
    }
  `,
  styleUrl: './change-list.scss',
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class ChangeList {
  readonly rows = input.required<readonly DraftRow[]>();
  /** Emits the name of the attribute to show. */
  readonly revealed = output<string>();

  protected readonly kindText = KIND_TEXT;
  protected readonly changes = computed(() => this.rows().flatMap(changeIn));
}

function changeIn(row: DraftRow): Change[] {
  const kind = changeOf(row);
  if (kind === 'none') return [];
  const { name, original, renamedFrom } = row;
  const from = original === null ? null : textOf(parseJson(original));
  const to = kind === 'removed' ? null : stored(row);
  // When only the type differs, the quotes of JSON tell "31" from 31.
  if (to !== null && from === to && original !== null)
    return [{ name, kind, from: original, to: literal(row.type, to), renamedFrom }];
  return [{ name, kind, from, to, renamedFrom }];
}

/** The text of the value that a save stores; what was typed, if that is no value yet. */
function stored({ type, value }: DraftRow): string {
  const read = readValue(type, value);
  return type === 'number' && read.ok ? textOf(read.value) : value;
}

function literal(type: DraftRow['type'], text: string): string {
  return type === 'text' ? JSON.stringify(text) : text;
}
