import { ChangeDetectionStrategy, Component, inject } from '@angular/core';
import { FormControl, ReactiveFormsModule } from '@angular/forms';
import { MatButton } from '@angular/material/button';
import { Router } from '@angular/router';

import { idProblem } from '../data/attribute-rules';

/** The short way to a customer whose id is known. */
@Component({
  selector: 'app-open-by-id',
  imports: [ReactiveFormsModule, MatButton],
  template: `
    <form role="search" aria-label="Open a customer by id" (submit)="open($event)">
      <input
        class="control"
        data-testid="open-by-id"
        dir="auto"
        autocomplete="off"
        autocapitalize="off"
        spellcheck="false"
        placeholder="Open by id"
        aria-label="Customer id"
        enterkeyhint="go"
        [formControl]="id"
      />
      <button matButton="outlined" type="submit">Open</button>
    </form>
  `,
  styles: `
    form {
      display: flex;
      gap: var(--space-2);
    }
    .control {
      flex: 1;
      inline-size: 11rem;
      min-inline-size: 0;
    }
  `,
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class OpenById {
  private readonly router = inject(Router);
  protected readonly id = new FormControl('', { nonNullable: true });

  protected open(event: Event): void {
    event.preventDefault();
    const id = this.id.value.trim();
    if (idProblem(id) === null) void this.router.navigate(['/customers', id]);
  }
}
