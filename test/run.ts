/**
 * `npm test`, and `node test/run.ts [file, folder or tap option…]` for a part: runs tap, and says in its very last
 * line how many assertions passed and failed, from tap's own totals.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, globSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Totals in a TAP stream: tap's last line at the top level, `# { total: 63, pass: 62, fail: 1 }`. */
function totalsOf(tap: string): { passed: number; failed: number } {
  const line = tap.split('\n').findLast((text) => text.startsWith('# { total:')) ?? '';
  const count = (name: string): number => Number(new RegExp(`\\b${name}: (\\d+)`).exec(line)?.[1] ?? 0);
  return { passed: count('pass'), failed: count('fail') };
}

function testFiles(path: string): string[] {
  if (!statSync(path).isDirectory()) return [path];
  return globSync(join(path, '**/*.test.ts')).sort();
}

const args = process.argv.slice(2);
const options = args.filter((arg) => arg.startsWith('-'));
const paths = args.filter((arg) => !arg.startsWith('-'));
const missing = paths.find((path) => !existsSync(path));
const dir = mkdtempSync(join(tmpdir(), 'coocenter-test-'));
const output = join(dir, 'tap');
const tap = join(import.meta.dirname, '../node_modules/.bin/tap');

const files = (paths.length === 0 ? [import.meta.dirname] : paths.filter((path) => existsSync(path))).flatMap(
  testFiles,
);
let passed = 0;
let failed = 0;
let status: number | null = 1;
if (missing !== undefined) console.error(`${missing} is not there`);
else if (files.length === 0) console.error('no test files');
else {
  // tap 21 is a Node script: run by this very Node, whatever Node the machine has.
  const run = spawnSync(process.execPath, [tap, `--output-file=${output}`, ...options, ...files], { stdio: 'inherit' });
  status = run.status;
  ({ passed, failed } = totalsOf(existsSync(output) ? readFileSync(output, 'utf8') : ''));
}
rmSync(dir, { recursive: true, force: true });
process.exitCode = status === 0 && failed === 0 && passed > 0 ? 0 : 1;
console.log(`${passed} passed, ${failed} failed`);
