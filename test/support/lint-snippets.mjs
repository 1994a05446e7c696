// Reads [file, text] pairs as JSON, lints each text as if it stood in its file, and prints the rules that each breaks.
// Runs in a separate process, because ESLint imports its configuration as an ES module, which jest does not allow.
// Checks only the rules below. They need no types, so that no project is compiled.
import { ESLint } from 'eslint';
import { text } from 'node:stream/consumers';

const RULES = ['boundaries/rooms', 'no-restricted-properties'];

const eslint = new ESLint({
  ruleFilter: ({ ruleId }) => RULES.includes(ruleId),
  overrideConfig: { languageOptions: { parserOptions: { project: false } } },
});
const broken = [];
for (const [filePath, snippet] of JSON.parse(await text(process.stdin))) {
  const [{ messages }] = await eslint.lintText(`${snippet}\n`, { filePath });
  broken.push(messages.map(({ ruleId, message }) => ruleId ?? message));
}
process.stdout.write(JSON.stringify(broken));
