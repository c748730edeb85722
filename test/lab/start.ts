/**
 * `npm start`: a small call centre that works by itself, on a real Asterisk, with the built daemon and a receiver that
 * prints what it pushes. `npm start -- --config FILE`: the daemon alone.
 */
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs, styleText } from 'node:util';
import { spawnBound } from './child.ts';
import { tokenOf, webkey } from './daemon.ts';
import { daemonMain, Demo, notBuilt } from './demo.ts';
import type { DemoCall } from './demo-calls.ts';
import { demoPassword, demoPeople } from './demo-people.ts';
import { freeTcpPort, isFreeTcpPort } from './ports.ts';
import { prefixDir } from './prefix.ts';
import type { Setup } from './setup.ts';
import { isSetup, setups, techOf, versionOf } from './setup.ts';
import { eventually } from './within.ts';

const usage = `usage: npm start [-- [--setup NAME] [--once]]
       npm start -- --config FILE

  --setup NAME    the Asterisk of the demo: ${setups.join(', ')} (default 22-pjsip)
  --once          end after one round of calls
  --config FILE   no demo: the daemon alone, with this configuration (and --check-config, to check it only)
  --help          print this, and end
`;

/** The port that the documentation names, taken when it is free. */
const usualPort = 8000;
/** Milliseconds between two calls of colleagues, and from one customer to the next. */
const pause = 3_000;
const customerEvery = 5_000;

const bold = (text: string): string => styleText('bold', text);
const faint = (text: string): string => styleText('dim', text);
const messageOf = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause));

/** What was typed, to be said with the usage. */
class Misuse extends Error {}

function readArguments(args: readonly string[]): { setup: Setup; isOnce: boolean; isHelp: boolean } {
  const options = {
    setup: { type: 'string', default: '22-pjsip' },
    once: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  } as const;
  let values: { readonly setup: string; readonly once: boolean; readonly help: boolean };
  try {
    ({ values } = parseArgs({ args: [...args], options }));
  } catch (cause) {
    throw new Misuse(messageOf(cause));
  }
  const { setup } = values;
  if (!isSetup(setup)) throw new Misuse(`there is no set-up ${setup}: ${setups.join(', ')}`);
  return { setup, isOnce: values.once, isHelp: values.help };
}

/** Gets the lab's Asterisk when it is not there; what is done is printed by the installation. */
async function install(setup: Setup): Promise<void> {
  const version = versionOf(setup);
  if (existsSync(prefixDir(version))) return;
  const args = [join(import.meta.dirname, 'install.ts'), version];
  const installer = spawnBound([process.execPath, ...args], {}, (text) => process.stdout.write(text));
  const [code] = (await once(installer, 'close')) as [number | null];
  if (code !== 0) throw new Error(`Asterisk ${version} could not be installed (see above)`);
}

/** Where the pages are, and who signs in there. The bar has a name of its own: by the other's, all share one session. */
function pages(port: number): string {
  const { boss, anna } = demoPeople;
  const rows = [
    ['panel', `http://127.0.0.1:${port}/`, `boss, a ${boss.role}; or root, an ${demoPeople.root.role}`],
    ['bar', `http://localhost:${port}/toolbar`, `anna, the ${anna.role} with phone ${anna.extension}`],
    ['wallboard', `http://127.0.0.1:${port}/wallboard?queues=630:Sales,631:Support`, 'screen; or boss'],
  ] as const;
  const width = Math.max(...rows.map(([, url]) => url.length));
  const lines = rows.map(([name, url, who]) => `  ${name.padEnd(12)} ${url.padEnd(width)}  sign in as ${who}`);
  return [...lines, `  password     ${demoPassword}`].join('\n');
}

/** What a newcomer needs next, to be copied. */
function welcome(demo: Demo, setup: Setup): string {
  const { base, port, file } = demo.daemon;
  const authorization = `-H 'Authorization: ${tokenOf()}'`;
  const taken = port === usualPort ? '' : ` (port ${usualPort} is taken)`;
  return `
${bold(`A call centre with Asterisk ${versionOf(setup)} (${techOf(setup)}): phones 800 to 805, queues 630 and 631, a trunk`)}

${pages(port)}

  address      ${base}${taken}
  token        ${tokenOf()}
               today's: the md5 of WEBKEY and the date, here of ${webkey}YYYY-MM-DD
  api.conf     ${file}
  recordings   ${demo.monitorDir}
               also served: ${base}/monitor/ and the recordfile of a cdr

To be copied into another terminal: which channels there are; call 804 and, when it answers, 805; the queues

curl -X POST ${base}/extensions/current-calls ${authorization}
curl -X POST ${base}/extensions/click-number ${authorization} -d 'src=804&dst=805'
curl ${base}/queues/queue-info ${authorization}

Below is every event that is pushed, as it comes. ${bold('Ctrl-C ends it.')}
`;
}

/** One of each kind, and the records of all. */
async function playOnce({ calls: { round }, pushed }: Demo): Promise<void> {
  for (const { title, run } of round) {
    console.log(`\n${bold(title)}`);
    await run();
    await sleep(500);
  }
  await eventually(
    'the records of every call',
    () =>
      pushed.cdr >= round.reduce((sum, { customers }) => sum + Math.max(1, customers), 0) &&
      pushed.cc_cdr >= round.reduce((sum, { customers }) => sum + customers, 0),
  );
}

/** Colleagues and customers, until the demo is stopped. */
async function playOn(demo: Demo): Promise<void> {
  const play = async ({ title, run }: DemoCall): Promise<void> => {
    console.log(`\n${bold(title)}`);
    try {
      await run();
    } catch (cause) {
      // Somebody tried something with the same phones, which is what a demo is for.
      if (!demo.isStopping) console.log(faint(`(it went otherwise: ${messageOf(cause)})`));
    }
  };
  const staff = async (): Promise<void> => {
    for (;;) {
      for (const call of demo.calls.ofStaff) {
        await play(call);
        await sleep(pause);
      }
    }
  };
  const customers = async (): Promise<void> => {
    for (let turn = 0; ; turn++) {
      void play(demo.calls.ofCustomer(turn));
      await sleep(customerEvery);
    }
  };
  await Promise.all([staff(), customers()]);
}

async function run(demo: Demo, setup: Setup, isOnce: boolean): Promise<void> {
  await demo.start();
  console.log(welcome(demo, setup));
  demo.tell((body) => {
    console.log(body);
  });
  await Promise.race([isOnce ? playOnce(demo) : playOn(demo), demo.failure()]);
}

/** Resolves at the first Ctrl-C or SIGTERM. More of them mean nothing: npm repeats what the terminal has sent. */
async function asked(): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<unknown>();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, resolve);
  // Whoever read our output is gone.
  process.stdout.on('error', resolve);
  await promise;
}

async function runDemo(setup: Setup, isOnce: boolean): Promise<void> {
  const stop = asked();
  await Promise.race([install(setup), stop]);
  console.log(`starting Asterisk ${versionOf(setup)}, the phones and the daemon …`);
  const demo = new Demo({
    setup,
    port: (await isFreeTcpPort(usualPort)) ? usualPort : await freeTcpPort(),
    onLog: (text) => process.stderr.write(`daemon: ${text}`),
  });
  try {
    await Promise.race([run(demo, setup, isOnce), stop]);
    // The calls that end now are not the newcomer's any more.
    demo.hush();
    console.log('\nending …');
  } finally {
    await demo.stop();
  }
}

async function main(args: readonly string[]): Promise<void> {
  if (args.some((arg) => /^--(config|check-config|version)(=|$)/.test(arg))) {
    // In this very process: its signals and its exit code are the daemon's.
    if (!existsSync(daemonMain)) throw new Error(notBuilt);
    await import(daemonMain);
    return;
  }
  const { setup, isOnce, isHelp } = readArguments(args);
  if (isHelp) {
    process.stdout.write(usage);
    return;
  }
  await runDemo(setup, isOnce);
  // Phones that wait for their next call would keep the process alive.
  process.exit();
}

try {
  await main(process.argv.slice(2));
} catch (cause) {
  console.error(`npm start: ${messageOf(cause)}`);
  if (cause instanceof Misuse) process.stderr.write(usage);
  process.exit(cause instanceof Misuse ? 2 : 1);
}
