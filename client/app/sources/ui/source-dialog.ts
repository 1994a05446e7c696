import {
  ChangeDetectionStrategy,
  Component,
  ElementRef,
  Injector,
  afterNextRender,
  inject,
  signal,
} from '@angular/core';
import { takeUntilDestroyed } from '@angular/core/rxjs-interop';
import { FormControl, ReactiveFormsModule } from '@angular/forms';
import {
  MAT_DIALOG_DATA,
  MatDialogActions,
  MatDialogClose,
  MatDialogContent,
  MatDialogRef,
  MatDialogTitle,
} from '@angular/material/dialog';
import { firstValueFrom } from 'rxjs';

import { AccessField } from '../../access/access-field';
import { FormProblems, TEXTS, focusFirstError, missing, refused } from '../../access/form-problem';
import { SecretOnce } from '../../access/secret-once';
import { readProblem } from '../../core/problem';
import { SessionStore } from '../../core/session';
import { Notice } from '../../ui/notice';
import { Toast } from '../../ui/toast';
import { SOURCE_KINDS, Source, SourceChange, SourceKind, SourceWithKey } from '../model/source';
import { SourcesClient } from '../wire/sources-client';
import { FirstCall } from './first-call';
import { Snippets } from './snippets';
import { KIND_HINT, KIND_TEXT, SWITCHES, SWITCH_HINT, SWITCH_TEXT } from './source-text';

export type SourceTask = { readonly does: 'make' } | { readonly does: 'edit' | 'key'; readonly source: Source };

/** Makes a source, changes one, or makes a new key for one. A key is shown once, with the snippets that use it. */
@Component({
  selector: 'app-source-dialog',
  imports: [
    ReactiveFormsModule,
    MatDialogActions,
    MatDialogClose,
    MatDialogContent,
    MatDialogTitle,
    AccessField,
    FirstCall,
    Notice,
    SecretOnce,
    Snippets,
  ],
  host: { '(keydown.escape)': 'leave()' },
  templateUrl: './source-dialog.html',
  styleUrl: './source-dialog.scss',
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class SourceDialog {
  protected readonly task = inject<SourceTask>(MAT_DIALOG_DATA);
  private readonly ref = inject(MatDialogRef<SourceDialog>);
  private readonly client = inject(SourcesClient);
  private readonly toast = inject(Toast);
  private readonly host = inject<ElementRef<HTMLElement>>(ElementRef);
  private readonly injector = inject(Injector);
  private readonly source = this.task.does === 'make' ? null : this.task.source;

  /** An old source may have older messages. */
  protected readonly watches = this.task.does === 'make' && inject(SessionStore).may('read');
  protected readonly texts = TEXTS;
  protected readonly keyText = $localize`:what is copied:key`;
  protected readonly kinds = SOURCE_KINDS.map((kind) => ({ kind, label: KIND_TEXT[kind] }));
  protected readonly kindHint = KIND_HINT;
  protected readonly heading = headingOf(this.task);
  protected readonly name = new FormControl(this.source?.name ?? '', { nonNullable: true });
  protected readonly kind = new FormControl<SourceKind>(this.source?.kind ?? 'http', { nonNullable: true });
  protected readonly switches = SWITCHES.map((name) => {
    const isOn = this.source?.[name] ?? (name === 'is_on' || name === 'may_create');
    return {
      name,
      label: SWITCH_TEXT[name],
      hints: SWITCH_HINT[name],
      control: new FormControl(isOn, { nonNullable: true }),
    };
  });
  protected readonly overlaps: readonly { readonly hours: number; readonly label: string }[] = [
    { hours: 24, label: $localize`A day` },
    { hours: 168, label: $localize`A week` },
    { hours: 720, label: $localize`30 days` },
    { hours: 1, label: $localize`An hour` },
    { hours: 0, label: $localize`Not at all: it is refused at once` },
  ];
  protected readonly overlap = new FormControl(24, { nonNullable: true });
  protected readonly problems = signal<FormProblems>({});
  protected readonly made = signal<SourceWithKey | null>(null);
  protected readonly busy = signal(false);

  constructor() {
    // A source that is made without naming the switch gets the same.
    this.kind.valueChanges.pipe(takeUntilDestroyed()).subscribe((kind) => {
      const { control } = this.switches[SWITCHES.indexOf('may_delete')];
      if (control.pristine) control.setValue(kind === 'customerio');
    });
  }

  protected async submit(event: Event): Promise<void> {
    event.preventDefault();
    if (this.busy()) return;
    const name = this.name.value.trim();
    this.problems.set(this.task.does === 'key' ? {} : missing({ name }));
    if (Object.keys(this.problems()).length === 0) await this.send(name);
    if (Object.keys(this.problems()).length > 0) this.show(() => focusFirstError(this.host.nativeElement));
  }

  protected leave(): void {
    // The key would be lost by a key that was pressed too early.
    if (this.made() === null) this.ref.close();
  }

  private async send(name: string): Promise<void> {
    this.busy.set(true);
    try {
      const made = await this.run(name);
      if (made) {
        this.made.set(made);
        this.show(() => this.host.nativeElement.querySelector<HTMLElement>('[data-testid=secret]')?.focus());
      } else {
        void this.toast.show($localize`${name}:name: saved`);
        this.ref.close();
      }
    } catch (error: unknown) {
      this.problems.set(problemsOf(error));
    } finally {
      this.busy.set(false);
    }
  }

  private async run(name: string): Promise<SourceWithKey | null> {
    const { task } = this;
    switch (task.does) {
      case 'make':
        return firstValueFrom(this.client.create({ name, kind: this.kind.value, ...this.chosenSwitches() }));
      case 'edit': {
        const { source } = task;
        const all = { name, ...this.chosenSwitches() };
        const changed = Object.entries(all).filter(([member, value]) => source[member as keyof typeof all] !== value);
        const change = Object.fromEntries(changed) as SourceChange; // Safe: some entries of it.
        if (changed.length > 0) await firstValueFrom(this.client.change(source.id, change));
        return null;
      }
      case 'key':
        return firstValueFrom(this.client.newKey(task.source.id, this.overlap.value));
      default:
        return task satisfies never;
    }
  }

  private chosenSwitches() {
    const [isOn, mayCreate, keepsEmptyText, mayDelete] = this.switches.map(({ control }) => control.value);
    return { is_on: isOn, may_create: mayCreate, keeps_empty_text: keepsEmptyText, may_delete: mayDelete };
  }

  private show(read: () => void): void {
    afterNextRender({ read }, { injector: this.injector });
  }
}

function problemsOf(error: unknown): FormProblems {
  const problem = readProblem(error);
  return problem.code === 'source_name_taken'
    ? { name: $localize`There is a source with this name already.` }
    : refused(problem, ['name']);
}

function headingOf(task: SourceTask): string {
  switch (task.does) {
    case 'make':
      return $localize`New source`;
    case 'edit':
      return $localize`Edit ${task.source.name}:name:`;
    case 'key':
      return $localize`New key for ${task.source.name}:name:`;
    default:
      return task satisfies never;
  }
}
