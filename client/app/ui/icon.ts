import { ChangeDetectionStrategy, Component, computed, input } from '@angular/core';

/** Paths on a grid of 24, drawn as strokes. They are part of the scripts, so no icon is loaded from the network. */
const PATHS = {
  plus: 'M12 5v14M5 12h14',
  sun: 'M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8ZM12 2v2M12 20v2M4.9 4.9l1.4 1.4M17.7 17.7l1.4 1.4M2 12h2M20 12h2M4.9 19.1l1.4-1.4M17.7 6.3l1.4-1.4',
  moon: 'M20 14.5A8.5 8.5 0 0 1 9.5 4a8.5 8.5 0 1 0 10.5 10.5Z',
  edit: 'M12 20h9M16.5 3.5a2.1 2.1 0 0 1 3 3L7 19l-4 1 1-4Z',
  trash: 'M4 7h16M9 7V4h6v3M6 7l1 13h10l1-13M10 11v5M14 11v5',
  left: 'M15 6l-6 6 6 6',
  right: 'M9 6l6 6-6 6',
  undo: 'M9 14l-5-5 5-5M4 9h10a6 6 0 0 1 0 12h-3',
  copy: 'M9 9h11v11H9ZM5 15H4V4h11v1',
  check: 'M5 13l4 4L19 7',
  alert: 'M12 8v5M12 16.5v.01M12 3l9.5 17h-19Z',
  inbox: 'M3 13l3-8h12l3 8v6H3ZM3 13h5l1.5 3h5L16 13h5',
  search: 'M11 4a7 7 0 1 0 0 14 7 7 0 0 0 0-14ZM20 20l-4-4',
  minus: 'M6 12h12',
  lock: 'M6 11h12v9H6ZM8.5 11V8a3.5 3.5 0 0 1 7 0v3',
  close: 'M6 6l12 12M18 6L6 18',
  menu: 'M4 7h16M4 12h16M4 17h16',
  monitor: 'M3 5h18v11H3ZM9 20h6M12 16v4',
  offline:
    'M3 3l18 18M5 12.5a10 10 0 0 1 4-2.4M19 12.5a10 10 0 0 0-5-2.6M8.5 16a5 5 0 0 1 7 0M12 19.5v.01M1.5 9a15 15 0 0 1 4-2.6M22.5 9A15 15 0 0 0 11 5',
  people:
    'M9 4a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7ZM2.5 20a6.5 6.5 0 0 1 13 0M16 4.3a3.5 3.5 0 0 1 0 6.4M18 14.2a6.5 6.5 0 0 1 3.5 5.8',
  chart: 'M4 4v16h16M8.5 16v-4M13 16V8M17.5 16v-6',
  upload: 'M12 16V4M7 9l5-5 5 5M4 16v4h16v-4',
  download: 'M12 4v12M7 11l5 5 5-5M4 16v4h16v-4',
  keyboard: 'M2.5 6h19v12h-19ZM6.5 10v.01M10 10v.01M14 10v.01M17.5 10v.01M7 14h10',
  filter: 'M4 6h16M7 12h10M10 18h4',
  columns: 'M4 5h16v14H4ZM9.5 5v14M14.5 5v14',
  rows: 'M4 5h16M4 10h16M4 15h16M4 20h16',
  bookmark: 'M6 4h12v16l-6-4-6 4Z',
  more: 'M5 12h.01M12 12h.01M19 12h.01',
  up: 'M12 19V5M6 11l6-6 6 6',
  down: 'M12 5v14M6 13l6 6 6-6',
  tag: 'M4 4h8l8 8-8 8-8-8ZM8.5 8.5v.01',
  event: 'M13 3L5 14h6l-1 7 8-11h-6Z',
  clock: 'M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17ZM12 7.5V12l3 2',
  expand: 'M6 9l6 6 6-6',
  person: 'M12 4a4 4 0 1 0 0 8 4 4 0 0 0 0-8ZM4.5 20.5a7.5 7.5 0 0 1 15 0',
  key: 'M8 11a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9ZM11.2 12.3L20 3.5M16 7.5l3 3',
  leave: 'M10 4H5v16h5M15 8l4 4-4 4M19 12H9.5',
  plug: 'M9 3v5M15 3v5M6 8h12v3a6 6 0 0 1-12 0ZM12 17v4',
  pulse: 'M3 12h4l3-8 4 16 3-8h4',
  pin: 'M9 3h6l-1 6 4 4H6l4-4-1-6ZM12 13v8',
  pause: 'M8.5 5v14M15.5 5v14',
  play: 'M7 4.5l12 7.5-12 7.5Z',
  block: 'M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17ZM6 6l12 12',
  scroll: 'M6 3.5h12v17H6ZM9 8h6M9 12h6M9 16h4',
} as const;

export type IconName = keyof typeof PATHS;

/** An icon beside a text. A button with nothing but an icon has an `aria-label`. */
@Component({
  selector: 'app-icon',
  template: `<svg viewBox="0 0 24 24" aria-hidden="true" focusable="false"><path [attr.d]="path()" /></svg>`,
  styles: `
    :host {
      display: inline-flex;
      flex: none;
    }
    svg {
      inline-size: 1.125em;
      block-size: 1.125em;
      fill: none;
      stroke: currentColor;
      stroke-width: 1.75;
      stroke-linecap: round;
      stroke-linejoin: round;
    }
  `,
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class Icon {
  readonly name = input.required<IconName>();
  protected readonly path = computed(() => PATHS[this.name()]);
}
