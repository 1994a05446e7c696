// Fonts for the scripts of the demo data, for pictures alone: the product uses the fonts of the system.
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const PACKAGES = fileURLToPath(new URL('../../node_modules/@fontsource-variable', import.meta.url));
const FONTS = {
  'noto-sans': 'Noto Sans',
  'noto-sans-arabic': 'Noto Sans Arabic',
  'noto-sans-hebrew': 'Noto Sans Hebrew',
  'noto-sans-devanagari': 'Noto Sans Devanagari',
  'noto-sans-jp': 'Noto Sans JP',
  'noto-sans-kr': 'Noto Sans KR',
};
const FAMILIES = Object.values(FONTS).map((family) => `'${family} Variable'`);

/** Answers requests of a page for the fonts. The page has to be without a content security policy. */
export async function serveFonts(context) {
  await context.route('**/picture-fonts/**', (route) => {
    const path = new URL(route.request().url()).pathname.replace('/picture-fonts/', '');
    return route.fulfill({ path: join(PACKAGES, path) });
  });
}

/** Shows the loaded page in the fonts, and waits for those that its texts need. */
export async function useFonts(page) {
  for (const name of Object.keys(FONTS)) await page.addStyleTag({ url: `/picture-fonts/${name}/index.css` });
  await page.addStyleTag({ content: `html { --sans: ${FAMILIES.join(', ')}, sans-serif }` });
  await page.evaluate('document.fonts.ready.then(() => undefined)');
}
