import {
  ChangeDetectionStrategy,
  Component,
  ElementRef,
  Injector,
  afterNextRender,
  computed,
  effect,
  inject,
  input,
  signal,
  untracked,
  viewChild,
} from '@angular/core';

import { whenIdle } from '../../core/preload-when-idle';
import { CopyButton } from '../../ui/copy-button';
import { Count } from '../../ui/count';
import { Icon } from '../../ui/icon';
import { ValueText } from '../../ui/value-text';
import { beginningOf, groupsOf } from '../model/attribute-groups';
import { textOf } from '../model/attribute-rules';
import { Attributes, CustomerVersion } from '../model/customer';
import { PinnedAttributes } from '../state/pinned-attributes';
import { AttributeValue } from '../ui/attribute-value';
import { AttributeWhy } from './attribute-why';
import { InlineEdit } from './inline-edit';

/** Least number of attributes with a search over them. */
const SEARCHED_FROM = 12;
/** Attributes that are shown before the reader asks for all, of which a few more are not folded. */
const AT_FIRST = 30;
const NOT_FOLDED = 36;

/**
 * The attributes in groups: those that are pinned, those that tell who it is, those with the same prefix, the others. A long list is
 * folded. From a dozen on names and values can be searched. A value is edited in its place.
 */
@Component({
  selector: 'app-attribute-list',
  imports: [AttributeValue, AttributeWhy, CopyButton, Count, Icon, InlineEdit, ValueText],
  templateUrl: './attribute-list.html',
  styleUrl: './attribute-list.scss',
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class AttributeList {
  readonly attributes = input.required<Attributes>();
  /** The id of the customer, whose log says why a value is what it is; empty where it is not to be asked. */
  readonly id = input('');
  /** The version to edit; null where nothing may be edited. */
  readonly editable = input<CustomerVersion | null>(null);
  /** Names of attributes that the page shows elsewhere. The search finds them. */
  readonly elsewhere = input<readonly string[]>([]);

  private readonly pins = inject(PinnedAttributes);
  private readonly injector = inject(Injector);
  private readonly host = inject<ElementRef<HTMLElement>>(ElementRef);
  private readonly editor = viewChild<InlineEdit>('editor');

  protected readonly filterFrom = SEARCHED_FROM;
  protected readonly filter = signal('');
  protected readonly all = signal(false);
  /** The attribute that is edited; empty for a new one, null for none. */
  protected readonly edited = signal<string | null>(null);
  /** The attributes whose reason is shown. */
  protected readonly asked = signal<ReadonlySet<string>>(new Set());
  protected readonly labels = {
    edit: (name: string) => $localize`Edit ${name}:name:`,
    why: (name: string) => $localize`What set ${name}:name:`,
    pin: (name: string) =>
      this.pins.names().includes(name) ? $localize`Unpin ${name}:name:` : $localize`Pin ${name}:name: to the top`,
  };
  private readonly items = computed(() => {
    const items = Object.entries(this.attributes()).map(([name, value]) => {
      const text = textOf(value);
      return [name, { value, text, searched: `${name}\n${text}`.toLowerCase() }] as const;
    });
    return new Map(items);
  });
  protected readonly count = computed(() => this.items().size);
  private readonly found = computed(() => {
    const sought = this.filter();
    const elsewhere = new Set(sought ? [] : this.elsewhere());
    for (const pinned of this.pins.names()) elsewhere.delete(pinned);
    const found = [...this.items()].filter(([name, { searched }]) => searched.includes(sought) && !elsewhere.has(name));
    return found.map(([name]) => name);
  });
  private readonly allGroups = computed(() => {
    // The editor stays when its attribute goes meanwhile.
    const edited = this.edited();
    return groupsOf([...this.found(), ...(edited ? [edited] : [])], this.pins.names());
  });
  protected readonly folds = computed(() => !this.filter() && this.found().length > NOT_FOLDED);
  protected readonly groups = computed(() => {
    const [groups, edited] = [this.allGroups(), this.edited()];
    if (this.all() || !this.folds()) return groups;
    const first = beginningOf(groups, AT_FIRST);
    return !edited || first.some(({ names }) => names.includes(edited)) ? first : groups;
  });
  protected readonly foundText = computed(() => {
    const count = this.found().length;
    if (!this.filter()) return '';
    return count === 1 ? $localize`1 attribute matches` : $localize`${count}:count: attributes match`;
  });

  constructor() {
    // The editor is loaded with its first use. Loading it here lets that be at once.
    void whenIdle()
      .then(() => import('./inline-edit'))
      .catch(() => undefined);
    effect(() => {
      this.id();
      untracked(() => {
        this.edited.set(null);
        this.asked.set(new Set());
      });
    });
  }

  /** Tells whether a value is being edited. */
  readonly isEditing = computed(() => this.edited() !== null && this.editable() !== null);

  /** Tells whether something is typed that is not saved. */
  hasChanges(): boolean {
    return this.editor()?.hasChanges() ?? false;
  }

  /** Opens the editor of an attribute. @param name empty for a new one */
  edit(name: string): void {
    if (this.hasChanges() || !this.editable()) return;
    this.edited.set(name);
  }

  protected itemOf(name: string) {
    return this.items().get(name);
  }

  /** A double click on a link or a button is not one on the value. */
  protected editFrom({ target }: Event, name: string): void {
    if (!(target instanceof Element) || target.closest('a, button, summary')) return;
    getSelection()?.removeAllRanges();
    this.edit(name);
  }

  /** Closes the editor. The focus goes to the button that opened it, or one close by. */
  protected close(): void {
    const name = this.edited();
    this.edited.set(null);
    const back = (): void => {
      const rows = this.host.nativeElement.querySelectorAll<HTMLElement>('[data-testid=attribute]');
      const row = [...rows].find(({ dataset }) => dataset.name === name);
      const button = row?.querySelector<HTMLElement>('[data-testid=edit-value]');
      (button ?? this.host.nativeElement.querySelector<HTMLElement>('[data-testid=add-attribute]'))?.focus();
    };
    afterNextRender({ read: back }, { injector: this.injector });
  }

  protected ask(name: string): void {
    const asked = new Set(this.asked());
    if (!asked.delete(name)) asked.add(name);
    this.asked.set(asked);
  }

  protected pin(name: string): void {
    this.pins.toggle(name);
    const focus = (): void => {
      const rows = this.host.nativeElement.querySelectorAll<HTMLElement>('[data-testid=attribute]');
      [...rows]
        .find(({ dataset }) => dataset.name === name)
        ?.querySelector<HTMLElement>('[data-testid=pin]')
        ?.focus();
    };
    afterNextRender({ read: focus }, { injector: this.injector });
  }

  protected narrow(event: Event): void {
    if (event.target instanceof HTMLInputElement) this.filter.set(event.target.value.trim().toLowerCase());
  }
}
