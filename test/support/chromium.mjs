// Finds Chrome: at CHROME_PATH, on the system, or in a package. As a program it prints the options to launch it with, as JSON.
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const NAMES = ['google-chrome', 'google-chrome-stable', 'chromium', 'chromium-browser'];
const ARGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  // Pages of other sites: test/e2e/foreign-pages.spec.ts.
  '--host-resolver-rules=MAP *.test 127.0.0.1',
];
const MODULES = fileURLToPath(new URL('../../node_modules', import.meta.url));
/** The package unpacks itself to the folder for temporary files and names that in its list of fonts. */
const FONTS_OF_THE_PACKAGE = '/tmp/fonts';

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function installed() {
  if (process.env.CHROME_PATH) return process.env.CHROME_PATH;
  const folders = (process.env.PATH ?? '').split(delimiter);
  return folders.flatMap((folder) => NAMES.map((name) => join(folder, name))).find(isExecutable);
}

/**
 * Unpacks the Chromium of the package, unless that is done, into a folder of this checkout: in the shared folder for temporary files
 * another user could put a program in its place.
 * @returns the folder
 */
async function unpacked() {
  const { version } = JSON.parse(readFileSync(join(MODULES, '@sparticuz/chromium/package.json'), 'utf8'));
  const folder = join(MODULES, `.cache/chromium-${version}`);
  if (existsSync(folder)) return folder;
  mkdirSync(dirname(folder), { recursive: true });
  const incomplete = mkdtempSync(`${folder}-`);
  const { AWS_EXECUTION_ENV: environment, TMPDIR: temporary } = process.env;
  // With it the package brings libraries that a bare system does not have.
  process.env.AWS_EXECUTION_ENV = 'AWS_Lambda_nodejs20.x';
  process.env.TMPDIR = incomplete;
  const { default: chromium } = await import('@sparticuz/chromium');
  await chromium.executablePath();
  restore('AWS_EXECUTION_ENV', environment);
  restore('TMPDIR', temporary);
  const list = join(incomplete, 'fonts/fonts.conf');
  writeFileSync(list, readFileSync(list, 'utf8').replaceAll(FONTS_OF_THE_PACKAGE, join(folder, 'fonts')));
  try {
    renameSync(incomplete, folder);
  } catch (error) {
    // Another process was faster.
    rmSync(incomplete, { recursive: true });
    if (!existsSync(folder)) throw error;
  }
  return folder;
}

function restore(name, value) {
  if (value === undefined) delete process.env[name];
  else process.env[name] = value;
}

/** The options that `chromium.launch` of playwright-core takes. */
export async function launchOptions() {
  const path = installed();
  if (path) return { executablePath: path, args: ARGS, env: process.env };
  const folder = await unpacked();
  const libraries = [join(folder, 'al2023/lib'), process.env.LD_LIBRARY_PATH].filter(Boolean).join(delimiter);
  const env = { ...process.env, FONTCONFIG_PATH: join(folder, 'fonts'), LD_LIBRARY_PATH: libraries };
  return { executablePath: join(folder, 'chromium'), args: ARGS, env };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  process.stdout.write(JSON.stringify(await launchOptions()));
}
