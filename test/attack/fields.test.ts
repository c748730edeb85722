import { setTimeout as sleep } from 'node:timers/promises';
import t from 'tap';
import type { Caller } from '../lab/call.ts';
import { directDid } from '../lab/dialplan.ts';
import type { Lab } from '../lab/scenario.ts';
import { withLab } from '../lab/scenario.ts';
import type { Setup } from '../lab/setup.ts';
import { setups } from '../lab/setup.ts';
import { eventually } from '../lab/within.ts';
import { percentEncoded } from './percent.ts';
import { Report } from './report.ts';

const did = `${directDid}801`;
const all = setups;
const pjsip: readonly Setup[] = ['16-pjsip', '22-pjsip'];
const none: readonly Setup[] = [];

/** What an attacker wants Asterisk to write: a hint of 800 that rings another phone. */
const piece = (end: string): string =>
  ['1', '', 'Event: ExtensionStatus', 'Exten: 800', 'Context: internal', 'Hint: Local/801@x'].join(end);

interface Attempt {
  readonly where: string;
  /** On which set-ups the line ends arrive in AMI as they are; elsewhere Asterisk leaves the field or the call out. */
  readonly arrivesRaw: readonly Setup[];
  /** A caller, and what they dial when it is not the phone. */
  readonly make: (piece: string) => Partial<Caller> & { readonly dialled?: string };
}

/** The piece cut in two, so that what Asterisk writes between the two fields stands in its middle. */
const halves = (piece: string): [string, string] => [piece.slice(0, 20), piece.slice(20)];
const asserted = (name: string, user: string): Partial<Caller> => ({
  number: '1',
  headers: [['P-Asserted-Identity', `"${name}" <sip:${user}@example.com>`]],
});
const remote = (name: string, user: string): Partial<Caller> => ({
  number: '1',
  headers: [['Remote-Party-ID', `"${name}" <sip:${user}@example.com>;party=calling;screen=yes`]],
});
const diverted = (name: string, user: string, reason: string): Partial<Caller> => ({
  number: '1',
  headers: [['Diversion', `"${name}" <sip:${user}@example.com>;reason=${reason}`]],
});

const attempts: readonly Attempt[] = [
  { where: 'From user', arrivesRaw: all, make: (text) => ({ number: percentEncoded(text) }) },
  { where: 'dialled number', arrivesRaw: all, make: (text) => ({ dialled: `${did}${percentEncoded(text)}` }) },
  { where: 'From name', arrivesRaw: none, make: (text) => ({ number: '1', name: text }) },
  { where: 'From name, escaped', arrivesRaw: none, make: (text) => ({ number: '1', name: percentEncoded(text) }) },
  { where: 'P-Asserted-Identity user', arrivesRaw: all, make: (text) => asserted('x', percentEncoded(text)) },
  { where: 'P-Asserted-Identity name', arrivesRaw: none, make: (text) => asserted(text, '1') },
  { where: 'P-Asserted-Identity name, escaped', arrivesRaw: none, make: (text) => asserted(percentEncoded(text), '1') },
  { where: 'Remote-Party-ID user', arrivesRaw: pjsip, make: (text) => remote('x', percentEncoded(text)) },
  { where: 'Remote-Party-ID name', arrivesRaw: none, make: (text) => remote(text, '1') },
  { where: 'Diversion user', arrivesRaw: none, make: (text) => diverted('x', percentEncoded(text), 'no-answer') },
  { where: 'Diversion name', arrivesRaw: none, make: (text) => diverted(text, '1', 'no-answer') },
  { where: 'Diversion reason', arrivesRaw: none, make: (text) => diverted('x', '1', `"${text}"`) },
  { where: 'Diversion reason, escaped', arrivesRaw: none, make: (text) => diverted('x', '1', percentEncoded(text)) },
  {
    where: 'From user and dialled number',
    arrivesRaw: none,
    make: (text) => {
      const [first, second] = halves(text);
      return { number: percentEncoded(first), dialled: `${did}${percentEncoded(second)}` };
    },
  },
  {
    where: 'From user and P-Asserted-Identity name',
    arrivesRaw: none,
    make: (text) => {
      const [first, second] = halves(text);
      return { ...asserted(second, percentEncoded(first)), number: percentEncoded(first) };
    },
  },
  {
    where: 'From name and P-Asserted-Identity user',
    arrivesRaw: none,
    make: (text) => {
      const [first, second] = halves(text);
      return { ...asserted('x', percentEncoded(second)), name: percentEncoded(first) };
    },
  },
];

const forgedEvents = async ({ daemon }: Lab): Promise<number> =>
  ((await daemon.api('GET', 'status')).json as { data: { forgedEvents: number } }).data.forgedEvents;

/** What a click-to-dial goes by: hints and members. */
const known = async ({ daemon }: Lab): Promise<unknown> => {
  const { json } = await daemon.api('GET', 'plugin-asterisk/extension/extension-hints-status');
  return {
    hints: (json as { data: Record<string, string>[] }).data.map(({ Exten, Interface }) => `${Exten} ${Interface}`),
    members: (await daemon.api('GET', 'queues/queue-info')).json,
  };
};

/** Calls, and hangs up when the phone rings or nothing comes of it; whether it rang. */
async function attack(lab: Lab, { dialled = did, ...from }: ReturnType<Attempt['make']>): Promise<boolean> {
  const called = await lab.phone('801');
  const before = called.calls.length;
  const call = await lab.provider.call(dialled, from);
  const rang = (): boolean => called.calls.length > before;
  await Promise.race([eventually('it rings', rang, 400).catch(() => undefined), call.ended().catch(() => undefined)]);
  if (!rang()) {
    call.finish({ by: 'us', status: 0, reason: 'nothing came of it' });
    return false;
  }
  const ring = await called.incoming();
  await call.hangUp();
  await ring.ended();
  return true;
}

for (const setup of setups) {
  void t.test(`line ends in every field of an INVITE, ${setup}`, async (t) => {
    await withLab(t, setup, async (lab) => {
      const report = new Report(t);
      await lab.phone('800');
      await lab.operator.login('800', '630');
      const before = await known(lab);
      let rung = 0;
      for (const { where, arrivesRaw, make } of attempts) {
        for (const [name, end] of [
          ['LF', '\n'],
          ['CR LF', '\r\n'],
        ] as const) {
          const [counted, from] = [await forgedEvents(lab), lab.ami.received.length];
          const rang = await attack(lab, make(piece(end)));
          if (rang) rung++;
          await sleep(50);
          const raw = lab.ami.received.subarray(from).includes(`${end}Event: ExtensionStatus${end}Exten: 800`);
          const more = (await forgedEvents(lab)) - counted;
          report.happened(
            `${where}, by ${name}: arrives raw: ${raw ? 'yes' : 'no'}; it ${rang ? 'rang' : 'did not ring'}; ` +
              `${more} events counted as forged`,
          );
          t.equal(raw, arrivesRaw.includes(setup), `${where}, by ${name}: arrives raw`);
          if (raw && end === '\r\n') t.ok(more > 0, `${where}, by ${name}: counted`);
        }
      }
      t.strictSame(await known(lab), before, 'no hint and no member changed');
      const named = [...lab.daemon.output.matchAll(/somebody tries to forge events: .*? of (channel \S+)/g)].map(
        ([, channel]) => channel,
      );
      t.ok(named.length > 0, 'warnings');
      t.equal(new Set(named).size, named.length, 'one for each channel');
      const [agent, called] = [await lab.phone('800'), await lab.phone('801')];
      const answer = await lab.daemon.api('POST', 'extensions/click-number', { src: '800', dst: '801' });
      t.equal(answer.status, 200, 'click-number is carried out');
      const first = await agent.incoming();
      await first.answer();
      const second = await called.incoming();
      await second.answer();
      await first.hangUp();
      await second.ended();
      const records = (): Record<string, unknown>[] => lab.receiver.events('cdr');
      await eventually('a record of each call that rang, and of the click-to-dial', () => records().length > rung);
      t.equal(
        records().filter(({ destination }) => destination === '801').length >= rung,
        true,
        'all with their number',
      );
      const dirty = lab.receiver.pushes.filter(({ json }) =>
        Object.values(json).some((value) => typeof value === 'string' && /\p{Cc}|Local\/801@x|^Event:/u.test(value)),
      );
      t.strictSame(dirty, [], 'nothing is pushed raw');
    });
  });
}
