import { provideHttpClient } from '@angular/common/http';
import { provideHttpClientTesting } from '@angular/common/http/testing';
import {
  ApplicationRef,
  ComponentRef,
  EnvironmentProviders,
  InputSignal,
  OutputRef,
  Provider,
  Type,
} from '@angular/core';
import { TestBed } from '@angular/core/testing';

/** The values of the inputs of a component, by name. */
export type InputsOf<T> = Partial<{
  [Name in keyof T as ValueOf<T[Name]> extends never ? never : Name]: ValueOf<T[Name]>;
}>;
type ValueOf<Member> = Member extends InputSignal<infer Value> ? Value : never;

export type Providers = (Provider | EnvironmentProviders)[];

/** Requests are answered by the test, through `HttpTestingController`. */
export const HTTP: Providers = [provideHttpClient(), provideHttpClientTesting()];

/** Simulated time in ms that lets a change reach the DOM; shorter than a frame. */
const DRAWING_MS = 2;

/** A component on the page, or a part of one, and what a person does there. Elements are found by their accessible names. */
export class Screen<T = unknown> {
  constructor(
    private readonly rootOf: () => Element | null,
    private readonly ref: ComponentRef<T> | null = null,
  ) {}

  get component(): T {
    return this.reference.instance;
  }

  get root(): Element {
    const root = this.rootOf();
    if (!root) throw new Error('nothing is shown');
    return root;
  }

  private get reference(): ComponentRef<T> {
    if (!this.ref) throw new Error('a part of a page has no inputs or outputs');
    return this.ref;
  }

  /** The visible and hidden text, with single spaces. */
  get text(): string {
    return textOf(this.root);
  }

  all<E extends HTMLElement = HTMLElement>(selector: string): E[] {
    return [...this.root.querySelectorAll<E>(selector)];
  }

  texts(selector: string): string[] {
    return this.all(selector).map(textOf);
  }

  /** @throws Error unless exactly one element matches, and is of the type */
  one<E extends HTMLElement = HTMLElement>(selector: string, type?: new () => E): E {
    const found = only(this.all<E>(selector), selector);
    if (type && !(found instanceof type)) throw new Error(`${selector} is no ${type.name}`);
    return found;
  }

  button(name: string): HTMLButtonElement {
    return this.named('button', name);
  }

  link(name: string): HTMLAnchorElement {
    return this.named('a', name);
  }

  input(name: string): HTMLInputElement {
    return this.named('input', name);
  }

  textArea(name: string): HTMLTextAreaElement {
    return this.named('textarea', name);
  }

  select(name: string): HTMLSelectElement {
    return this.named('select', name);
  }

  /** The accessible names of all elements that match. */
  names(selector: string): string[] {
    return this.all(selector).map(nameOf);
  }

  async click(target: HTMLElement): Promise<void> {
    target.click();
    await this.settle();
  }

  /** Replaces the content of a field as typing does. */
  async type(field: HTMLElement, text: string): Promise<void> {
    if (!(field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement)) throw new Error('not a field');
    field.value = text;
    field.dispatchEvent(new Event('input', { bubbles: true }));
    await this.settle();
  }

  async choose(select: HTMLElement, value: string): Promise<void> {
    if (!(select instanceof HTMLSelectElement)) throw new Error('not a select');
    select.value = value;
    if (select.value !== value) throw new Error(`no option ${value}`);
    select.dispatchEvent(new Event('change', { bubbles: true }));
    await this.settle();
  }

  /** @returns whether the component took the key, so that the browser does nothing with it */
  async press(target: EventTarget, key: string, init: KeyboardEventInit = {}): Promise<boolean> {
    const event = new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...init });
    target.dispatchEvent(event);
    await this.settle();
    return event.defaultPrevented;
  }

  /** Submits the form as Enter in a field does. */
  async submit(form = 'form'): Promise<void> {
    this.one(form).dispatchEvent(new Event('submit', { bubbles: true, cancelable: true }));
    await this.settle();
  }

  async set(inputs: InputsOf<T>): Promise<void> {
    for (const [name, value] of Object.entries(inputs)) this.reference.setInput(name, value);
    await this.settle();
  }

  /** Lets promises and changes through, in real or in simulated time. */
  async settle(): Promise<void> {
    if (Object.hasOwn(setTimeout, 'clock')) {
      await jest.advanceTimersByTimeAsync(DRAWING_MS);
      return;
    }
    await new Promise((resolve) => setTimeout(resolve));
    await TestBed.inject(ApplicationRef).whenStable();
  }

  private named<Tag extends keyof HTMLElementTagNameMap>(tag: Tag, name: string): HTMLElementTagNameMap[Tag] {
    const all = [...this.root.querySelectorAll(tag)];
    const found = all.filter((element) => nameOf(element) === name);
    return only(found, `${tag} named “${name}” among ${JSON.stringify(all.map(nameOf))}`);
  }
}

/** Puts a component on the page. It is taken away after the test. */
export async function render<T>(
  component: Type<T>,
  inputs: InputsOf<T> = {},
  providers: Providers = [],
): Promise<Screen<T>> {
  if (providers.length > 0) TestBed.configureTestingModule({ providers });
  const fixture = TestBed.createComponent(component);
  const screen = new Screen(() => fixture.nativeElement as Element, fixture.componentRef);
  await screen.set(inputs);
  return screen;
}

/** Collects what an output emits from now on. */
export function heard<V>(output: OutputRef<V>): V[] {
  const values: V[] = [];
  output.subscribe((value) => values.push(value));
  return values;
}

/** Returns the announcements to screen readers of changes that have no focus. In simulated time. */
export async function announced(): Promise<string> {
  await jest.advanceTimersByTimeAsync(100);
  // Each test has a region of its own, behind those of the tests before.
  return [...document.querySelectorAll('[data-testid=announcer]')].at(-1)?.textContent ?? '';
}

/** The accessible name: what labels the element, else its text. */
export function nameOf(element: Element): string {
  const ids = element.getAttribute('aria-labelledby')?.split(' ') ?? [];
  const labelling = ids.map((id) => document.getElementById(id)?.textContent ?? '').join(' ');
  const labels = 'labels' in element ? [...((element.labels ?? []) as Iterable<Element>)].map(labelOf).join(' ') : '';
  const names = [element.getAttribute('aria-label'), labelling, labels, textOf(element), element.getAttribute('title')];
  return names.find((name) => name) ?? '';
}

/** The text of a label without that of the field inside. */
function labelOf(label: Element): string {
  const copy = label.cloneNode(true) as Element; // a clone is what its original is
  for (const field of copy.querySelectorAll('input, textarea, select')) field.remove();
  return textOf(copy);
}

function textOf({ textContent }: Element): string {
  return textContent.replace(/\s+/g, ' ').trim();
}

function only<E>(found: readonly E[], what: string): E {
  if (found.length !== 1) throw new Error(`${found.length} elements match ${what}`);
  return found[0];
}
