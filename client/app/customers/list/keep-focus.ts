import { ElementRef, Injector, Signal, afterNextRender, computed, effect, inject, untracked } from '@angular/core';

/** Moves the focus to a button that is there, when the state of a dialog has removed the button that had it. */
export function keepFocus(state: Signal<{ readonly kind: string }>): void {
  const host = inject<ElementRef<HTMLElement>>(ElementRef).nativeElement;
  const injector = inject(Injector);
  const kind = computed(() => state().kind);
  const first = untracked(kind);
  effect(() => {
    if (kind() === first) return;
    const focus = (): void => host.querySelector<HTMLElement>('mat-dialog-actions button:last-of-type')?.focus();
    afterNextRender({ read: focus }, { injector });
  });
}
