import {
  ChangeDetectionStrategy,
  Component,
  DestroyRef,
  ElementRef,
  afterNextRender,
  computed,
  effect,
  inject,
  input,
  signal,
  viewChild,
} from '@angular/core';
import type { Chart } from 'chart.js';

import { LOCALE } from '../core/locale';
import { ThemeStore } from '../core/theme';

/** A point of a plot; `label` is what its axis says, `title` what its tooltip says. */
export interface Point {
  readonly label: string;
  readonly title?: string;
  readonly value: number;
}

/**
 * Bars in the theme's colours, drawn by Chart.js, whose code is loaded with the first plot. The picture is one image to a screen reader:
 * the table beside it holds the numbers.
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
  /** What the plot shows and where its numbers can be read. */
  readonly label = input.required<string>();
  /** Lying bars have room for a name each; standing ones are for a course of time. */
  readonly direction = input<'lying' | 'standing'>('standing');
  /** What the values count, for the tooltip. */
  readonly unit = input.required<string>();

  private readonly theme = inject(ThemeStore).theme;
  private readonly host = inject<ElementRef<HTMLElement>>(ElementRef);
  private readonly canvas = viewChild.required<ElementRef<HTMLCanvasElement>>('canvas');
  private readonly chart = signal<Chart | null>(null);
  private gone = false;

  protected readonly height = computed(() => (this.direction() === 'lying' ? 24 + 26 * this.points().length : 240));

  constructor() {
    afterNextRender(() => void this.draw());
    effect(() => {
      this.theme();
      const chart = this.chart();
      const points = this.points();
      // With the next frame: then the new theme's colours can be read.
      if (chart) requestAnimationFrame(() => this.update(chart, points));
    });
    inject(DestroyRef).onDestroy(() => {
      this.gone = true;
      this.chart()?.destroy();
    });
  }

  private async draw(): Promise<void> {
    const { barChart } = await import('./bar-chart');
    if (this.gone) return;
    const lying = this.direction() === 'lying';
    this.chart.set(barChart(this.canvas().nativeElement, { lying, unit: this.unit(), locale: LOCALE }));
  }

  private update(chart: Chart, points: readonly Point[]): void {
    if (this.gone) return;
    const style = getComputedStyle(this.host.nativeElement);
    const colour = (name: string): string => resolved(this.host.nativeElement, style.getPropertyValue(name));
    const [dataset] = chart.data.datasets;
    chart.data.labels = points.map(({ label }) => label);
    dataset.data = points.map(({ value }) => value);
    dataset.backgroundColor = colour('--bar');
    chart.options.font = { family: style.fontFamily, size: 12 };
    chart.options.color = colour('--ink');
    for (const scale of Object.values(chart.options.scales ?? {})) {
      if (scale?.ticks) scale.ticks.color = colour('--ink-soft');
      if (scale?.grid) scale.grid.color = colour('--line');
    }
    const tooltip = chart.options.plugins?.tooltip;
    if (tooltip) {
      tooltip.backgroundColor = colour('--ink');
      tooltip.titleColor = colour('--surface');
      tooltip.bodyColor = colour('--surface');
      tooltip.callbacks = {
        ...tooltip.callbacks,
        title: ([item]) => points[item.dataIndex]?.title ?? item.label,
      };
    }
    chart.update('none');
  }
}

/** A colour that a canvas can read: `light-dark()` and custom properties are resolved by an element only. */
function resolved(host: HTMLElement, value: string): string {
  host.style.setProperty('outline-color', value);
  const colour = getComputedStyle(host).outlineColor;
  host.style.removeProperty('outline-color');
  return colour;
}
