import {
  ChangeDetectionStrategy,
  Component,
  ElementRef,
  afterNextRender,
  computed,
  input,
  linkedSignal,
  output,
  viewChild,
} from '@angular/core';

import { RULE_TEXT, ValueType } from '../model/attribute-rules';
import { PasteProblem, PastedAttribute, readPasted } from '../model/pasted-attributes';

const MOST_PROBLEMS = 5;

/** Reads many attributes from lines `name: value` or JSON, and shows what it read while the user types. "Apply" changes the form. */
@Component({
  selector: 'app-paste-panel',
  templateUrl: './paste-panel.html',
  styleUrl: './paste-panel.scss',
  host: { class: 'card', '(keydown.escape)': 'leave($event)' },
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class PastePanel {
  readonly start = input('');
  /** Types of the present attributes, by name. */
  readonly known = input.required<ReadonlyMap<string, ValueType>>();
  readonly applied = output<readonly PastedAttribute[]>();
  readonly closed = output();

  private readonly field = viewChild.required<ElementRef<HTMLTextAreaElement>>('field');

  protected readonly text = linkedSignal(() => this.start());
  private readonly read = computed(() => readPasted(this.text(), this.known()));
  protected readonly problems = computed(() => this.read().problems.slice(0, MOST_PROBLEMS).map(problemText));
  protected readonly moreProblems = computed(() => this.read().problems.length - this.problems().length);
  protected readonly attributes = computed(() => this.read().attributes);
  protected readonly summary = computed(() => {
    const all = this.attributes();
    const present = all.filter((attribute) => this.known().has(attribute.name)).length;
    if (all.length === 0) return '';
    return all.length === 1
      ? $localize`1 attribute read, ${present}:present: of them there already.`
      : $localize`${all.length}:count: attributes read, ${present}:present: of them there already.`;
  });

  constructor() {
    afterNextRender(() => this.field().nativeElement.focus());
  }

  /** Tells whether text would be lost with the panel. */
  holdsText(): boolean {
    return this.text().trim() !== '';
  }

  /** Puts what was read into the form. Where it can not be read, the field gets the focus. @returns whether nothing is left here */
  take(): boolean {
    if (!this.holdsText()) return true;
    if (this.problems().length > 0) {
      this.field().nativeElement.focus();
      return false;
    }
    this.applied.emit(this.attributes());
    return true;
  }

  protected type(event: Event): void {
    if (event.target instanceof HTMLTextAreaElement) this.text.set(event.target.value);
  }

  protected leave(event: Event): void {
    event.preventDefault();
    event.stopPropagation();
    this.closed.emit();
  }
}

function problemText(problem: PasteProblem): string {
  switch (problem.kind) {
    case 'no_json':
      return $localize`This is not valid JSON: ${problem.message}:reason:`;
    case 'no_object':
      return $localize`This JSON is no object of names and values.`;
    case 'no_colon':
      return $localize`Line ${problem.line}:line: has no colon between name and value: ${problem.text}:text:`;
    case 'bad_name':
      return `${problem.name}: ${RULE_TEXT[problem.reason]}`;
    default:
      return problem satisfies never;
  }
}
