import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { axeFindings, STYLES } from './axe.js';
import { closePages, openBrowser } from './browser.js';
import { ENGINES, temporaryFolder } from './engine.js';
import { ingestLines } from './messages.js';
import { startRestApp } from './rest-app.js';
import { ServerProcess } from './server-process.js';

/** A theme and a width in pixels. */
type Look = readonly ['light' | 'dark', number];
const LIGHT_DESK_AND_DARK_PHONE: readonly Look[] = [
  ['light', 1280],
  ['dark', 320],
];
export const DESK: readonly Look[] = [
  ['light', 1280],
  ['dark', 1280],
];
export const ALL_LOOKS: readonly Look[] = [...DESK, ['light', 320], ['dark', 320]];

const MOST_SAID = 1000;
/** Longer than a page takes on a slow machine, and shorter than the timeout of a test. */
const PATIENCE_MS = 60_000;
/** A dialog that closes, and a toast whose text Material hides from screen readers until it reads it to them. */
const PASSING = '.mdc-dialog--closing, mat-snack-bar-container [aria-hidden]';
/** Waits two frames, for the new size and scheme, and then until all animations have ended. */
const SETTLED = `(async () => {
  await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  const moves = () => document.getAnimations().length > 0 || document.querySelector('${PASSING}') !== null;
  while (moves()) await new Promise((done) => requestAnimationFrame(done));
})()`;

/** Tells pages to load the code of other pages and dialogs when it is asked for. */
const SAVES_DATA = 'Object.defineProperty(navigator.connection, "saveData", { value: true })';

export interface VisitOptions extends BrowserContextOptions {
  /** Loads the code of other pages and dialogs when the browser is idle, a third of the processor time of a visit; false by default. */
  readonly loadsAhead?: boolean;
}

const ADMIN = join(__dirname, '../../dist/client/browser');

/** A server that listens. */
interface Server {
  readonly url: string;
  readonly output: string;
  stop(): Promise<unknown>;
}

/** The built admin over a server, in a real browser. */
export class AdminBrowser {
  private constructor(
    private readonly browser: Browser,
    private readonly server: Server,
    private readonly removeFolder: () => void,
  ) {}

  /**
   * Starts a server in this process, for a tenth of the processor time of a separate one. Its database holds an ingestion of the lines.
   */
  static async inProcess(lines: readonly string[]): Promise<AdminBrowser> {
    const [[, open]] = ENGINES;
    const engine = await open();
    await ingestLines(engine, lines);
    const app = await startRestApp(engine, { adminRoot: ADMIN });
    const [browser, url] = await Promise.all([openBrowser(), app.listen()]);
    return new AdminBrowser(browser, { url, output: '', stop: () => app.close() }, () => undefined);
  }

  /**
   * Starts the built server in a process of its own.
   * @param lines the messages that the server ingests at its start
   * @param more further environment of the server
   * @param listener a descriptor that listens; the server opens a free port otherwise
   */
  static async start(
    lines: readonly string[],
    more: Readonly<Record<string, string>> = {},
    listener?: number,
  ): Promise<AdminBrowser> {
    const folder = temporaryFolder();
    writeFileSync(join(folder.path, 'messages.data'), lines.join('\n'));
    const env = { DATA_DIR: folder.path, DATABASE_URL: `file:${join(folder.path, 'roster.db')}`, ...more };
    const [browser, server] = await Promise.all([openBrowser(), ServerProcess.start(env, true, undefined, listener)]);
    return new AdminBrowser(browser, server, () => folder.remove());
  }

  /** The output of the server since it listens. */
  get output(): string {
    return this.server.output;
  }

  async stop(): Promise<void> {
    await closePages(this.browser);
    await this.server.stop();
    this.removeFolder();
  }

  /** Opens a separate browser context with reduced motion, English texts and times in UTC. */
  async visit({ loadsAhead = false, ...options }: VisitOptions = {}): Promise<Visit> {
    const context = await this.browser.newContext({
      locale: 'en-GB',
      timezoneId: 'UTC',
      reducedMotion: 'reduce',
      ...options,
    });
    const page = await context.newPage();
    page.setDefaultTimeout(PATIENCE_MS);
    // A dialog of the system could not be answered.
    await page.addInitScript('globalThis.showSaveFilePicker = undefined');
    if (!loadsAhead) await page.addInitScript(SAVES_DATA);
    // Leaves pages with unsaved changes.
    page.on('dialog', (dialog) => void dialog.accept());
    return new Visit(context, page, this.server.url);
  }

  /** Edits a customer by the API, as another client. */
  async patch(id: string, attributes: Readonly<Record<string, unknown>>): Promise<void> {
    const answer = await fetch(`${this.server.url}/customers/${id}`, {
      method: 'PATCH',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ customer: { attributes } }),
    });
    if (!answer.ok) throw new Error(`${answer.status}: ${await answer.text()}`);
  }

  /** @returns the id of the segment */
  async saveSegment(name: string, filters: readonly string[]): Promise<number> {
    const answer = await fetch(`${this.server.url}/segments`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ segment: { name, filters } }),
    });
    if (!answer.ok) throw new Error(`${answer.status}: ${await answer.text()}`);
    return ((await answer.json()) as { segment: { id: number } }).segment.id;
  }

  async attributes(id: string): Promise<Record<string, unknown>> {
    const answer = await fetch(`${this.server.url}/customers/${id}`);
    const body = (await answer.json()) as { customer: { attributes: Record<string, unknown> } };
    return body.customer.attributes;
  }
}

/** A page in a context of its own. */
export class Visit {
  constructor(
    private readonly context: BrowserContext,
    readonly page: Page,
    readonly url: string,
  ) {}

  /** Opens a page of the admin and waits until it shows what it loads. */
  async open(path: string): Promise<void> {
    await this.page.goto(`${this.url}${path}`);
    await this.page.getByRole('heading', { level: 1 }).waitFor();
    await this.page.locator('[aria-busy="true"]').waitFor({ state: 'detached' });
  }

  end(): Promise<void> {
    return this.context.close();
  }

  /**
   * Runs axe-core in several looks, and finds a page that is wider than its window. While a dialog is open axe-core sees the dialog alone.
   * All rules run in the first look, and, in all looks, once in each width; those of styles in the others.
   * @param looks by default light at 1280 pixels and dark at 320; all looks once for each page
   */
  async violations(looks: readonly Look[] = LIGHT_DESK_AND_DARK_PHONE): Promise<string[]> {
    const found: string[] = [];
    const size = this.page.viewportSize();
    const widths = new Set<number>();
    const hasAllRules = (width: number): boolean => (looks === ALL_LOOKS ? !widths.has(width) : widths.size === 0);
    for (const [colorScheme, width] of looks) {
      await this.page.emulateMedia({ colorScheme });
      await this.page.setViewportSize({ width, height: 800 });
      await this.page.evaluate(SETTLED);
      for (const finding of await axeFindings(this.page, hasAllRules(width) ? undefined : STYLES))
        found.push(`${colorScheme} ${width}: ${finding}`.slice(0, MOST_SAID));
      widths.add(width);
      if (!(await this.page.evaluate('document.documentElement.scrollWidth <= innerWidth')))
        found.push(`${colorScheme} ${width}: wider than the window`);
    }
    if (size) await this.page.setViewportSize(size);
    return found;
  }
}
