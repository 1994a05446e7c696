import type { Page } from 'playwright-core';

const MOST_TABS = 60;

export function testId(id: string): string {
  return `[data-testid=${id}]`;
}

/** Makes every use of a pointer fail. */
export function takePointerAway(page: Page): void {
  page.mouse.click = () => Promise.reject(new Error('A keyboard has no pointer.'));
}

export async function pressKeys(page: Page, ...keys: string[]): Promise<void> {
  for (const key of keys) await page.keyboard.press(key);
}

/**
 * Presses Tab until the focus is on the element of a selector.
 * @throws when Tab does not lead there, or the focus is not visible there
 */
export async function tabThrough(page: Page, selector: string): Promise<void> {
  await page.locator(selector).first().waitFor({ state: 'attached' });
  for (let i = 0; i < MOST_TABS; i++) {
    await page.keyboard.press('Tab');
    const [there, visible] = await page.evaluate<[boolean, boolean]>(`(() => {
      const { activeElement: at } = document;
      const rings = [at, ...at.querySelectorAll('*'), at.closest('label'), at.closest('.scroll')].filter(Boolean);
      const ringed = (style) => style.outlineStyle !== 'none' && style.outlineWidth !== '0px';
      const seen = rings.some((one) => ['', '::after', '::before'].some((part) => ringed(getComputedStyle(one, part))));
      return [at.matches(${JSON.stringify(selector)}), seen];
    })()`);
    if (!there) continue;
    if (!visible) throw new Error(`The focus on ${selector} cannot be seen`);
    return;
  }
  throw new Error(`No Tab leads to ${selector}`);
}
