import {
  ChangeDetectionStrategy,
  Component,
  ElementRef,
  Injector,
  afterNextRender,
  computed,
  inject,
  input,
  output,
  signal,
  viewChild,
} from '@angular/core';

import { Problem } from '../../core/problem';
import { Confirm } from '../../ui/confirm';
import { FieldError } from '../../ui/field-error';
import { Icon } from '../../ui/icon';
import { Menu } from '../../ui/menu';
import { Toast } from '../../ui/toast';
import { CustomerQuery, isEverybody, sameList } from '../model/customer-query';
import { SegmentsStore } from '../state/segments-store';
import { Segment } from '../wire/segments-client';

/** Saves the list as a segment; renames, changes and deletes the open segment. */
@Component({
  selector: 'app-segment-actions',
  imports: [FieldError, Icon, Menu],
  template: `
    @if (naming(); as what) {
      <form class="naming" (submit)="save($event)" (keydown.escape)="close()">
        <input
          #field
          class="control"
          data-testid="segment-name"
          dir="auto"
          autocomplete="off"
          maxlength="100"
          placeholder="Name of the segment"
          i18n-placeholder
          aria-label="Name of the segment"
          i18n-aria-label
          aria-describedby="segment-name-error"
          [attr.aria-invalid]="problem() !== null"
        />
        <button class="button filled" type="submit" data-testid="segment-save" i18n>Save</button>
        <button class="button" type="button" (click)="close()" i18n>Cancel</button>
        <app-field-error id="segment-name-error" role="alert" [message]="problem()" />
      </form>
    } @else {
      @if (segment(); as open) {
        @if (changed()) {
          <span class="name" data-testid="segment-edited"
            ><bdi>{{ open.name }}</bdi
            >&ngsp;<em i18n="of a segment">edited</em></span
          >
          <button type="button" class="quiet" data-testid="segment-update" (click)="update(open)">
            <app-icon name="check" /><ng-container i18n>Update</ng-container>
          </button>
        }
      }
      @if (worthKeeping()) {
        <button type="button" class="quiet" data-testid="segment-create" (click)="start('create')">
          <app-icon name="bookmark" />
          @if (segment()) {
            <ng-container i18n>Save as new segment</ng-container>
          } @else {
            <ng-container i18n>Save as segment</ng-container>
          }
        </button>
      }
      @if (segment() || toCome()) {
        <app-menu testid="segment-menu" [class.to-come]="!segment()" [label]="menuLabel">
          <button type="button" class="quiet" data-testid="segment-rename" (click)="start('rename')">
            <app-icon name="edit" /><ng-container i18n>Rename</ng-container>
          </button>
          <button type="button" class="quiet danger" data-testid="segment-delete" (click)="remove()">
            <app-icon name="trash" /><ng-container i18n>Delete segment</ng-container>
          </button>
        </app-menu>
      }
    }
  `,
  styles: `
    :host {
      display: contents;
    }
    .to-come {
      visibility: hidden;
    }
    .naming {
      display: flex;
      flex-wrap: wrap;
      align-items: center;
      gap: var(--space-1) var(--space-2);
      max-inline-size: 100%;
    }
    .control {
      flex: 1;
      inline-size: 220px;
      min-inline-size: 0;
      max-inline-size: 220px;
    }
    /* As high as the filters beside it. */
    .naming .control,
    .naming .button {
      min-block-size: 32px;
      padding-block: 4px;
    }
    .name {
      display: inline-flex;
      gap: 6px;
      align-items: baseline;
      min-inline-size: 0;
      font-weight: 550;
    }
    .name bdi {
      overflow: hidden;
      max-inline-size: min(24ch, 40vw);
      text-overflow: ellipsis;
      white-space: nowrap;
    }
    em {
      color: var(--ink-soft);
      font-style: normal;
      font-weight: 400;
    }
    app-menu button {
      inline-size: 100%;
      justify-content: flex-start;
    }
    app-field-error {
      flex-basis: 100%;
    }
  `,
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class SegmentActions {
  readonly query = input.required<CustomerQuery>();
  /** The open segment, as it is saved. */
  readonly segment = input.required<Segment | null>();
  /** True if the open segment is still to arrive: the room of its actions is kept. */
  readonly toCome = input(false);
  /** Emits the segment to open. */
  readonly opened = output<number | null>();
  readonly failed = output<Problem>();

  protected readonly menuLabel = $localize`More about the segment`;
  private readonly store = inject(SegmentsStore);
  private readonly confirm = inject(Confirm);
  private readonly toast = inject(Toast);
  private readonly injector = inject(Injector);
  private readonly field = viewChild<ElementRef<HTMLInputElement>>('field');

  protected readonly naming = signal<'create' | 'rename' | null>(null);
  protected readonly problem = signal<string | null>(null);
  protected readonly changed = computed(() => {
    const segment = this.segment();
    return segment !== null && !sameList(segment, this.query());
  });
  protected readonly worthKeeping = computed(
    () => !this.toCome() && !isEverybody(this.query()) && (this.segment() === null || this.changed()),
  );

  /** Asks for a name. */
  start(what: 'create' | 'rename'): void {
    this.problem.set(null);
    this.naming.set(what);
    const name = what === 'rename' ? (this.segment()?.name ?? '') : '';
    afterNextRender({ write: () => this.ask(name) }, { injector: this.injector });
  }

  protected close(): void {
    this.naming.set(null);
  }

  protected async save(event: Event): Promise<void> {
    event.preventDefault();
    const name = this.field()?.nativeElement.value.trim() ?? '';
    if (name === '') {
      this.problem.set($localize`Enter a name.`);
      return;
    }
    const open = this.segment();
    const renames = this.naming() === 'rename' && open;
    const saved = renames ? await this.store.rename(open.id, name) : await this.store.create(name, this.query());
    if (!saved.ok) {
      const taken = saved.problem.code === 'segment_name_taken';
      this.problem.set(taken ? $localize`There is a segment with this name already.` : saved.problem.message);
      return;
    }
    this.close();
    this.opened.emit(saved.value.id);
    void this.toast.show($localize`Segment ${name}:name: saved`);
  }

  private ask(name: string): void {
    const field = this.field()?.nativeElement;
    if (!field) return;
    field.value = name;
    field.select();
  }

  protected async update({ id, name }: Segment): Promise<void> {
    const saved = await this.store.redefine(id, this.query());
    if (saved.ok) void this.toast.show($localize`Segment ${name}:name: saved`);
    else this.failed.emit(saved.problem);
  }

  protected async remove(): Promise<void> {
    const segment = this.segment();
    if (!segment) return;
    const { id, name } = segment;
    const sure = await this.confirm.ask({
      heading: $localize`Delete the segment ${name}:name:?`,
      text: $localize`Its customers stay; only the name and its filters go.`,
      confirm: $localize`Delete`,
      cancel: $localize`Cancel`,
    });
    if (!sure) return;
    const removed = await this.store.remove(id);
    if (removed.ok) this.opened.emit(null);
    else this.failed.emit(removed.problem);
  }
}
