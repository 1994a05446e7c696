import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';

/** Half as large as the readable one, which every page that is loaded has to compile. */
const AXE = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

interface Finding {
  readonly rule: string;
  readonly elements: readonly string[];
}

/** The rules that ask for colours and for what is scrolled. */
export const STYLES = ['color-contrast', 'link-in-text-block', 'scrollable-region-focusable'];

/** Reports violations only: a description of what passes takes five times as long. The page behind a dialog is inert. */
const run = (rules: readonly string[] | undefined): string => `axe.run(
  document.querySelector('.cdk-overlay-container:has(mat-dialog-container)') ?? document,
  { resultTypes: ['violations'], preload: false, ${rules ? `runOnly: ${JSON.stringify(rules)}` : ''} },
).then(({ violations }) =>
  violations.map(({ id, nodes }) => ({ rule: id, elements: nodes.map((node) => node.html) })))`;

/**
 * Runs axe-core on the open dialog, or on the page without one, as it is.
 * @param rules some of its rules; all by default
 * @returns each rule that is broken, with the elements
 */
export async function axeFindings(page: Page, rules?: readonly string[]): Promise<string[]> {
  if (!(await page.evaluate('"axe" in globalThis'))) await page.evaluate(AXE);
  const findings = await page.evaluate<Finding[]>(run(rules));
  return findings.map(({ rule, elements }) => `${rule}: ${elements.join(' | ')}`);
}
