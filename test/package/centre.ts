import { once } from 'node:events';
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { modulesOf } from '../lab/modules.ts';
import { installedPrefix, prefixDir, triplet } from '../lab/prefix.ts';
import type { Tech } from '../lab/setup.ts';
import { pjsipConf, sipConf } from '../lab/sip-conf.ts';
import { eventually } from '../lab/within.ts';
import type { Box } from './box.ts';
import { outsideAddress } from './box.ts';

/** What an administrator of a call centre adds to a fresh Asterisk: the package's dialplan kit, phones, and their hints. */
export function equip(box: Box, tech: Tech): void {
  box.must('sh', '-c', 'cp /usr/share/coocenter-api/asterisk/*-coocenter.conf /etc/asterisk/');
  for (const name of ['queues', 'features', 'voicemail']) {
    const file = `etc/asterisk/${name}.conf`;
    box.write(file, `${box.read(file)}\n#include ${name}-coocenter.conf\n`);
  }
  box.write(
    'etc/asterisk/extensions.conf',
    `[globals]
#include extensions-coocenter.conf
[globals](+)
COOCENTER_TECH = ${tech}
[hints](+)
exten => 801,hint,${tech}/801
exten => 802,hint,${tech}/802
[internal](+)
exten => 802,1,MixMonitor(\${EXTEN}-\${UNIQUEID}.wav,b)
 same => n,Dial(${tech}/802,10,tTkK)
 same => n,Hangup()
`,
  );
  const network = { sipPort: 5060, trunkHost: '127.0.0.9', trunkPort: 5060 };
  const rest = {
    dialplan: 'kit',
    dir: '',
    moduleDir: '',
    amiPort: 5038,
    ringSeconds: 10,
    files: {},
    extra: {},
  } as const;
  if (tech === 'SIP') box.write('etc/asterisk/sip.conf', sipConf({ setup: '16-sip', ...network, ...rest }));
  else box.write('etc/asterisk/pjsip.conf', pjsipConf({ setup: '22-pjsip', ...network, ...rest }));
  box.must('sh', '-c', 'chown -R asterisk:asterisk /etc/asterisk/*.conf && systemctl restart asterisk');
}

/**
 * The lab's Asterisk 22 as if somebody had built it on this box: no package, settings as upstream ships them (the manager
 * interface off, no manager.d), a unit of their own.
 */
export function putSelfBuilt(box: Box): void {
  const prefix = installedPrefix('22');
  const home = '/opt/asterisk';
  cpSync(prefixDir('22'), join(box.root, home), { recursive: true, verbatimSymlinks: true });
  cpSync(prefix.stockDir, join(box.root, 'etc/asterisk'), { recursive: true });
  const moved = (path: string): string => path.replace(prefixDir('22'), home);
  const command = prefix.command.map((part) => part.split(':').map(moved).join(':'));
  box.write('usr/sbin/asterisk', `#!/bin/sh\nexec ${command.join(' ')} "$@"\n`);
  box.write('etc/asterisk/manager.conf', selfBuilt.manager);
  box.write('etc/asterisk/cdr_manager.conf', selfBuilt.cdr);
  box.write(
    'etc/asterisk/asterisk.conf',
    `[directories]
astetcdir => /etc/asterisk
astmoddir => ${home}/usr/lib/${triplet()}/asterisk/modules
astvarlibdir => /var/lib/asterisk
astdbdir => /var/lib/asterisk
astkeydir => /var/lib/asterisk
astdatadir => ${home}/usr/share/asterisk
astagidir => /var/lib/asterisk
astspooldir => /var/spool/asterisk
astrundir => /run/asterisk
astlogdir => /var/log/asterisk
[options]
runuser = asterisk
rungroup = asterisk
`,
  );
  const modules = modulesOf('22-pjsip').map((name) => `load = ${name}.so\n`);
  box.write('etc/asterisk/modules.conf', `[modules]\nautoload = no\n${modules.join('')}`);
  box.write(
    'etc/systemd/system/asterisk.service',
    `[Unit]
Description=Asterisk
[Service]
ExecStart=/usr/sbin/asterisk -f
User=asterisk
RuntimeDirectory=asterisk
[Install]
WantedBy=multi-user.target
`,
  );
  box.must(
    'sh',
    '-c',
    `adduser --system --group --quiet --home /var/lib/asterisk --no-create-home asterisk
rm -r /etc/asterisk/manager.d
chmod 0755 /usr/sbin/asterisk
cd /var && mkdir -p lib/asterisk log/asterisk/cdr-csv log/asterisk/cdr-custom spool/asterisk/monitor spool/asterisk/tmp
chown -R asterisk:asterisk /etc/asterisk lib/asterisk log/asterisk spool/asterisk
chmod 0750 spool/asterisk spool/asterisk/monitor log/asterisk
systemctl daemon-reload && systemctl start asterisk`,
  );
}

/** Settings as they come with upstream's sources, one of them without an end of its last line. */
export const selfBuilt = {
  manager:
    '; AMI - The Asterisk Manager Interface\n[general]\nenabled = no\n;webenabled = yes\n\nport = 5038\nbindaddr = 0.0.0.0\n',
  cdr: '; Asterisk Call Management CDR\n[general]\nenabled = no\n\n[mappings]\n;rate => Rate',
};

const scripts = (name: string): string[] => [process.execPath, join(import.meta.dirname, name)];

/** The customer's server on the box's network: what was pushed, in order of arrival. */
export class Outside {
  readonly pushes: Readonly<Record<string, unknown>>[] = [];
  readonly #box: Box;
  readonly #port = 8090;
  #child: ReturnType<Box['spawn']> | undefined;

  constructor(box: Box) {
    this.#box = box;
  }

  get url(): string {
    return `http://${outsideAddress}:${this.#port}`;
  }

  async up(): Promise<this> {
    const child = this.#box.spawn('outside', [...scripts('receiver.ts'), outsideAddress, String(this.#port)], take());
    const { promise, resolve } = Promise.withResolvers<undefined>();
    this.#child = child;
    // One push is one line, however it comes in parts.
    const pushes = this.pushes;
    function take(): (text: string) => void {
      let rest = '';
      return (text) => {
        const lines = (rest + text).split('\n');
        rest = lines.pop() ?? '';
        for (const line of lines) {
          const push = JSON.parse(line) as Record<string, unknown>;
          if (push['event'] === 'listening') resolve(undefined);
          else pushes.push(push);
        }
      };
    }
    await promise;
    return this;
  }

  async down(): Promise<void> {
    const child = this.#child;
    if (child === undefined) return;
    this.#child = undefined;
    child.kill('SIGKILL');
    await once(child, 'close');
  }

  /** The first push of that event with these values, past or to come. */
  async waitFor(
    event: string,
    fields: Readonly<Record<string, unknown>> = {},
  ): Promise<Readonly<Record<string, unknown>>> {
    const isIt = (push: Readonly<Record<string, unknown>>): boolean =>
      push['event'] === event && Object.entries(fields).every(([key, value]) => push[key] === value);
    const events = (): string => this.pushes.map((push) => JSON.stringify(push)).join('\n');
    return eventually(`${event} is pushed`, () => this.pushes.find(isIt)).catch((cause: unknown) => {
      throw new Error(`${String(cause)}; these came:\n${events()}`);
    });
  }
}

/** Phones 801 and 802 do something (`phones.ts`); resolves when it is done, `begun` when they are registered. */
export function phones(
  box: Box,
  what: 'call' | 'answer',
): { readonly begun: Promise<void>; readonly done: Promise<void> } {
  const begun = Promise.withResolvers<undefined>();
  let said = '';
  const child = box.spawn('inside', [...scripts('phones.ts'), what], (text) => {
    said += text;
    if (said.includes('registered')) begun.resolve(undefined);
  });
  const done = once(child, 'close').then(([code]) => {
    if (code === 0) return;
    const failure = new Error(`the phones failed:\n${said}`);
    begun.reject(failure);
    throw failure;
  });
  return { begun: begun.promise, done };
}
