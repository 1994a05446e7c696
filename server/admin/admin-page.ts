import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** An entry of `pages.json`, which the build writes: the paths of a page as a pattern, and the scripts that only this page needs. */
interface BuiltPage {
  readonly path: string;
  readonly scripts: readonly string[];
}

/** Placeholder in the built page for the nonce of an answer. */
const NONCE = 'CSP_NONCE';

/** The start page of the admin in one language. */
export class AdminPage {
  /** The page, split at its placeholders. */
  private readonly parts: readonly string[];
  private readonly pages: readonly { readonly path: RegExp; readonly links: string }[];

  /** @param folder of a language in the built admin; without `pages.json` in it the page names no further scripts */
  constructor(folder: string) {
    this.parts = readFileSync(join(folder, 'index.html'), 'utf8').split(NONCE);
    const list = join(folder, 'pages.json');
    // Safe: the build wrote it.
    const built = existsSync(list) ? (JSON.parse(readFileSync(list, 'utf8')) as BuiltPage[]) : [];
    this.pages = built.map(({ path, scripts }) => ({
      path: new RegExp(path),
      links: scripts.map((script) => `<link rel="modulepreload" href="${script}">`).join(''),
    }));
  }

  /** Renders the page. It differs by path only in the scripts that it names, so that a browser fetches all of them at once. */
  render(path: string, nonce: string): string {
    const page = this.parts.join(nonce);
    const links = this.pages.find((known) => known.path.test(path))?.links ?? '';
    return links ? page.replace('</head>', `${links}</head>`) : page;
  }
}
