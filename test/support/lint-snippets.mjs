// Reads [file, text] pairs as JSON, lints each text as if it stood in its file, and prints the rules that each breaks.
// A process of its own: ESLint imports its configuration as a module, which jest does not let it do.
import { ESLint } from 'eslint';
import { text } from 'node:stream/consumers';

// In CI the parser would look at the files on the disk instead.
process.env.TSESTREE_SINGLE_RUN = 'false';
const eslint = new ESLint();
const broken = [];
for (const [filePath, snippet] of JSON.parse(await text(process.stdin))) {
  const [{ messages }] = await eslint.lintText(`${snippet}\n`, { filePath });
  broken.push(messages.map(({ ruleId, message }) => ruleId ?? message));
}
process.stdout.write(JSON.stringify(broken));
