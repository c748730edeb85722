/**
 * `npm test`, and `node test/run.ts [file, folder or tap option…]` for a part: runs tap, lists the assertions that failed,
 * and ends with a line that says how many passed and failed, from tap's own totals. No test, or no totals, is a failure.
 * The tests of the packages need the packages built, so they run only when named (`npm run test:package`).
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, globSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';

import { failuresOf } from './failures.ts';
import { bundleVariable } from './lab/bundled-main.ts';

/** Test files that run at once: they wait as long as they work, so that two keep a processor busy. */
const jobs = Math.min(4, 2 * availableParallelism());

const tap = join(import.meta.dirname, '../node_modules/.bin/tap');

/** Totals in a TAP stream: tap's last line at the top level, `# { total: 63, pass: 62, fail: 1 }`. */
function totalsOf(stream: string): { readonly passed: number; readonly failed: number } {
  const line = stream.split('\n').findLast((text) => text.startsWith('# { total:')) ?? '';
  const count = (name: string): number => Number(new RegExp(`\\b${name}: (\\d+)`).exec(line)?.[1] ?? 0);
  return { passed: count('pass'), failed: count('fail') };
}

function testFiles(path: string): string[] {
  if (!statSync(path).isDirectory()) return [path];
  return globSync(join(path, '**/*.test.ts')).sort();
}

/** Runs tap and shows what it shows: to a person its report, else TAP. Returns its exit code and its TAP. */
async function runTap(args: readonly string[]): Promise<{ readonly code: number; readonly stream: string }> {
  const dir = mkdtempSync(join(tmpdir(), 'coocenter-test-'));
  const file = join(dir, 'tap');
  try {
    // tap's report for a terminal has no totals that are meant to be read by programs; piped, it prints TAP itself.
    const terminal = process.stdout.isTTY;
    process.env[bundleVariable] = join(dir, 'main.cjs');
    // Each file is a process: without it, each would strip and compile the same modules anew.
    process.env['NODE_COMPILE_CACHE'] = join(dir, 'compiled');
    const extra = terminal ? [`--output-file=${file}`] : ['--reporter=tap'];
    // This very Node runs tap, whatever Node the machine has.
    const child = spawn(process.execPath, [tap, `--jobs=${jobs}`, ...extra, ...args], {
      stdio: ['ignore', terminal ? 'inherit' : 'pipe', 'inherit'],
    });
    let stream = '';
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      stream += text;
      process.stdout.write(text);
    });
    const [code] = (await once(child, 'close')) as [number | null];
    if (terminal && existsSync(file)) stream = readFileSync(file, 'utf8');
    return { code: code ?? 1, stream };
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

const args = process.argv.slice(2);
const options = args.filter((arg) => arg.startsWith('-'));
const paths = args.filter((arg) => !arg.startsWith('-'));
const missing = paths.filter((path) => !existsSync(path));
const everything = (): string[] =>
  testFiles(import.meta.dirname).filter((file) => !file.startsWith(join(import.meta.dirname, 'package/')));
const files = missing.length > 0 ? [] : paths.length > 0 ? paths.flatMap(testFiles) : everything();
if (files.length === 0) console.error(missing.length > 0 ? `not there: ${missing.join(' ')}` : 'no test files');
const { code, stream } = files.length === 0 ? { code: 1, stream: '' } : await runTap([...options, ...files]);
const { passed, failed } = totalsOf(stream);
const failures = failuresOf(stream);
for (const { name, diagnosis } of failures) console.log(['', `FAILED ${name}`, ...diagnosis].join('\n'));
if (failures.length > 0) console.log(['', ...failures.map(({ name }) => `FAILED ${name}`)].join('\n'));
process.exitCode = code === 0 && failed === 0 && passed > 0 ? 0 : 1;
console.log(`${passed} passed, ${failed} failed`);
