import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What the build says of a page: its paths as a pattern, and the scripts it needs beyond those of every page. */
interface BuiltPage {
  readonly path: string;
  readonly scripts: readonly string[];
}

/** Tells which scripts the page at a path needs, as links: a browser then asks for all of them at once. */
export class PageHints {
  private readonly pages: readonly { readonly path: RegExp; readonly links: string }[];

  /** @param root the folder of the built admin; without a list in it there are no hints */
  constructor(root: string) {
    const file = join(root, 'pages.json');
    // Safe: the build wrote it.
    const built = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as BuiltPage[]) : [];
    this.pages = built.map(({ path, scripts }) => ({
      path: new RegExp(path),
      links: scripts.map((script) => `<link rel="modulepreload" href="${script}">`).join(''),
    }));
  }

  /** Puts the links of a path into its page. */
  addTo(page: string, path: string): string {
    const links = this.pages.find((known) => known.path.test(path))?.links ?? '';
    return links ? page.replace('</body>', `${links}</body>`) : page;
  }
}
