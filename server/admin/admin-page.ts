import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What the build says of a page: its paths as a pattern, and the scripts it needs beyond that of every page. */
interface BuiltPage {
  readonly path: string;
  readonly scripts: readonly string[];
}

/** Stands in the built page wherever the nonce of an answer belongs. */
const NONCE = 'CSP_NONCE';

/** The start page of the admin in one language. */
export class AdminPage {
  /** Cut where a nonce goes. */
  private readonly parts: readonly string[];
  private readonly pages: readonly { readonly path: RegExp; readonly links: string }[];

  /** @param folder of a language in the built admin; without a list of scripts in it the page names none */
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

  /** The same for every path but for the scripts that it names: a browser then asks for all of them at once. The admin reads the path itself. */
  render(path: string, nonce: string): string {
    const page = this.parts.join(nonce);
    const links = this.pages.find((known) => known.path.test(path))?.links ?? '';
    return links ? page.replace('</head>', `${links}</head>`) : page;
  }
}
