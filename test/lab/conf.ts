import { join } from 'node:path';
import { extensionsConf } from './dialplan.ts';
import { freepbxExtensions } from './freepbx.ts';
import { accountFile, included } from './kit.ts';
import { modulesOf } from './modules.ts';
import type { Dialplan } from './places.ts';
import { placesOf } from './places.ts';
import { pjsipConf, sipConf } from './sip-conf.ts';
import type { Setup } from './setup.ts';
import { techOf } from './setup.ts';

/** What a configuration is made for. */
export interface ConfOptions {
  readonly setup: Setup;
  readonly dialplan: Dialplan;
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
  /** Files in place of those made here, or besides them. */
  readonly files: Readonly<Record<string, string>>;
  /** Lines added at the end of a file (`{ 'asterisk.conf': 'systemname = lab22' }`, whose last section is [options]). */
  readonly extra: Readonly<Record<string, string>>;
}

/** AMI accounts: the daemon's, in the very file and with the rights that a real box has, and the lab's own, with all. */
export const accounts = {
  daemon: { username: 'coocenter-api', secret: 'box-secret' },
  lab: { username: 'lab', secret: 'lab-secret' },
} as const;

/** 630 and 631 are the kit's, the others the lab's; `base` is that of all, its phones ringing for 4 s. */
const queuesConf = `[general]
persistentmembers = yes
autofill = yes
shared_lastcall = yes
${included('queues-coocenter.conf')}
[base](!,coocenter-queue)
timeout = 4
[short](!,coocenter-queue)
timeout = 2
[630](+)
timeout = 4
[631](+)
strategy = rrmemory
timeout = 4
joinempty = no
leavewhenempty = yes
autopause = yes
[632](base)
[633](short)
[634](short)
maxlen = 1
[635](short)
[636](short)
`;

const managerConf = (port: number): string => `[general]
enabled = yes
webenabled = no
bindaddr = 127.0.0.1
port = ${port}
displayconnects = yes
allowmultiplelogin = yes
${included(accountFile)}
[${accounts.daemon.username}](+)
secret = ${accounts.daemon.secret}
[${accounts.lab.username}]
secret = ${accounts.lab.secret}
deny = 0.0.0.0/0.0.0.0
permit = 127.0.0.1/255.255.255.255
read = all
write = all
writetimeout = 5000
`;

const voicemailConf = `[general]
format = wav
${included('voicemail-coocenter.conf')}
[coocenter](+)
636 => 4711,Queue 636
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

/**
 * FreePBX hangs up by two keys: one would be taken for the beginning of `*2`, since its Dial() has the options h and H.
 * Keys belong together for 10 s: a busy machine may press the second one seconds after the first.
 */
const featuresConf = ({ dialplan }: ConfOptions): string =>
  `[general]\nfeaturedigittimeout = 10000\ntransferdigittimeout = 10\n[featuremap]\n${included('features-coocenter.conf')}${
    dialplan === 'freepbx' ? `[featuremap](+)\ndisconnect = ${placesOf(dialplan).hangupKeys}\n` : ''
  }`;

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
    // Without a mapping a Cdr event has exactly the fields that a Debian box sends.
    ['cdr_manager.conf', `[general]\nenabled = no\n${included('cdr_manager-coocenter.conf')}`],
    ['cdr_custom.conf', included('cdr_custom-coocenter.conf')],
    [
      'cdr.conf',
      '[general]\nenable = yes\nunanswered = yes\n[csv]\nusegmtime = no\nloguniqueid = yes\nloguserfield = yes\n',
    ],
    // Instances share the range: Asterisk draws a port from it and goes on to the next when it is taken.
    ['rtp.conf', '[general]\nrtpstart = 10000\nrtpend = 31999\nstrictrtp = no\nicesupport = no\n'],
    ['musiconhold.conf', `[default]\nmode = files\ndirectory = ${join(options.dir, 'moh')}\n`],
    ['features.conf', featuresConf(options)],
    ['voicemail.conf', voicemailConf],
    ['queues.conf', queuesConf],
    ['extensions.conf', (options.dialplan === 'kit' ? extensionsConf : freepbxExtensions)(options)],
    tech === 'SIP' ? ['sip.conf', sipConf(options)] : ['pjsip.conf', pjsipConf(options)],
  ]);
  for (const [name, text] of Object.entries(options.files)) files.set(name, text);
  for (const [name, lines] of Object.entries(options.extra)) files.set(name, `${files.get(name) ?? ''}${lines}\n`);
  return files;
}
