import { DOCUMENT, DestroyRef, Injectable, computed, inject, signal } from '@angular/core';

import { LocalStore } from './local-store';

export interface Shortcut {
  /**
   * A key as `KeyboardEvent.key` names it (`j`, `/`, `Escape`), two in a row (`g c`), or one with Ctrl or Cmd (`mod+s`). A list
   * holds alternatives.
   */
  readonly keys: string | readonly string[];
  /** Description in the list of shortcuts. */
  readonly label: string;
  /** Tells whether the shortcut is there now; by default always. */
  readonly when?: () => boolean;
  /** Also works while a field has the focus. */
  readonly inFields?: boolean;
  /** @returns false when the shortcut does nothing now: the browser then handles the key */
  run(event: KeyboardEvent): unknown;
}

/** A key that the element with the focus handles itself, for the list of shortcuts. */
export function keyOfElement(keys: Shortcut['keys'], label: string): Shortcut {
  return { keys, label, run: () => false };
}

export interface ShortcutGroup {
  readonly heading: string;
  readonly shortcuts: readonly Shortcut[];
}

const KEY = 'shortcuts';
/** Time for the second key of two (ms). */
const SEQUENCE_MS = 1200;
const NO_FIELD = /^(?:checkbox|radio|button|submit|reset|file|range|color)$/;
/** Matches the dialogs of Material, which do not set `aria-modal`, and those of the browser. */
const DIALOG = '[role="dialog"], [role="alertdialog"], dialog[open]';

/**
 * Keyboard shortcuts of the page. Those of a single character can be switched off, for users who press keys by accident
 * (WCAG 2.1.4). The shortcut that was added last wins: a page over the shell, a part over its page.
 */
@Injectable({ providedIn: 'root' })
export class Shortcuts {
  private readonly document = inject(DOCUMENT);
  private readonly store = inject(LocalStore);
  private readonly _groups = signal<readonly ShortcutGroup[]>([]);
  private readonly _enabled = signal(this.store.read(KEY) !== 'off');
  private pending: { readonly key: string; readonly at: number } | null = null;

  /** Those of the shell come first. */
  readonly groups = computed<readonly ShortcutGroup[]>(() =>
    this._groups().map(({ heading, shortcuts }) => ({
      heading,
      shortcuts: shortcuts.filter(({ when }) => when?.() ?? true),
    })),
  );
  readonly enabled = this._enabled.asReadonly();
  private readonly candidates = computed(() =>
    this.groups()
      .flatMap(({ shortcuts }) => shortcuts)
      .reverse(),
  );

  constructor() {
    this.document.addEventListener('keydown', (event) => this.handle(event));
  }

  /** Switches the shortcuts of a single character on or off, and remembers it. */
  enable(on: boolean): void {
    this._enabled.set(on);
    this.store.write(KEY, on ? null : 'off');
  }

  add(group: ShortcutGroup): () => void {
    this._groups.update((groups) => [...groups, group]);
    return () => this._groups.update((groups) => groups.filter((other) => other !== group));
  }

  private handle(event: KeyboardEvent): void {
    if (event.defaultPrevented || event.isComposing || isModifier(event.key)) return;
    const key = nameOf(event);
    if (key === null) return;
    const single = key.length === 1;
    if (single && !this._enabled()) return;
    if (this.document.querySelector(DIALOG)) return;
    const typing = isField(event.target);
    const first = this.pending && event.timeStamp - this.pending.at < SEQUENCE_MS ? this.pending.key : null;
    this.pending = null;
    if (first !== null && this.perform(`${first} ${key}`, typing, event)) return;
    if (this.perform(key, typing, event)) return;
    const opens = (shortcut: Shortcut): boolean => keysOf(shortcut).some((keys) => keys.startsWith(`${key} `));
    if (single && !typing && this.candidates().some(opens)) this.pending = { key, at: event.timeStamp };
  }

  private perform(keys: string, typing: boolean, event: KeyboardEvent): boolean {
    for (const shortcut of this.candidates()) {
      if (!keysOf(shortcut).includes(keys) || (typing && !shortcut.inFields)) continue;
      if (shortcut.run(event) === false) continue;
      event.preventDefault();
      return true;
    }
    return false;
  }
}

/** Adds shortcuts until the component is destroyed. Call it in an injection context. */
export function useShortcuts(heading: string, shortcuts: readonly Shortcut[]): void {
  inject(DestroyRef).onDestroy(inject(Shortcuts).add({ heading, shortcuts }));
}

export function keysOf({ keys }: Shortcut): readonly string[] {
  return typeof keys === 'string' ? [keys] : keys;
}

/** The name of the pressed key. Shift is left out, because the character shows it: `/` is Shift+7 on some keyboards. */
function nameOf(event: KeyboardEvent): string | null {
  if (event.altKey && !event.ctrlKey) return null;
  const alternateGraphic = event.getModifierState('AltGraph') || (event.ctrlKey && event.altKey);
  const command = (event.ctrlKey || event.metaKey) && !alternateGraphic;
  return command ? `mod+${event.key.toLowerCase()}` : event.key;
}

function isModifier(key: string): boolean {
  return key === 'Shift' || key === 'Control' || key === 'Alt' || key === 'Meta' || key === 'AltGraph';
}

function isField(target: EventTarget | null): boolean {
  if (target instanceof HTMLInputElement) return !NO_FIELD.test(target.type);
  if (target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement) return true;
  return target instanceof HTMLElement && target.isContentEditable;
}
