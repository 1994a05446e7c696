// Leaves in package.json only what dist/server imports: what builds the server and the admin stays out of the image.
import { readFileSync, writeFileSync } from 'node:fs';

const BUILD_ONLY =
  /^(?:@angular\/|@nestjs\/cli$|typescript$|chart\.js$|rollup$|ng-extract-i18n-merge$|ng-openapi-gen$)/;

const manifest = JSON.parse(readFileSync('package.json', 'utf8'));
const entries = Object.entries(manifest.dependencies).filter(([name]) => !BUILD_ONLY.test(name));
writeFileSync(
  'package.json',
  JSON.stringify({ ...manifest, dependencies: Object.fromEntries(entries), devDependencies: {} }),
);
