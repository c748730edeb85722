import { copyFileSync, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { download } from './apt.ts';
import { cacheDir } from './prefix.ts';
import { unpack } from './unpack.ts';

/** A Debian release, and its package that has promtool. */
const suite = 'bookworm';
const packages = ['prometheus'];

/** Counted up when the recipe changes: an older installation is then made anew. */
const recipe = 1;

const root = (): string => join(cacheDir(), `promtool-${suite}-${recipe}`);

/** The command that judges what is meant for Prometheus; it needs no libraries besides the system's. */
export const promtool = (): string => join(root(), 'promtool');

export const isPromtoolInstalled = (): boolean => existsSync(root());

/** Downloads the package and keeps the command, without root; does nothing when it is there. */
export function installPromtool(): void {
  if (isPromtoolInstalled()) return;
  console.log(`downloading promtool (Debian ${suite})`);
  const debs = `${root()}.debs`;
  const full = `${root()}.full`;
  const slim = `${root()}.slim`;
  for (const dir of [full, slim]) rmSync(dir, { recursive: true, force: true });
  download(suite, packages, debs);
  unpack(debs, full);
  mkdirSync(slim);
  copyFileSync(join(full, 'usr/bin/promtool'), join(slim, 'promtool'));
  for (const dir of [debs, full]) rmSync(dir, { recursive: true });
  renameSync(slim, root());
}
