import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { presets } from '../../src/config/presets.ts';
import { glob } from '../../src/picture/glob.ts';
import { Asterisk } from './asterisk.ts';
import { directDid } from './dialplan.ts';
import { kitDir } from './kit.ts';
import { installedPrefix } from './prefix.ts';
import { callQueue, customer, served, step } from './scenarios/talk.ts';
import { withStage } from './scenario.ts';
import type { Setup } from './setup.ts';
import { setups, versionOf } from './setup.ts';
import { eventually } from './within.ts';

const readme = readFileSync(join(kitDir, 'README.md'), 'utf8');
const kit = readdirSync(kitDir).filter((name) => name.endsWith('.conf'));

/** The table of the documentation: file of Asterisk → the line that it takes. */
const lines = new Map(
  [...readme.matchAll(/^\| `(\S+\.conf)` +\| `(#include .*?)` +\|/gm)].map(([, file = '', line = '']) => [file, line]),
);

/** Warnings and errors, without what differs from start to start. */
function complaints(log: string): string[] {
  return log
    .split('\n')
    .filter((line) => /(WARNING|ERROR)\[/.test(line))
    .map((line) => line.replace(/^.*?(WARNING|ERROR)\[\d+\](\[\S+\])?/, '$1'));
}

/** An Asterisk with Debian's own files; with the kit, each of them ends with its line. */
function stock(setup: Setup, withKit: boolean): Asterisk {
  const { stockDir } = installedPrefix(versionOf(setup));
  const own = [...lines].map(([file, line]) => {
    const text = readFileSync(join(stockDir, file), 'utf8');
    // Without a row to write, cdr_custom of 22 does not even load.
    return [file, withKit || file === 'cdr_custom.conf' ? `${text}\n${line}\n` : text] as const;
  });
  const copies = kit.map((name) => [name, readFileSync(join(kitDir, name), 'utf8')] as const);
  return new Asterisk(setup, { files: Object.fromEntries([...own, ...copies]) });
}

/** Every application that a call in a context can come to, with those of the contexts that it includes. */
async function dialplanOf(
  asterisk: Asterisk,
  context: string,
): Promise<{ patterns: string[]; applications: string[] }> {
  const text = await asterisk.cli(`dialplan show ${context}`);
  const included = [...text.matchAll(/^ +Include => +'([^']+)'/gm)].map(([, name = '']) => name);
  const inner = await Promise.all(included.map((name) => dialplanOf(asterisk, name)));
  const own = {
    patterns: [...text.matchAll(/^ +'([^']+)' => +\d+\./gm)].map(([, name = '']) => name),
    applications: [...text.matchAll(/ \d+\. (\w+)\(/g)].map(([, name = '']) => name),
  };
  return {
    patterns: [own, ...inner].flatMap(({ patterns }) => patterns),
    applications: [own, ...inner].flatMap(({ applications }) => applications),
  };
}

void t.test('the documentation has a line for each file, and each file names it', (t) => {
  t.same([...lines.values()].map((line) => line.replace('#include ', '')).sort(), kit.sort());
  for (const [file, line] of lines) {
    const text = readFileSync(join(kitDir, line.replace('#include ', '')), 'utf8');
    const words = text.slice(0, text.indexOf('\n[')).replace(/\s*\n;\s*/g, ' ');
    t.match(words, line, `${line} at the head of it`);
    t.match(words, file, `and that it is for ${file}`);
  }
  const settings = [
    ...readFileSync(join(kitDir, 'extensions-coocenter.conf'), 'utf8').matchAll(/^(COOCENTER_\w+) = /gm),
  ];
  t.ok(settings.length > 20, 'settings have defaults');
  for (const [, name = ''] of readme.matchAll(/(COOCENTER_[A-Z]+)(?:_\d+)* = /g)) {
    t.ok(
      settings.some(([, known = '']) => known.startsWith(name)),
      `${name} is a setting`,
    );
  }
  t.end();
});

for (const setup of setups) {
  void t.test(`${setup}: a stock Asterisk takes the kit without a complaint`, async (t) => {
    const plain = stock(setup, false);
    const asterisk = stock(setup, true);
    t.teardown(() => Promise.all([plain.dispose(), asterisk.dispose()]));
    await Promise.all([plain.start(), asterisk.start()]);
    const [withKit = [], without = []] = (await Promise.all([asterisk.wholeLog(), plain.wholeLog()])).map(complaints);
    t.ok(without.length > 0, 'stock Asterisk complains of something');
    t.strictSame(withKit, without, 'what it complains of, it does without the kit too');
    t.notMatch(withKit.join('\n'), /coocenter|cdr_custom|cdrel/);

    const all = await asterisk.cli('dialplan show');
    const contexts = [...all.matchAll(/\[ Context '([^']+)' created by 'pbx_config' \]/g)].map(([, name = '']) => name);
    const own = ['internal', 'hints', 'click', 'spy', 'from-trunk', 'did', 'ivr-610', 'ivr-620', 'queues', 'feedback'];
    t.strictSame(
      [...own, 'voicemail'].filter((name) => !contexts.includes(name)),
      [],
      'the contexts documented',
    );
    const { internal, ivr, feedback, voicemail } = presets.coocenter;
    for (const [key, patterns] of Object.entries({ internal, ivr, feedback, voicemail })) {
      t.ok(
        contexts.some((name) => glob(patterns, name)),
        `preset coocenter, ${key}: ${patterns.join(', ')}`,
      );
    }
    t.notOk(contexts.includes('coocenter-menu'), 'a template is no context');

    t.match(await asterisk.cli('queue show 631'), /^631 has 0 calls \(max unlimited\) in 'ringall' strategy/);
    t.match(await asterisk.cli('features show'), /Blind Transfer +# +##/);
    t.match(await asterisk.cli('cdr show status'), /^ +cdr_manager$/m);
    t.match(await asterisk.cli('dialplan show globals'), /COOCENTER_TECH=PJSIP/);
  });
}

void t.test('rights: those documented, and no more', async (t) => {
  await withStage('22-pjsip', async ({ asterisk }) => {
    const account = await asterisk.cli('manager show user coocenter-api');
    const right = (name: string): string[] =>
      (new RegExp(`^ *${name} perm: (.*)$`, 'm').exec(account)?.[1] ?? '').split(',').sort();
    t.strictSame(right('read'), ['agent', 'call', 'cdr', 'dialplan', 'dtmf', 'system']);
    t.strictSame(right('write'), ['agent', 'call', 'originate', 'reporting', 'system']);
    t.match(account, /deny - 0\.0\.0\.0\/0\.0\.0\.0\s+1: allow - 127\.0\.0\.1\/255\.255\.255\.255\s*$/);

    const click = await dialplanOf(asterisk, 'click');
    t.strictSame([...click.patterns].sort(), ['_63[0-6]', '_80[0-5]', '_9X.'], 'the API dials phones, queues, outside');
    const harmless = ['Answer', 'Dial', 'ExecIf', 'Goto', 'GotoIf', 'Hangup', 'Queue', 'Set'];
    t.strictSame([...new Set(click.applications)].sort(), harmless);
    const internal = await dialplanOf(asterisk, 'internal');
    t.ok(internal.applications.includes('PickupChan'), 'which is more for a phone');
    const including = await asterisk.cli('dialplan show');
    t.equal(
      including.match(/Include => +'spy'/g)?.length,
      1,
      'only the lab itself gives its phones the right to listen',
    );
    t.notMatch(readFileSync(join(kitDir, 'extensions-coocenter.conf'), 'utf8'), /^include => spy/m);
  });
});

void t.test('callers from outside have no feature codes; names of numbers are filtered', async (t) => {
  await withStage('22-pjsip', async (lab) => {
    const { call, answer } = await served(lab);
    await call.press('##801');
    await eventually('the agent hears the keys', () => answer.rtp.keysReceived === '##801');
    await call.hangUp();
    await answer.ended();
    t.equal(lab.ami.events.filter(({ Event }) => Event === 'BlindTransfer').length, 0);

    const direct = await lab.provider.callIn(customer, `${directDid}801`);
    t.equal((await direct.ended()).by, 'them', 'who is not registered yet');
    const phone = await lab.phone('801');
    const again = await lab.provider.callIn(customer, `${directDid}801`);
    const ring = await phone.incoming();
    await ring.answer();
    await again.answered();
    await again.press('##800');
    await eventually('801 hears the keys', () => ring.rtp.keysReceived === '##800');
    await again.hangUp();
    await ring.ended();

    const numbers: string[] = [];
    lab.provider.behaviour = (number) => {
      numbers.push(number);
      return 'ring';
    };
    const dialled = await phone.call('91000&PJSIP');
    const far = await lab.provider.incoming();
    t.strictSame(numbers, ['1000'], 'nobody else is dialled along');
    await dialled.hangUp();
    await far.ended();
  });
});

void t.test('settings of the owner count; a box without app_voicemail', async (t) => {
  const globals = '[globals](+)\nCOOCENTER_SURVEY_630 = no\nCOOCENTER_RECORD_630 = no\nCOOCENTER_MAILBOX = 636';
  const extra = { 'extensions.conf': globals, 'queues.conf': '[630](+)\nstrategy = leastrecent' };
  await withStage(
    '22-pjsip',
    async (lab) => {
      const { asterisk, ami } = lab;
      t.match(await asterisk.cli('queue show 630'), "in 'leastrecent' strategy");
      const { call, answer } = await served(lab);
      await answer.hangUp();
      await call.ended();
      const contexts = new Set(ami.events.flatMap(({ Event, Context }) => (Event === 'Newexten' ? [Context] : [])));
      t.notOk(contexts.has('feedback'));
      t.strictSame(readdirSync(asterisk.monitorDir), []);

      await asterisk.cli('module unload app_voicemail.so');
      const refused = await callQueue(lab, '631');
      await step(lab, 'voicemail', 'GotoIf');
      await refused.ended();
      await step(lab, 'bye', 'Playback');
    },
    { extra },
  );
});

void t.test('each queue has a recording of its own: that of the queue before has ended', async (t) => {
  for (const setup of ['16-sip', '22-pjsip'] as const) {
    await withStage(setup, async (lab) => {
      const other = await lab.phone('801');
      await lab.operator.login('801', '631');
      const { call, answer } = await served(lab);
      const { Channel: channel = '', Uniqueid: id = '' } = await lab.ami.event('QueueCallerJoin');
      const recordings = async (): Promise<string[]> => {
        const text = await lab.asterisk.cli(`mixmonitor list ${channel}`);
        return text.match(/\bq\d+-\S+/g) ?? [];
      };
      t.strictSame(await recordings(), [`q630-${id}`]);
      await answer.refer('631');
      const next = await other.incoming();
      await next.answer();
      t.strictSame(await recordings(), [`q631-${id}`]);
      await answer.hangUp();
      await call.hangUp();
      await next.ended();
    });
  }
});

void t.test('rows in coocenter.csv: quoted, in local time, each with its call', async (t) => {
  const columns =
    'clid src dst dcontext channel dstchannel lastapp lastdata start answer end duration billsec disposition amaflags ' +
    'accountcode uniqueid userfield linkedid sequence';
  const head = readFileSync(join(kitDir, 'cdr_custom-coocenter.conf'), 'utf8');
  t.match(head.replace(/,?\n; /g, ' ').replaceAll(',', ''), `Columns: ${columns}`, 'as documented');
  for (const setup of ['16-sip', '22-pjsip'] as const) {
    await withStage(setup, async (lab) => {
      const call = await lab.provider.callIn(customer, `${directDid}800`, 'Zoë "Z", O’Neil');
      await call.ended();
      const cdr = await lab.ami.event('Cdr');
      const text = await eventually('a row', () => {
        try {
          return readFileSync(lab.asterisk.rowsFile, 'utf8');
        } catch {
          return undefined;
        }
      });
      const values = [...(text.split('\n')[0] ?? '').matchAll(/"((?:[^"]|"")*)"|[^,]+/g)].map(
        ([all, quoted]) => quoted?.replaceAll('""', '"') ?? all,
      );
      const row = Object.fromEntries(columns.split(' ').map((name, index) => [name, values[index]]));
      t.equal(values.length, columns.split(' ').length, `${setup}: ${text}`);
      t.match(row, {
        src: customer,
        clid: /^"Zoë \\+"Z\\+", O’Neil" <85322361>$/,
        uniqueid: cdr['UniqueID'],
        linkedid: cdr['UniqueID'],
      });
      t.equal(row['start'], cdr['StartTime'], 'the time that the manager interface tells');
    });
  }
});
