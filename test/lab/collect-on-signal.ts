/** For `node --expose-gc --import`: on SIGUSR2, frees what nothing holds any more, and prints the private memory in kB. */
import { readFileSync } from 'node:fs';

process.on('SIGUSR2', () => {
  // Twice: what finalizers held goes with the second one.
  globalThis.gc?.();
  globalThis.gc?.();
  const [, size = ''] = /^RssAnon:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
  const { heapUsed, external } = process.memoryUsage();
  process.stdout.write(`collected ${JSON.stringify({ private: Number(size), held: heapUsed + external })}\n`);
});
