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
import { FormControl, ReactiveFormsModule } from '@angular/forms';

import { Announcer } from '../../core/announcer';
import { Connection } from '../../core/connection';
import { SessionStore } from '../../core/session';
import { Confirm } from '../../ui/confirm';
import { Moment } from '../../ui/moment';
import { Note } from '../model/note';
import { NoteDraft } from '../state/note-draft';
import { NotesStore } from '../state/notes-store';

const BEGINNING = /^.{0,40}/u;

/** The notes on a customer. Users who may write add, edit and remove them. */
@Component({
  selector: 'app-customer-notes',
  imports: [ReactiveFormsModule, Moment],
  templateUrl: './customer-notes.html',
  styleUrl: './customer-notes.scss',
  providers: [NotesStore],
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class CustomerNotes {
  readonly id = input.required<string>();

  private readonly store = inject(NotesStore);
  private readonly session = inject(SessionStore);
  private readonly draft = inject(NoteDraft);
  private readonly confirm = inject(Confirm);
  private readonly announcer = inject(Announcer);
  private readonly injector = inject(Injector);
  private readonly host = inject<ElementRef<HTMLElement>>(ElementRef);
  private readonly field = viewChild<ElementRef<HTMLElement>>('field');
  private readonly editField = viewChild<ElementRef<HTMLElement>>('editField');

  protected readonly mayWrite = computed(() => this.session.may('write'));
  protected readonly page = this.store.page;
  protected readonly problem = this.store.problem;
  protected readonly isBusy = signal(false);
  protected readonly text = new FormControl('', { nonNullable: true });
  /** The note that is being edited; null for none. */
  protected readonly edited = signal<Note | null>(null);
  protected readonly newText = new FormControl('', { nonNullable: true });

  constructor() {
    const { recoveries } = inject(Connection);
    effect(() => {
      const id = this.id();
      untracked(() => {
        this.edited.set(null);
        this.text.setValue(this.draft.recall(id));
        this.store.load(id);
      });
    });
    this.text.valueChanges.subscribe((text) => this.draft.keep(this.id(), text));
    effect(() => {
      if (recoveries() > 0) untracked(() => this.store.load(this.id()));
    });
  }

  protected async add(event: Event): Promise<void> {
    event.preventDefault();
    const text = this.text.value;
    if (!(await this.does(() => text.trim() !== '' && this.store.add(text)))) return;
    this.text.reset();
    this.announcer.announce($localize`Note added`);
  }

  protected edit(note: Note): void {
    this.newText.setValue(note.text);
    this.edited.set(note);
    this.focus(() => this.editField()?.nativeElement);
  }

  protected async save(event: Event, note: Note): Promise<void> {
    event.preventDefault();
    const text = this.newText.value;
    if (!(await this.does(() => text.trim() !== '' && this.store.edit(note, text)))) return;
    this.leave(note);
    this.announcer.announce($localize`Note saved`);
  }

  /** Escape leaves the field, and not the page. */
  protected cancel(event: Event): void {
    event.preventDefault();
    const note = this.edited();
    if (note) this.leave(note);
  }

  protected async remove(note: Note): Promise<void> {
    const sure = await this.confirm.ask({
      heading: $localize`Remove this note?`,
      text: $localize`“${beginningOf(note)}:note:” is removed for good.`,
      confirm: $localize`Remove`,
      cancel: $localize`Cancel`,
    });
    if (!sure || !(await this.does(() => this.store.remove(note)))) return;
    this.announcer.announce($localize`Note removed`);
    this.focus(() => this.field()?.nativeElement);
  }

  protected more(): void {
    this.store.loadMore();
  }

  protected secondsOf(time: string): number {
    return Date.parse(time) / 1000;
  }

  protected editText(note: Note): string {
    return $localize`Edit the note “${beginningOf(note)}:note:”`;
  }

  protected removeText(note: Note): string {
    return $localize`Remove the note “${beginningOf(note)}:note:”`;
  }

  /** @returns whether it is done; a second press does nothing meanwhile */
  private async does(work: () => false | Promise<boolean>): Promise<boolean> {
    if (this.isBusy()) return false;
    this.isBusy.set(true);
    const done = await work();
    this.isBusy.set(false);
    return done;
  }

  private leave({ id }: Note): void {
    this.edited.set(null);
    this.focus(() => this.host.nativeElement.querySelector<HTMLElement>(`[data-note="${id}"]`));
  }

  private focus(target: () => HTMLElement | null | undefined): void {
    afterNextRender({ read: () => target()?.focus() }, { injector: this.injector });
  }
}

function beginningOf({ text }: Note): string {
  const [line] = text.trim().split('\n', 1);
  const [beginning] = BEGINNING.exec(line) ?? [''];
  return beginning === line ? line : `${beginning}…`;
}
