import { ElementRef, Injector, Signal, afterNextRender, computed, effect, inject, untracked } from '@angular/core';

/** Buttons of a dialog come and go with its state: the focus goes on to the one that is there then, and is not lost. */
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
