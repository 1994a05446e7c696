import {
  ChangeDetectionStrategy,
  Component,
  DOCUMENT,
  DestroyRef,
  ElementRef,
  computed,
  effect,
  inject,
  input,
  signal,
  viewChild,
} from '@angular/core';
import { toSignal } from '@angular/core/rxjs-interop';
import type { Chart } from 'chart.js';
import { EMPTY, Observable, fromEvent } from 'rxjs';

import { lazily } from '../core/lazy-code';
import { LOCALE } from '../core/locale';
import { ThemeStore } from '../core/theme';
import type { Point, barChart } from './bar-chart';

/**
 * Bars in the colours of the theme, drawn by Chart.js, which is loaded with the first plot. Screen readers see one image; the table
 * beside it holds the numbers.
 */
@Component({
  selector: 'app-plot',
  template: `<canvas #canvas role="img" [attr.aria-label]="label()"></canvas>`,
  host: { '[style.block-size.px]': 'height()' },
  styles: `
    :host {
      position: relative;
      display: block;
      min-inline-size: 0;
    }
  `,
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class Plot {
  readonly points = input.required<readonly Point[]>();
  /** Describes the plot and where its numbers can be read. */
  readonly label = input.required<string>();
  /** Horizontal bars leave room for a name each; vertical ones show a course of time. */
  readonly direction = input<'lying' | 'standing'>('standing');
  /** Standing bars that are the main thing on a page. */
  readonly tall = input(true);
  /** Name of what the values count, for the tooltip. */
  readonly unit = input.required<string>();

  private readonly theme = inject(ThemeStore).theme;
  private readonly host = inject<ElementRef<HTMLElement>>(ElementRef);
  private readonly canvas = viewChild.required<ElementRef<HTMLCanvasElement>>('canvas');
  private readonly dark = toSignal(mediaChanges(inject(DOCUMENT)));
  private readonly library = signal<typeof barChart | null>(null);
  private chart: Chart | null = null;

  protected readonly height = computed(() =>
    this.direction() === 'lying' ? 24 + 26 * this.points().length : this.tall() ? 220 : 160,
  );

  constructor() {
    void lazily(() => import('./bar-chart'))().then((code) => this.library.set(code?.barChart ?? null));
    effect((onCleanup) => {
      const draw = this.library();
      const points = this.points();
      this.theme();
      this.dark();
      // The colours of a new theme can be read in the next frame.
      const frame = requestAnimationFrame(() => draw && this.draw(draw, points));
      onCleanup(() => cancelAnimationFrame(frame));
    });
    inject(DestroyRef).onDestroy(() => this.chart?.destroy());
  }

  private draw(draw: typeof barChart, points: readonly Point[]): void {
    const host = this.host.nativeElement;
    const colour = (name: string): string => resolved(host, `var(${name})`);
    this.chart?.destroy();
    this.chart = draw(this.canvas().nativeElement, points, {
      lying: this.direction() === 'lying',
      unit: this.unit(),
      locale: LOCALE,
      font: getComputedStyle(host).fontFamily,
      bar: colour('--bar'),
      ink: colour('--ink'),
      inkSoft: colour('--ink-soft'),
      line: colour('--line'),
      surface: colour('--surface'),
    });
  }
}

/** Emits when the system switches between light and dark. */
function mediaChanges({ defaultView }: Document): Observable<unknown> {
  const media = defaultView?.matchMedia('(prefers-color-scheme: dark)');
  return media ? fromEvent(media, 'change') : EMPTY;
}

/** Resolves a colour for the canvas: only an element resolves `light-dark()` and custom properties. */
function resolved(host: HTMLElement, value: string): string {
  host.style.setProperty('outline-color', value);
  const colour = getComputedStyle(host).outlineColor;
  host.style.removeProperty('outline-color');
  return colour;
}
