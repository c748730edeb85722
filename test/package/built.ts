import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { archs, type Arch } from '../../packaging/build/arch.ts';
import { buildDeb, helpOf } from '../../packaging/build/deb.ts';
import { revision } from '../../packaging/build/revision.ts';
import { buildDir } from '../../packaging/build/run.ts';

/** The architecture of this machine. */
export const here: Arch = archs.find(({ node }) => node === process.arch) ?? archs[0]!;

/** The package that `npm run deb` has built. */
export function builtDeb({ debian }: Arch): string {
  const file = join(buildDir, `coocenter-api_${revision().version}_${debian}.deb`);
  if (!existsSync(file)) throw new Error(`${file} is not built: npm run deb`);
  return file;
}

/** The executable that `npm run package` has built. */
export function builtBinary({ node }: Arch): string {
  return join(buildDir, `coocenter-api-${node}`);
}

/** The same daemon as a package of a later version, in `dir`. */
export async function nextDeb(dir: string): Promise<string> {
  const binary = builtBinary(here);
  const now = revision();
  return buildDeb(here, binary, dir, helpOf(binary), {
    revision: { ...now, version: `${now.version}+next` },
    compression: 'none',
  });
}
