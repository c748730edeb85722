import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Arch } from './arch.ts';
import type { Revision } from './revision.ts';
import { root } from './run.ts';

/** Who answers for the packages. */
const maintainer = 'coocenter-api authors <maintainers@coocenter.example>';

/** The file `control` of a package; `size`: of its files, in KiB. */
export function control({ debian }: Arch, { version }: Revision, size: number): string {
  return `Package: coocenter-api
Version: ${version}
Architecture: ${debian}
Maintainer: ${maintainer}
Installed-Size: ${size}
Depends: libc6 (>= 2.28), libgcc-s1 (>= 3.4), libstdc++6 (>= 6), passwd
Suggests: asterisk (>= 1:16)
Section: comm
Priority: optional
Description: HTTP API and events of the call centre on an Asterisk
 A daemon that runs beside Asterisk 16 to 22 and through which everything else
 talks to it. It answers HTTP requests (who is on the phone, call this number,
 pause this agent, hand this call over) and pushes what happens to a web server
 as JSON: each leg that rings and ends, each change of an extension, each call
 detail record.
 .
 It makes its account on the manager interface of the Asterisk that is there, or
 that comes later, and works with any dialplan; one with menus, queues,
 recording and survey is included.
`;
}

/** Files that an administrator edits, and that dpkg therefore keeps. */
export const conffiles = ['/etc/api.conf', '/etc/logcheck/ignore.d.server/coocenter-api'];

/** A maintainer script of `packaging/debian`, its `#INCLUDE` lines replaced by the files they name. */
export function script(name: string): string {
  const read = (file: string): string => readFileSync(join(root, 'packaging/debian', file), 'utf8');
  return read(name).replaceAll(/^#INCLUDE (\S+)$/gm, (_, file: string) => read(file).trimEnd());
}

/** Debian's changelog, from CHANGELOG.md: what is not released yet is of the version that is being built. */
export function changelog({ version, epoch }: Revision): string {
  const text = readFileSync(join(root, 'CHANGELOG.md'), 'utf8');
  const entries = text.split(/^## /m).slice(1);
  const found = new Map<string, { date: number; items: string[] }>();
  for (const entry of entries) {
    const [heading = '', ...lines] = entry.split('\n');
    const [, name = '', day] = /^\[([^\]]+)\](?: - (\S+))?/.exec(heading) ?? [];
    const release = name === 'Unreleased' ? version : name;
    const items = lines.join('\n').split(/^- /m).slice(1);
    const known = found.get(release) ?? { date: day === undefined ? epoch : Date.parse(day) / 1000, items: [] };
    known.items.push(...items.map((item) => item.replace(/^#.*$/gm, '').replaceAll(/\s+/g, ' ').trim()));
    found.set(release, known);
  }
  return [...found]
    .map(([release, { date, items }]) => {
      const list = items.map((item) => `  * ${wrapped(item)}`).join('\n');
      const when = new Date(date * 1000).toUTCString().replace('GMT', '+0000');
      return `coocenter-api (${release}) unstable; urgency=medium\n\n${list}\n\n -- ${maintainer}  ${when}\n`;
    })
    .join('\n');
}

function wrapped(text: string): string {
  return text.replaceAll(/(?=\S)(.{1,74})(?:\s+|$)/g, '$1\n    ').trimEnd();
}
