import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { root } from './run.ts';

/**
 * Makes one CommonJS file of `src/` and what it imports: a single executable has no other module system, and one file
 * costs 10 to 15 MB of memory less than many. `url`: where its modules take themselves to be; `''`: nowhere.
 */
export async function bundle(version: string, file: string, url = ''): Promise<void> {
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: [join(root, 'src/main.ts')],
    bundle: true,
    write: false,
    platform: 'node',
    target: 'node24',
    format: 'cjs',
    // V8 keeps the source in memory, with two bytes for each character if one of them needs two.
    charset: 'ascii',
    minifyWhitespace: true,
    // So that a stack trace tells the place.
    lineLimit: 160,
    legalComments: 'inline',
    // In a single executable only require() finds Node's own modules.
    supported: { 'dynamic-import': false },
    // With a version in it, nothing asks where package.json is.
    define: { COOCENTER_VERSION: JSON.stringify(version), 'import.meta.url': JSON.stringify(url) },
    logLevel: 'warning',
  });
  for (const { contents } of outputFiles) writeFileSync(file, contents);
}
