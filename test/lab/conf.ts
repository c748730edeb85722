import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { extensionsConf } from './dialplan.ts';
import { modulesOf } from './modules.ts';
import { pjsipConf, sipConf } from './sip-conf.ts';
import type { Setup } from './setup.ts';
import { techOf } from './setup.ts';

/** What a configuration is made for. */
export interface ConfOptions {
  readonly setup: Setup;
  /** The instance's own folder; everything Asterisk writes is below it. */
  readonly dir: string;
  readonly moduleDir: string;
  readonly amiPort: number;
  /** On 127.0.0.1, where phones register. */
  readonly sipPort: number;
  /** Loopback address of the trunk's far side, which sends and receives on `trunkPort`. */
  readonly trunkHost: string;
  readonly trunkPort: number;
  /** Seconds that a directly dialled extension rings. */
  readonly ringSeconds: number;
  /** Lines added at the end of a file (`{ 'asterisk.conf': 'systemname = lab22' }`, whose last section is [options]). */
  readonly extra: Readonly<Record<string, string>>;
}

/** AMI accounts: the daemon's, with the rights that a real box gives it, and the lab's own, with all. */
export const accounts = {
  daemon: { username: 'coocenter-api', secret: 'box-secret' },
  lab: { username: 'lab', secret: 'lab-secret' },
} as const;

const queuesConf = `[general]
persistentmembers = yes
autofill = yes
shared_lastcall = yes
[base](!)
musicclass = default
timeout = 4
retry = 1
wrapuptime = 0
ringinuse = no
setinterfacevar = yes
setqueuevar = yes
setqueueentryvar = yes
reportholdtime = no
[630](base)
strategy = ringall
joinempty = yes
leavewhenempty = no
[631](base)
strategy = rrmemory
joinempty = no
leavewhenempty = yes
autopause = yes
[632](base)
strategy = ringall
joinempty = yes
leavewhenempty = no
`;

/** What a real box adds to its manager.conf: every test runs with those rights and no others. */
const daemonAccount = readFileSync(
  join(import.meta.dirname, '../../packaging/manager.d/coocenter-api.conf'),
  'utf8',
).replace('CHANGE-ME', accounts.daemon.secret);

const managerConf = (port: number): string => `[general]
enabled = yes
webenabled = no
bindaddr = 127.0.0.1
port = ${port}
displayconnects = yes
allowmultiplelogin = yes
${daemonAccount}
[${accounts.lab.username}]
secret = ${accounts.lab.secret}
deny = 0.0.0.0/0.0.0.0
permit = 127.0.0.1/255.255.255.255
read = all
write = all
writetimeout = 5000
`;

const asteriskConf = (options: ConfOptions): string => `[directories]
astetcdir => ${join(options.dir, 'etc')}
astmoddir => ${options.moduleDir}
astvarlibdir => ${join(options.dir, 'lib')}
astdbdir => ${join(options.dir, 'lib')}
astkeydir => ${join(options.dir, 'lib')}
astdatadir => ${join(options.dir, 'data')}
astagidir => ${join(options.dir, 'agi')}
astspooldir => ${join(options.dir, 'spool')}
astrundir => ${options.dir}
astlogdir => ${join(options.dir, 'log')}
[options]
`;

/** Files that a module reads and that may as well be empty, so that no start-up warning hides a real one. */
const empty =
  'acl ccss cel cli cli_permissions cli_aliases codecs confbridge dnsmgr enum extconfig indications pjproject pjsip_notify ' +
  'queuerules res_parking sip_notify sorcery stasis udptl';

/** The complete configuration of one Asterisk: file name → text. */
export function conf(options: ConfOptions): Map<string, string> {
  const tech = techOf(options.setup);
  const modules = modulesOf(options.setup).map((name) => `load = ${name}.so\n`);
  const files = new Map<string, string>([
    ...empty.split(' ').map((name) => [`${name}.conf`, ''] as const),
    ...['http', 'statsd', 'ari'].map((name) => [`${name}.conf`, '[general]\nenabled = no\n'] as const),
    ['asterisk.conf', asteriskConf(options)],
    ['modules.conf', `[modules]\nautoload = no\n${modules.join('')}`],
    ['logger.conf', '[general]\nqueue_log = yes\n[logfiles]\nmessages => notice,warning,error\n'],
    ['manager.conf', managerConf(options.amiPort)],
    // Stock but for `enabled`: no mapping, so a Cdr event has exactly the fields that a Debian box sends.
    ['cdr_manager.conf', '[general]\nenabled = yes\n'],
    [
      'cdr.conf',
      '[general]\nenable = yes\nunanswered = yes\n[csv]\nusegmtime = no\nloguniqueid = yes\nloguserfield = yes\n',
    ],
    // Instances share the range: Asterisk draws a port from it and goes on to the next when it is taken.
    ['rtp.conf', '[general]\nrtpstart = 10000\nrtpend = 31999\nstrictrtp = no\nicesupport = no\n'],
    ['musiconhold.conf', `[default]\nmode = files\ndirectory = ${join(options.dir, 'moh')}\n`],
    ['features.conf', '[general]\n[featuremap]\nblindxfer => ##\natxfer => *2\n'],
    ['queues.conf', queuesConf],
    ['extensions.conf', extensionsConf(options)],
    tech === 'SIP' ? ['sip.conf', sipConf(options)] : ['pjsip.conf', pjsipConf(options)],
  ]);
  for (const [name, lines] of Object.entries(options.extra)) files.set(name, `${files.get(name) ?? ''}${lines}\n`);
  return files;
}
