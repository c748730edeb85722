import {
  chmodSync,
  cpSync,
  globSync,
  lutimesSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { changelog, script } from './control.ts';
import { manualPages } from './man.ts';
import type { Revision } from './revision.ts';
import { root } from './run.ts';

/** Lays the files of a package out below `dir`, which is emptied. `help`: what the daemon's `--help` prints. */
export function layOut(dir: string, binary: string, help: string, revision: Revision): void {
  rmSync(dir, { recursive: true, force: true });
  const put = (path: string, content: string | Buffer, mode = 0o644): void => {
    const file = join(dir, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
    chmodSync(file, mode);
  };
  const take = (path: string, from: string, mode = 0o644): void => {
    put(path, readFileSync(join(root, from)), mode);
  };
  const zip = (path: string, content: string | Buffer): void => {
    // zlib writes neither name nor time.
    put(`${path}.gz`, gzipSync(content, { level: 9 }));
  };

  mkdirSync(join(dir, 'usr/sbin'), { recursive: true });
  cpSync(binary, join(dir, 'usr/sbin/coocenter-api'));
  chmodSync(join(dir, 'usr/sbin/coocenter-api'), 0o755);
  take('etc/api.conf', 'etc/api.conf', 0o640);
  take('etc/logcheck/ignore.d.server/coocenter-api', 'packaging/logcheck');
  take('usr/lib/coocenter-api/launch', 'packaging/launch', 0o755);
  put('usr/lib/coocenter-api/connect-asterisk', script('connect-asterisk'), 0o755);
  take('usr/lib/systemd/system/coocenter-api.service', 'systemd/coocenter-api.service');
  take('usr/share/bash-completion/completions/coocenter-api', 'packaging/bash-completion');
  for (const name of ['alerts.yml', 'grafana.json']) {
    take(`usr/share/coocenter-api/monitoring/${name}`, `packaging/monitoring/${name}`);
  }
  take('usr/share/coocenter-api/manager.d/coocenter-api.conf', 'packaging/manager.d/coocenter-api.conf');
  for (const name of readdirSync(join(root, 'etc/asterisk'))) {
    take(`usr/share/coocenter-api/asterisk/${name}`, `etc/asterisk/${name}`);
  }
  for (const [name, text] of manualPages(revision, help)) zip(`usr/share/man/man${name.slice(-1)}/${name}`, text);
  const doc = 'usr/share/doc/coocenter-api';
  take(`${doc}/copyright`, 'packaging/debian/copyright');
  zip(`${doc}/changelog`, changelog(revision));
  const guides = globSync('docs/*.md', { cwd: root });
  for (const name of ['README.md', 'SECURITY.md', ...guides]) zip(`${doc}/${name}`, readFileSync(join(root, name)));
  for (const name of readdirSync(join(root, 'docs/examples'))) take(`${doc}/examples/${name}`, `docs/examples/${name}`);
  zip(`${doc}/node-notices`, nodeNotices());
  take('usr/share/lintian/overrides/coocenter-api', 'packaging/debian/lintian-overrides');
}

/** The licences of what Node is made of: one text for all architectures. */
function nodeNotices(): Buffer {
  return readFileSync(join(root, `node_modules/node-linux-${process.arch}/LICENSE`));
}

/** Gives everything below `dir` the same time, and returns what its files take, in KiB. */
export function settle(dir: string, epoch: number): number {
  let size = 0;
  for (const entry of readdirSync(dir, { withFileTypes: true, recursive: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isDirectory()) chmodSync(path, 0o755);
    else size += statSync(path).size;
    lutimesSync(path, epoch, epoch);
  }
  chmodSync(dir, 0o755);
  lutimesSync(dir, epoch, epoch);
  return Math.ceil(size / 1024);
}
