import { createHash } from 'node:crypto';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { toolFor, type Arch } from './arch.ts';
import { buildDir, root, run, tell } from './run.ts';

interface Locked {
  readonly version: string;
  readonly integrity: string;
}

/** The npm package that has Node for an architecture, as package-lock.json pins it. */
function locked({ node }: Arch): Locked & { readonly name: string } {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
    readonly packages: Readonly<Record<string, Locked>>;
  };
  const name = `node-linux-${node}`;
  const found = packages[`node_modules/${name}`];
  if (found === undefined) throw new Error(`package-lock.json does not know ${name}`);
  return { ...found, name };
}

/** The version of Node in the packages, without `v`. */
export function nodeVersion(arch: Arch): string {
  return locked(arch).version;
}

/**
 * Node for an architecture, stripped, in the folder where pkg keeps what it has downloaded, which is below `home`: it
 * would download else. npm installs only the package of the machine it runs on, hence `npm pack`.
 */
export function seedNode(arch: Arch, home: string): void {
  const { name, version, integrity } = locked(arch);
  const folder = join(home, '.pkg-cache/sea', `node-v${version}-linux-${arch.node}`);
  const binary = join(folder, 'bin/node');
  if (!existsSync(`${binary}.ok`)) {
    const started = Date.now();
    mkdirSync(join(folder, 'bin'), { recursive: true });
    const installed = join(root, 'node_modules', name, 'bin/node');
    const source = existsSync(installed) ? installed : unpack(name, version, integrity);
    const copy = `${binary}.part`;
    copyFileSync(source, copy);
    chmodSync(copy, 0o755);
    // Before pkg adds to it: a binary that is stripped afterwards does not start.
    run(toolFor(arch, 'strip'), [copy]);
    renameSync(copy, binary);
    for (const mark of [`${folder}.tar.gz`, `${folder}.tar.gz.ok`, `${binary}.ok`]) writeFileSync(mark, '');
    tell(`Node ${version} for ${arch.node}`, started);
  }
}

function unpack(name: string, version: string, integrity: string): string {
  const dir = join(buildDir, 'npm', `${name}-${version}`);
  const archive = join(dir, `${name}-${version}.tgz`);
  if (!existsSync(archive)) {
    mkdirSync(dir, { recursive: true });
    run('npm', ['pack', '--silent', '--prefer-offline', '--pack-destination', dir, `${name}@${version}`]);
  }
  const [kind = '', wanted] = integrity.split('-', 2);
  if (createHash(kind).update(readFileSync(archive)).digest('base64') !== wanted) {
    rmSync(archive);
    throw new Error(`${name}@${version} is not what package-lock.json says`);
  }
  run('tar', ['-xzf', archive, '-C', dir, 'package/bin/node']);
  return join(dir, 'package/bin/node');
}
