import axe from 'axe-core';
import type { Page } from 'playwright-core';

interface Finding {
  readonly rule: string;
  readonly elements: readonly string[];
}

/** Reports violations only: a description of what passes takes five times as long. */
const RUN = `axe.run({ resultTypes: ['violations'], preload: false }).then(({ violations }) =>
  violations.map(({ id, nodes }) => ({ rule: id, elements: nodes.map((node) => node.html) })))`;

/** Runs axe-core on a page as it is. @returns each rule that is broken, with the elements */
export async function axeFindings(page: Page): Promise<string[]> {
  if (!(await page.evaluate('"axe" in globalThis'))) await page.evaluate(axe.source);
  const findings = await page.evaluate<Finding[]>(RUN);
  return findings.map(({ rule, elements }) => `${rule}: ${elements.join(' | ')}`);
}
