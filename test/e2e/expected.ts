import { callerName } from '../lab/scenarios/caller-name.ts';
import type { Tech } from '../lab/setup.ts';

/** Number and name of a party as hangup tells them (contract §3.3). */
export type Who = readonly [num: string, name: string];

/** One dialbegein with its dialend (contract §3.1, §3.2), as a person who watched the phones would write it down. */
export interface ExpectedLeg {
  /** Whose channel called: an extension, `trunk`, or `''` when the API rang the phone. */
  readonly from: string;
  readonly calleridnum: string;
  readonly to: string;
  readonly destcalleridnum: string;
  readonly dialstring: (tech: Tech) => string;
  readonly dialstatus: string;
}

/** Everything that one call of a scenario pushes, but extensionstatus. */
export interface ExpectedCall {
  readonly legs: readonly ExpectedLeg[];
  /** One for each channel. */
  readonly hangups: readonly { readonly caller: Who; readonly callee: Who }[];
  /**
   * One for each row of Asterisk; `recordfile` names whose folder entry is meant, `''` for none (contract §3.6). `varying`:
   * the same call gives other rows each time it is made (measured), they are compared with Asterisk's only.
   */
  readonly rows: readonly ExpectedRow[] | 'varying';
}

/** What a hand can know of a row. */
export interface ExpectedRow {
  readonly calltype: string;
  readonly disposition: string;
  readonly recordfile?: RegExp;
}

/** The lab's extensions have names. */
const agent = (exten: string): Who => [exten, `Agent ${exten}`];
const number = (num: string): Who => [num, ''];

type Dial = (tech: Tech) => string;
const extension =
  (exten: string): Dial =>
  () =>
    exten;
const member =
  (exten: string): Dial =>
  (tech) =>
    `${tech}/${exten}`;
const outside =
  (num: string): Dial =>
  (tech) =>
    tech === 'SIP' ? `trunk/${num}` : `${num}@trunk`;

function leg(
  from: string,
  calleridnum: string,
  to: string,
  dialstatus: string,
  dialstring = extension(to),
): ExpectedLeg {
  return { from, calleridnum, to, destcalleridnum: to, dialstring, dialstatus };
}

function out(from: string, num: string, dialstatus: string): ExpectedLeg {
  return {
    from,
    calleridnum: from,
    to: 'trunk',
    destcalleridnum: num,
    dialstring: outside(num),
    dialstatus,
  };
}

const hangup = (caller: Who, callee: Who): { caller: Who; callee: Who } => ({ caller, callee });
const row = (disposition: string, calltype = '', recordfile?: RegExp): ExpectedRow => ({
  calltype,
  disposition,
  ...(recordfile === undefined ? {} : { recordfile }),
});

const recordOf = (exten: string): RegExp => new RegExp(`^${exten}-[0-9.]+\\.wav$`);
const queueRecord = (queue: string): RegExp => new RegExp(`^q${queue}-[0-9.]+\\.wav$`);

const far = '18782985586';
const customer = number('85322361');

/** 800 and 801 talked. */
const talked: ExpectedCall = {
  legs: [leg('800', '800', '801', 'hangup')],
  hangups: [hangup(agent('800'), agent('801')), hangup(agent('800'), agent('801'))],
  rows: [row('ANSWERED')],
};

/** 800 called 801 and did not get through; Asterisk writes a row for the dialling and one for the Hangup() after it. */
function failed(dialstatus: string, ...dispositions: readonly string[]): ExpectedCall {
  return { ...talked, legs: [leg('800', '800', '801', dialstatus)], rows: dispositions.map((text) => row(text)) };
}

function outbound(dialstatus: string, ...dispositions: readonly string[]): ExpectedCall {
  return {
    legs: [out('800', far, dialstatus)],
    hangups: [hangup(agent('800'), number(far)), hangup(agent('800'), number(far))],
    rows: dispositions.map((text) => row(text, 'outbound')),
  };
}

/** A caller from outside whom a member of a queue was rung for. */
function queued(queue: string, exten: string, dialstatus: string, ...dispositions: readonly string[]): ExpectedCall {
  return {
    legs: [leg('trunk', customer[0], exten, dialstatus, member(exten))],
    hangups: [hangup(customer, agent(exten)), hangup(customer, agent(exten))],
    rows: dispositions.map((text) => row(text, 'inbound', queueRecord(queue))),
  };
}

/** A caller from outside whom nobody was rung for: the callee is the number that was dialled. */
function alone(queue: string, dialled: string): ExpectedCall {
  return {
    legs: [],
    hangups: [hangup(customer, number(dialled))],
    rows: [row('ANSWERED', 'inbound', queueRecord(queue))],
  };
}

/** 800 talked to 801, who was handed to 802; the recording is of what 801 and 802 said. */
const handed: ExpectedCall = {
  legs: [leg('800', '800', '801', 'hangup'), leg('801', '801', '802', 'hangup')],
  hangups: [hangup(agent('800'), agent('801')), hangup(agent('801'), agent('802')), hangup(agent('800'), agent('801'))],
  rows: [row('ANSWERED'), row('ANSWERED', '', recordOf('802'))],
};

/** click-number rang 800, which called 801, and they talked. */
const clicked: ExpectedCall = {
  legs: [leg('', '801', '800', 'hangup'), leg('800', '800', '801', 'hangup')],
  hangups: talked.hangups,
  rows: [row('ANSWERED')],
};

/** A member of the group 690 was rung for 800. */
const group = (exten: string, dialstatus: string): ExpectedLeg => leg('800', '800', exten, dialstatus);

/** A caller from outside for whom queue 630 rang 801 by way of the dialplan. */
function throughLocal(dialstatus: string, disposition: string): ExpectedCall {
  return {
    legs: [leg('trunk', customer[0], '801', dialstatus)],
    hangups: [hangup(customer, agent('801')), hangup(customer, agent('801'))],
    rows: [row(disposition, 'inbound', queueRecord('630')), row(disposition, 'inbound')],
  };
}

/** chan_pjsip of Asterisk 16 calls a timed-out Originate FAILED, the others NO ANSWER. */
const timedOut = (setup: string): string => (setup === '16-pjsip' ? 'FAILED' : 'NO ANSWER');

/**
 * What each scenario of the lab pushes, call by call in the order in which they begin. Written by hand from what happens
 * on the phones (test/lab/scenarios), not from what the daemon said.
 */
export const expected: Readonly<Record<string, (setup: string) => readonly ExpectedCall[]>> = {
  'internal-caller-hangs-up': () => [talked],
  'internal-callee-hangs-up': () => [talked],
  hold: () => [talked],
  'hangup-by-api': () => [talked],
  'internal-busy': () => [failed('busy', 'BUSY', 'BUSY')],
  'internal-cancelled': () => [failed('cancel', 'NO ANSWER')],
  'internal-unanswered': () => [failed('noanswer', 'NO ANSWER', 'NO ANSWER')],
  'internal-unregistered': () => [{ legs: [], hangups: [hangup(agent('800'), number('801'))], rows: [row('FAILED')] }],
  'outbound-answered': () => [outbound('hangup', 'ANSWERED')],
  'outbound-404': () => [outbound('noanswer', 'NO ANSWER', 'NO ANSWER')],
  'outbound-503': () => [outbound('congestion', 'FAILED', 'FAILED')],
  'inbound-extension': () => [
    {
      legs: [leg('trunk', far, '801', 'hangup')],
      hangups: [hangup(number(far), agent('801')), hangup(number(far), agent('801'))],
      rows: [row('ANSWERED', 'inbound')],
    },
  ],
  'inbound-menu-queue': () => [queued('630', '800', 'hangup', 'ANSWERED', 'ANSWERED')],
  'inbound-queue-caller-hangs-up': () => [queued('630', '800', 'hangup', 'ANSWERED')],
  'inbound-queue-abandoned': () => [queued('630', '800', 'cancel', 'NO ANSWER')],
  'queue-autopause': () => [queued('631', '801', 'noanswer', 'NO ANSWER', 'ANSWERED')],
  'queue-no-agent': () => [alone('630', '654630')],
  'queue-refused': () => [alone('631', '654631')],
  'queue-agent': () => [],
  'wrong-password': () => [],
  'click-answered': () => [clicked],
  'click-rejected': () => [
    {
      legs: [leg('', '801', '800', 'busy')],
      hangups: [hangup(agent('800'), number('801'))],
      rows: [row('BUSY')],
    },
  ],
  'click-timeout': (setup) => [
    {
      legs: [leg('', '801', '800', 'noanswer')],
      hangups: [hangup(agent('800'), number('801'))],
      rows: [row(timedOut(setup))],
    },
  ],
  'click-unregistered': () => [],
  'transfer-by-api': () => [handed],
  'transfer-by-refer': () => [handed],
  'transfer-by-atxfer': () => [
    {
      // 800 asks 802 through a Local channel, which nobody is told of.
      legs: [leg('800', '800', '801', 'hangup'), leg('800', '800', '802', 'hangup')],
      hangups: [
        hangup(agent('800'), agent('802')),
        hangup(agent('800'), agent('802')),
        hangup(agent('800'), agent('801')),
      ],
      rows: [row('ANSWERED'), row('ANSWERED'), row('ANSWERED'), row('ANSWERED', '', recordOf('802'))],
    },
  ],
  'transfer-attended': () => [
    { ...talked, rows: [row('ANSWERED'), row('ANSWERED')] },
    {
      legs: [leg('800', '800', '802', 'hangup')],
      hangups: [hangup(agent('800'), agent('802')), hangup(agent('800'), agent('802'))],
      rows: [row('ANSWERED', '', recordOf('802'))],
    },
  ],
  'transfer-twice': () => [
    {
      legs: [
        leg('800', '800', '801', 'hangup'),
        leg('801', '801', '803', 'hangup'),
        leg('801', '801', '804', 'hangup'),
      ],
      hangups: [...talked.hangups, hangup(agent('801'), agent('803')), hangup(agent('801'), agent('804'))],
      rows: [row('ANSWERED'), row('ANSWERED'), row('ANSWERED')],
    },
  ],
  'transfer-outside': () => [
    {
      legs: [leg('800', '800', '801', 'hangup'), out('801', far, 'hangup')],
      hangups: [...talked.hangups, hangup(agent('801'), number(far))],
      rows: [row('ANSWERED'), row('ANSWERED', 'outbound')],
    },
  ],
  'transfer-queue-call': () => [
    {
      legs: [leg('trunk', customer[0], '800', 'hangup', member('800')), leg('trunk', customer[0], '801', 'hangup')],
      hangups: [hangup(customer, agent('800')), hangup(customer, agent('801')), hangup(customer, agent('801'))],
      rows: [row('ANSWERED', 'inbound', queueRecord('630')), row('ANSWERED', 'inbound', queueRecord('630'))],
    },
  ],
  'transfer-to-queue': () => [
    {
      legs: [leg('trunk', customer[0], '802', 'hangup'), leg('trunk', customer[0], '801', 'hangup', member('801'))],
      hangups: [hangup(customer, agent('802')), hangup(customer, agent('801')), hangup(customer, agent('801'))],
      rows: [row('ANSWERED', 'inbound', /^(802|q630)-/), row('ANSWERED', 'inbound', queueRecord('630'))],
    },
  ],
  'group-answered': () => [
    {
      legs: [group('801', 'cancel'), group('802', 'hangup')],
      hangups: [
        hangup(agent('800'), agent('801')),
        hangup(agent('800'), agent('802')),
        hangup(agent('800'), agent('802')),
      ],
      rows: [row('NO ANSWER'), row('ANSWERED')],
    },
  ],
  // Nobody was talked to: the caller's callee is the last that was rung.
  'group-unanswered': () => [
    {
      legs: [group('801', 'busy'), group('802', 'noanswer')],
      hangups: [
        hangup(agent('800'), agent('801')),
        hangup(agent('800'), agent('802')),
        hangup(agent('800'), agent('802')),
      ],
      rows: [row('BUSY'), row('NO ANSWER'), row('BUSY')],
    },
  ],
  forwarded: () => [
    {
      // The Local channel that carries the call on is nobody's leg.
      legs: [leg('800', '800', '801', 'cancel'), leg('800', '800', '803', 'hangup')],
      hangups: [
        hangup(agent('800'), agent('801')),
        hangup(agent('800'), agent('803')),
        hangup(agent('800'), agent('803')),
      ],
      rows: 'varying',
    },
  ],
  'do-not-disturb': (setup) => [
    setup === '16-sip' ? failed('busy', 'BUSY', 'NO ANSWER') : failed('noanswer', 'NO ANSWER', 'NO ANSWER'),
  ],
  // 802's own phone never rang: it is told as the call to *8801 that it made.
  pickup: () => [
    {
      legs: [leg('800', '800', '801', 'cancel')],
      hangups: [...talked.hangups, hangup(agent('802'), number('*8801'))],
      rows: 'varying',
    },
  ],
  parked: () => [
    {
      ...talked,
      hangups: [...talked.hangups, hangup(agent('802'), number('701'))],
      rows: [row('ANSWERED'), row('ANSWERED'), row('ANSWERED'), row('ANSWERED')],
    },
  ],
  conference: () => [
    {
      legs: [],
      hangups: ['800', '801', '802'].map((exten) => hangup(agent(exten), number('680'))),
      rows: [row('ANSWERED'), row('ANSWERED'), row('ANSWERED'), row('ANSWERED')],
    },
  ],
  'call-waiting': () => [
    talked,
    {
      legs: [leg('802', '802', '801', 'hangup'), leg('802', '802', '803', 'hangup')],
      hangups: [
        hangup(agent('802'), agent('801')),
        hangup(agent('802'), agent('803')),
        hangup(agent('802'), agent('803')),
      ],
      rows: [row('ANSWERED'), row('ANSWERED')],
    },
  ],
  'queue-ringall': () => [
    {
      legs: [
        leg('trunk', customer[0], '800', 'cancel', member('800')),
        leg('trunk', customer[0], '801', 'hangup', member('801')),
      ],
      hangups: [hangup(customer, agent('800')), hangup(customer, agent('801')), hangup(customer, agent('801'))],
      rows: [row('NO ANSWER', 'inbound', queueRecord('630')), row('ANSWERED', 'inbound', queueRecord('630'))],
    },
  ],
  'queue-rung-again': (setup) => [
    {
      legs: [
        leg('trunk', customer[0], '800', setup === '16-sip' ? 'busy' : 'noanswer', member('800')),
        leg('trunk', customer[0], '800', 'hangup', member('800')),
      ],
      hangups: [hangup(customer, agent('800')), hangup(customer, agent('800')), hangup(customer, agent('800'))],
      rows: [
        row(setup === '16-sip' ? 'BUSY' : 'NO ANSWER', 'inbound', queueRecord('630')),
        row('ANSWERED', 'inbound', queueRecord('630')),
      ],
    },
  ],
  // The phone was rung by the dialplan behind the Local channel; the queue's row has the recording, the Local's has none.
  'queue-local-answered': () => [throughLocal('hangup', 'ANSWERED')],
  'queue-local-abandoned': () => [throughLocal('cancel', 'NO ANSWER')],
  'click-outside-404': () => [
    {
      legs: [leg('', `9${far}`, '800', 'hangup'), out('800', far, 'noanswer')],
      hangups: [hangup(agent('800'), number(far)), hangup(agent('800'), number(far))],
      rows: [row('NO ANSWER', 'outbound'), row('ANSWERED', 'outbound')],
    },
  ],
  'click-queue': () => [
    {
      legs: [leg('', '630', '800', 'hangup'), leg('800', '800', '801', 'hangup', member('801'))],
      hangups: talked.hangups,
      rows: [row('ANSWERED', '', queueRecord('630'))],
    },
  ],
  'click-while-talking': () => [
    talked,
    {
      legs: [leg('', '803', '800', 'hangup'), leg('800', '800', '803', 'hangup')],
      hangups: [hangup(agent('800'), agent('803')), hangup(agent('800'), agent('803'))],
      rows: [row('ANSWERED')],
    },
  ],
  'click-hung-up': () => [
    {
      legs: [leg('', '801', '800', 'noanswer')],
      hangups: [hangup(agent('800'), number('801'))],
      rows: [row('NO ANSWER')],
    },
  ],
  'menu-only': () => [{ legs: [], hangups: [hangup(customer, number('123456'))], rows: [row('ANSWERED', 'inbound')] }],
  // Neither channel driver takes the backslashes off a quoted name of SIP, and chan_pjsip puts more in.
  'caller-name': (setup) => {
    const caller: Who = [far, callerName.replaceAll('"', setup === '16-sip' ? '\\"' : '\\\\\\"')];
    return [
      {
        legs: [leg('trunk', far, '801', 'hangup')],
        hangups: [hangup(caller, agent('801')), hangup(caller, agent('801'))],
        rows: [row('ANSWERED', 'inbound')],
      },
    ];
  },
  'caller-unknown': () =>
    [number(''), customer].map((caller) => ({
      legs: [leg('trunk', caller[0], '801', 'cancel')],
      hangups: [hangup(caller, agent('801')), hangup(caller, agent('801'))],
      rows: [row('NO ANSWER', 'inbound')],
    })),
  systemname: () => [clicked],
  // Of the listening phone nothing but its row is told: it is no party to a call.
  spy: () => [talked, { legs: [], hangups: [], rows: [row('ANSWERED')] }],
};
