import {
  ChangeDetectionStrategy,
  Component,
  ElementRef,
  effect,
  inject,
  input,
  output,
  untracked,
  viewChild,
} from '@angular/core';
import { takeUntilDestroyed } from '@angular/core/rxjs-interop';
import { Router } from '@angular/router';
import { Subject, debounceTime } from 'rxjs';

import { Icon } from '../../ui/icon';

/** Delay after a key (ms): longer than the time between two keys of a fast typist. */
const TYPING_MS = 120;

/** Searches while the user types. The address holds the text. An older text of the address never replaces what is being typed. */
@Component({
  selector: 'app-search-box',
  imports: [Icon],
  template: `
    <form role="search" aria-label="Customers" i18n-aria-label (submit)="submit($event)">
      <app-icon name="search" />
      <input
        #field
        class="control"
        type="search"
        data-testid="search"
        dir="auto"
        autocomplete="off"
        autocapitalize="off"
        spellcheck="false"
        enterkeyhint="search"
        aria-keyshortcuts="/"
        placeholder="Search by id, email or any value"
        i18n-placeholder
        aria-label="Search customers"
        i18n-aria-label
        (input)="typed.next()"
        (keydown.escape)="clear($event)"
      />
      <kbd aria-hidden="true">/</kbd>
    </form>
  `,
  styles: `
    :host {
      flex: 1 1 240px;
      min-inline-size: 0;
    }
    form {
      position: relative;
    }
    app-icon {
      position: absolute;
      inset-block-start: 10px;
      inset-inline-start: 11px;
      color: var(--ink-soft);
      pointer-events: none;
    }
    .control {
      padding-inline: 34px 10px;
    }
    kbd {
      position: absolute;
      inset-block-start: 8px;
      inset-inline-end: 9px;
      pointer-events: none;
    }
    .control:focus + kbd,
    .control:not(:placeholder-shown) + kbd {
      display: none;
    }
    @media (pointer: coarse), (width < 720px) {
      kbd {
        display: none;
      }
    }
  `,
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class SearchBox {
  /** The text of the current search. */
  readonly text = input.required<string>();
  readonly searched = output<string>();
  /** Emits on Enter. */
  readonly submitted = output<string>();

  private readonly field = viewChild.required<ElementRef<HTMLInputElement>>('field');
  protected readonly typed = new Subject<void>();
  private sent = '';

  constructor() {
    effect(() => {
      const text = this.text();
      const field = this.field().nativeElement;
      untracked(() => {
        if (text !== this.sent) field.value = text;
        this.sent = text;
      });
    });
    this.typed.pipe(debounceTime(TYPING_MS), takeUntilDestroyed()).subscribe(() => this.send());
    const asked = inject(Router).currentNavigation()?.extras.state?.search === true;
    effect(() => {
      this.field();
      if (asked) untracked(() => this.focus());
    });
  }

  focus(): void {
    const field = this.field().nativeElement;
    field.focus();
    field.select();
  }

  protected submit(event: Event): void {
    event.preventDefault();
    this.send();
    this.submitted.emit(this.sent);
  }

  protected clear(event: Event): void {
    event.preventDefault();
    const field = this.field().nativeElement;
    if (field.value === '') field.blur();
    field.value = '';
    this.send();
  }

  private send(): void {
    const text = this.field().nativeElement.value.trim();
    if (text === this.sent) return;
    this.sent = text;
    this.searched.emit(text);
  }
}
