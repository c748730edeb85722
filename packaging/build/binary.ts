import { mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join, relative } from 'node:path';
import type { Arch } from './arch.ts';
import { nodeVersion, seedNode } from './node.ts';
import { buildDir } from './run.ts';

interface Target {
  readonly nodeRange: string;
  readonly platform: 'linux';
  readonly arch: string;
  /** Full path. */
  readonly output: string;
}

/** What Node's single executables are told (Node's documentation, "Single executable applications"). */
interface SeaConfig {
  readonly main: string;
  readonly disableExperimentalSEAWarning: boolean;
  readonly useSnapshot: boolean;
  readonly useCodeCache: boolean;
  readonly execArgv: readonly string[];
  readonly execArgvExtension: 'none';
  /** Files by the names under which the executable finds them in itself. */
  readonly assets: Readonly<Record<string, string>>;
}

/** pkg's own part for single executables: its command line does not pass `execArgv` on. */
type Sea = (
  main: string,
  options: { readonly signature: boolean; readonly targets: readonly Target[]; readonly seaConfig: SeaConfig },
) => Promise<void>;

/**
 * Makes an executable for each architecture of a bundle, as `<bundle's folder>/coocenter-api-<arch>`; `flags` are those
 * of Node and V8 that it runs with, whatever `NODE_OPTIONS` says; `assets`, the files that it has in itself, lie beside
 * the bundle or below. The same bundle and files give the same bytes.
 */
export async function binaries(
  bundle: string,
  archs: readonly Arch[],
  flags: readonly string[],
  assets: Readonly<Record<string, string>>,
): Promise<void> {
  const home = join(buildDir, 'home');
  mkdirSync(home, { recursive: true });
  for (const arch of archs) seedNode(arch, home);
  const targets = archs.map((arch): Target => {
    const output = join(dirname(bundle), `coocenter-api-${arch.node}`);
    return { nodeRange: `node${nodeVersion(arch)}`, platform: 'linux', arch: arch.node, output };
  });
  const { default: sea } = createRequire(import.meta.url)('@yao-pkg/pkg/lib-es5/sea.js') as { readonly default: Sea };
  const before = { HOME: process.env['HOME'], TMPDIR: process.env['TMPDIR'] };
  // pkg looks for Node below HOME, nobody's own folder is touched, and works in a new folder below TMPDIR.
  Object.assign(process.env, { HOME: home, TMPDIR: dirname(bundle) });
  try {
    await sea(bundle, {
      signature: false,
      targets,
      seaConfig: {
        // Written into the executable as it stands here: seen from pkg's working folder it is the same in any clone.
        main: `../${basename(bundle)}`,
        disableExperimentalSEAWarning: true,
        useSnapshot: false,
        useCodeCache: false,
        execArgv: flags,
        execArgvExtension: 'none',
        assets: Object.fromEntries(
          Object.entries(assets).map(([name, file]) => [name, `../${relative(dirname(bundle), file)}`]),
        ),
      },
    });
  } finally {
    for (const [name, value] of Object.entries(before)) {
      if (value === undefined) Reflect.deleteProperty(process.env, name);
      else process.env[name] = value;
    }
  }
}
