import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A package archive that the machine's own apt uses. */
export interface AptSource {
  readonly uri: string;
  /** Path of the key ring that signs it; `''`: apt's own. */
  readonly signedBy: string;
}

const debianKeys = '/usr/share/keyrings/debian-archive-keyring.gpg';

/** The entries of a one-line-style list (sources.list(5)). */
export function readList(text: string): AptSource[] {
  return text.split('\n').flatMap((line) => {
    const match = /^\s*deb\s+(?:\[([^\]]*)\]\s+)?(\S+)\s+\S+\s+.*\bmain\b/.exec(line);
    const uri = match?.[2];
    if (uri === undefined) return [];
    return [{ uri, signedBy: /signed-by=(\S+)/.exec(match?.[1] ?? '')?.[1] ?? '' }];
  });
}

/** The entries of a deb822 file (sources.list(5)). */
export function readDeb822(text: string): AptSource[] {
  return text.split(/\n\s*\n/).flatMap((stanza) => {
    const lines = stanza.split('\n').filter((line) => !line.startsWith('#'));
    const field = (name: string): string =>
      lines
        .find((line) => line.toLowerCase().startsWith(`${name}:`))
        ?.slice(name.length + 1)
        .trim() ?? '';
    if (!/\bdeb\b/.test(field('types')) || !/\bmain\b/.test(field('components'))) return [];
    if (field('enabled').toLowerCase() === 'no') return [];
    const signedBy = field('signed-by');
    return field('uris')
      .split(/\s+/)
      .filter(Boolean)
      .map((uri) => ({ uri, signedBy: signedBy.startsWith('/') ? signedBy : '' }));
  });
}

/**
 * The Debian archives among this machine's apt sources, best guess first: all releases of a mirror share one address,
 * so the one that serves the machine's own release serves the lab's too.
 */
export function debianSources(etc = '/etc/apt'): AptSource[] {
  const parts = join(etc, 'sources.list.d');
  const files = [
    join(etc, 'sources.list'),
    ...(existsSync(parts)
      ? readdirSync(parts)
          .sort()
          .map((f) => join(parts, f))
      : []),
  ];
  const found = files.filter(existsSync).flatMap((file) => {
    const text = readFileSync(file, 'utf8');
    if (file.endsWith('.list')) return readList(text);
    return file.endsWith('.sources') ? readDeb822(text) : [];
  });
  const unique = [...new Map(found.map((source) => [source.uri, source])).values()];
  const debian = (source: AptSource): boolean => /\/debian\/?$/.test(source.uri);
  const other = (source: AptSource): boolean => !/security|updates|backports/.test(source.uri);
  return [...unique.filter(debian), ...unique.filter((source) => !debian(source) && other(source))];
}

/**
 * Downloads Debian packages with all they depend on into a folder, by an apt of its own: the machine's package state
 * is neither read nor changed, and no root is needed. The folder appears only when it is complete.
 */
export function download(suite: string, packages: readonly string[], into: string): void {
  const sources = debianSources();
  if (sources.length === 0) {
    throw new Error(
      `no Debian archive in /etc/apt to download ${packages.join(', ')} from, and nothing kept in ${into}`,
    );
  }
  const failures: string[] = [];
  for (const source of sources) {
    const failure = downloadFrom(source, suite, packages, into);
    if (failure === '') return;
    failures.push(failure);
  }
  throw new Error(
    `Debian ${suite} could not be downloaded from any archive in /etc/apt, and nothing is kept in ${into}:\n${failures.join('\n')}`,
  );
}

function downloadFrom(source: AptSource, suite: string, packages: readonly string[], into: string): string {
  const work = mkdtempSync(join(tmpdir(), 'coocenter-apt-'));
  const partial = `${into}.part`;
  try {
    for (const dir of ['lists/partial', 'cache/archives/partial', 'empty'])
      mkdirSync(join(work, dir), { recursive: true });
    rmSync(partial, { recursive: true, force: true });
    mkdirSync(join(partial, 'partial'), { recursive: true });
    writeFileSync(join(work, 'status'), '');
    const keys = source.signedBy === '' && existsSync(debianKeys) ? debianKeys : source.signedBy;
    const options = keys === '' ? '' : `[signed-by=${keys}] `;
    writeFileSync(join(work, 'sources.list'), `deb ${options}${source.uri} ${suite} main\n`);
    const settings = {
      'Dir::State::status': join(work, 'status'),
      'Dir::State::Lists': join(work, 'lists'),
      'Dir::Cache': join(work, 'cache'),
      'Dir::Cache::archives': partial,
      'Dir::Etc::sourcelist': join(work, 'sources.list'),
      'Dir::Etc::sourceparts': join(work, 'empty'),
      'Dir::Etc::preferences': join(work, 'none'),
      'Dir::Etc::preferencesparts': join(work, 'empty'),
      'Acquire::Check-Valid-Until': 'false',
      'Acquire::Languages': 'none',
      'Acquire::Retries': '3',
      'APT::Install-Recommends': 'false',
      // A user who is not root may lock nothing, and a sandbox user could not read these folders.
      'Debug::NoLocking': '1',
      'APT::Sandbox::User': 'root',
    };
    const apt = (...args: string[]): string => {
      const flags = Object.entries(settings).flatMap(([key, value]) => ['-o', `${key}=${value}`]);
      const result = spawnSync('apt-get', ['-qq', '-y', ...flags, ...args], { encoding: 'utf8' });
      if (result.error !== undefined) return `apt-get: ${result.error.message}`;
      return result.status === 0 ? '' : `apt-get ${args.join(' ')}: ${result.stderr.trim()}`;
    };
    const failure = apt('update') || apt('--download-only', 'install', ...packages);
    if (failure !== '') return failure;
    rmSync(join(partial, 'partial'), { recursive: true, force: true });
    rmSync(into, { recursive: true, force: true });
    renameSync(partial, into);
    return '';
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}
