import t from 'tap';
import type { Test } from 'tap';
import type { Call } from '../lab/call.ts';
import { hiddenDid } from '../lab/dialplan.ts';
import type { Phone } from '../lab/phone.ts';
import type { Push } from '../lab/receiver.ts';
import { withLab, type Lab } from '../lab/scenario.ts';
import { callQueue, talk } from '../lab/scenarios/talk.ts';
import type { Setup } from '../lab/setup.ts';
import { eventually } from '../lab/within.ts';
import { errorsIn } from '../oracle/errors.ts';
import { people, usersSection } from '../web/people.ts';
import { UsersBox } from './users-box.ts';

type Json = Push['json'];
type Form = Readonly<Record<string, string>>;

/** A request, and what came of it. */
interface Answer {
  readonly status: number;
  readonly message: string;
  readonly data: Json;
}

/** Who asks; `key`: a client with the token of the day. */
type Who = 'key' | 'anna' | 'wang' | 'boss';

/** A box at which callers are lost, and its people. */
class MissedBox {
  readonly lab: Lab;
  /** Of 800, who is in queue 630. */
  readonly agent: Phone;
  readonly #users: UsersBox;
  readonly #tokens = new Map<Who, string>();

  constructor(lab: Lab, agent: Phone) {
    this.lab = lab;
    this.agent = agent;
    this.#users = new UsersBox(lab);
  }

  async ask(who: Who, method: string, path: string, form?: Form): Promise<Answer> {
    if (who === 'key') {
      const { status, text } = await this.lab.daemon.api(method, path, form);
      return { ...(JSON.parse(text) as Answer), status };
    }
    // Sessions end with the daemon.
    const token = this.#tokens.get(who) ?? (await this.#users.token(who, people[who].password));
    this.#tokens.set(who, token);
    const { status, json } = await this.#users.ask(token, method, path, form);
    return { ...(json as Answer), status };
  }

  act(who: Who, what: 'claim' | 'close' | 'reopen', form: Form): Promise<Answer> {
    return this.ask(who, 'POST', `missed-calls/${what}`, form);
  }

  async rows(who: Who = 'key', query = ''): Promise<readonly Json[]> {
    const { data } = await this.ask(who, 'GET', `missed-calls${query}`);
    return data['missedCalls'] as readonly Json[];
  }

  /** The pushes of an event about a number, each once. */
  told(event: string, number: string): Json[] {
    const all = this.lab.receiver.pushes.filter(({ json }) => json['event'] === event && json['number'] === number);
    return [...new Map(all.map(({ headers, json }) => [headers['webhook-id'] ?? '', json])).values()];
  }

  /** A caller gives up while the agent's phone rings; the missed call as it is told. */
  async lose(from: string, name = ''): Promise<Json> {
    const before = this.told('missedcall', from).length;
    const call = await this.#callIn(from, name);
    const ringing = await this.agent.incoming();
    // It is heard to ring.
    await talk();
    await call.hangUp();
    await ringing.ended();
    return await eventually(`${from} is lost`, () => this.told('missedcall', from)[before]);
  }

  /** A caller is answered by the agent. */
  async serve(from: string): Promise<void> {
    const call = await this.#callIn(from);
    const ringing = await this.agent.incoming();
    await ringing.answer();
    await talk();
    await call.hangUp();
    await ringing.ended();
  }

  /** The agent calls a number by a click, and answers the own phone. */
  async click(number: string): Promise<Call> {
    await this.lab.operator.clickNumber('800', number);
    const own = await this.agent.incoming();
    await own.answer();
    return own;
  }

  async closed(number: string): Promise<Json> {
    return await eventually(`${number} is closed`, () => this.told('missedcall_closed', number).at(-1));
  }

  /** Ends the daemon in the way given, and starts it again. */
  async again(end: 'kill' | 'stop', between: () => Promise<void> = () => Promise.resolve()): Promise<void> {
    const { daemon } = this.lab;
    await daemon[end]();
    this.#tokens.clear();
    await between();
    await daemon.launch();
    await daemon.ready();
  }

  async #callIn(from: string, name = ''): Promise<Call> {
    const call = await this.lab.provider.callIn(from, `654630`, name);
    await call.answered();
    return call;
  }
}

/** Lost twice, claimed, called back in vain, and reached; whatever becomes of the daemon. */
async function calledBack(t: Test, box: MissedBox): Promise<void> {
  const { lab } = box;
  const customer = '18782985586';
  const first = await box.lose(customer, 'Wu <b>Ling</b>');
  t.match(first, { state: 'open', calls: 1, queueCode: '630', missCause: 'MEMBER_CANCEL', name: 'Wu <b>Ling</b>' });
  const second = await box.lose(customer);
  t.match(second, { id: first['id'], calls: 2, firstTime: first['firstTime'], name: 'Wu <b>Ling</b>' }, 'one row');
  t.not(second['uuid'], first['uuid']);
  const id = String(first['id']);
  t.match(await box.rows(), [
    { id, uuid: second['uuid'], number: customer, state: 'open', agentCode: '800', tries: 0 },
  ]);
  t.same(await box.rows('key', '?queue=631'), []);
  t.same(await box.rows('wang'), [], 'who is not in the queue sees nothing of it');
  t.match(await box.rows('anna'), [{ id }]);
  t.match(await box.act('wang', 'claim', { id }), { status: 404, message: 'no such missed call' });
  t.match(await box.act('anna', 'claim', { id, extension: '801' }), { status: 403 });
  t.match(await box.act('key', 'claim', { id }), { status: 400, message: 'missing parameter: extension' });

  const claims = await Promise.all([
    box.act('anna', 'claim', { id }),
    box.act('key', 'claim', { id, extension: '801' }),
    box.act('boss', 'claim', { id }),
  ]);
  t.same(claims.map(({ status }) => status).sort(), [200, 409, 409], 'one wins');
  const winner = claims.find(({ status }) => status === 200)?.data;
  t.equal((await box.act('boss', 'reopen', { id })).status, 200, 'a supervisor lets go of anybody’s');
  t.match(winner, { id, state: 'claimed' });
  t.equal((await box.act('anna', 'claim', { id })).status, 200);
  const kept = [{ id, state: 'claimed', claimedBy: '800', claimedByName: 'anna', calls: 2 }];
  await box.again('kill');
  t.match(await box.rows(), kept, 'after kill -9');
  await box.again('stop');
  t.match(await box.rows(), kept, 'after a restart');
  t.match(await box.act('key', 'close', { id, extension: '804' }), { status: 200 }, 'the token of the day is above');
  t.match(await box.act('anna', 'reopen', { id }), {
    status: 200,
    data: { state: 'open', claimedBy: '', outcome: '' },
  });
  await eventually('it is told as new', () => box.told('missedcall', customer).length > 2);
  await box.act('anna', 'claim', { id });

  lab.provider.behaviour = 486;
  const vain = await box.click(`9${customer}`);
  await eventually('a try', async () => (await box.rows())[0]?.['tries'] === 1);
  await vain.hangUp();
  lab.provider.behaviour = 'answer';
  // Written otherwise: the same click twice within a second is one.
  const own = await box.click(`90${customer}`);
  const far = await lab.provider.incoming();
  await eventually('it is closed', () => box.told('missedcall_closed', customer).length > 1);
  t.match(box.told('missedcall_closed', customer), [
    { id, closedHow: 'closed', closedBy: '804' },
    { id, closedHow: 'reached', closedBy: '800', claimedByName: 'anna', tries: 1, calls: 2 },
  ]);
  t.same(await box.rows(), []);
  t.match(await box.rows('boss', '?state=closed'), [{ id, state: 'closed' }]);
  await own.hangUp();
  await far.ended();
}

/** Whoever calls again and is answered, in whatever notation; whoever hides the number. */
async function answered(t: Test, box: MissedBox): Promise<void> {
  const { lab } = box;
  await box.lose('85322361');
  await box.serve('85322361');
  t.match(await box.closed('85322361'), { closedHow: 'answered', closedBy: '800', tries: 0 });

  const { id } = await box.lose('+8613800138000');
  t.match(await box.lose('013800138000'), { id, number: '013800138000', calls: 2 }, 'the same in another notation');
  const own = await box.click('013800138000');
  const far = await lab.provider.incoming();
  t.match(await box.closed('013800138000'), { id, closedHow: 'reached', closedBy: '800' });
  await own.hangUp();
  await far.ended();

  const records = (): number => lab.receiver.pushes.filter(({ json }) => json['event'] === 'cc_cdr').length;
  const before = records();
  const hidden = await callQueue(lab, '630', '85322369', hiddenDid);
  const ringing = await box.agent.incoming();
  await hidden.hangUp();
  await ringing.ended();
  await eventually('the record of who hides', () => records() > before);
  // The record is stored after what follows from it.
  t.same(await box.rows(), [], 'who cannot be called back is in no row');
}

/** Closed by a person, with what came of it; what is refused. */
async function closed(t: Test, box: MissedBox): Promise<void> {
  const number = '02087654321';
  const id = String((await box.lose(number))['id']);
  for (const [what, form] of [
    ['claim', {}],
    ['claim', { id: 'a b' }],
    ['close', { id, outcome: 'won' }],
    ['close', { id, note: 'x'.repeat(501) }],
    ['close', { id, note: 'bell\x07' }],
    ['reopen', { id: '' }],
  ] as const) {
    t.equal((await box.act('boss', what, form)).status, 400, `${what} ${JSON.stringify(form).slice(0, 40)}`);
  }
  for (const query of ['?state=lost', '?limit=0', '?limit=1001', '?queue=a%00b'])
    t.equal((await box.ask('boss', 'GET', `missed-calls${query}`)).status, 400, query);
  t.match(await box.act('boss', 'close', { id: '1.1' }), { status: 404, message: 'no such missed call' });
  t.match(await box.act('boss', 'reopen', { id }), { status: 409, message: 'the missed call is open' });
  t.equal((await box.act('boss', 'claim', { id })).status, 200);
  const taken = { status: 409, message: 'the missed call is claimed by boss, 804' };
  t.match(await box.act('anna', 'close', { id }), taken);
  const note = 'wants "12" of them\n再打一次 <b>';
  t.match(await box.act('boss', 'close', { id, outcome: 'sold', note }), { status: 200, data: { outcome: 'sold' } });
  t.match(await box.closed(number), { id, closedHow: 'closed', closedByName: 'boss', outcome: 'sold', note });
  t.match(await box.act('boss', 'close', { id }), { status: 409, message: 'the missed call is closed' });
  const again = await box.lose(number);
  t.not(again['id'], id, 'lost anew');
  const newer = `the number was lost again: see the missed call ${String(again['id'])}`;
  t.match(await box.act('boss', 'reopen', { id }), { status: 409, message: newer });
  t.equal((await box.act('anna', 'close', { id: String(again['id']) })).status, 200);
}

/** What happens while the daemon is dead is found in Asterisk's logs. */
async function unseen(t: Test, box: MissedBox): Promise<void> {
  const { lab, agent } = box;
  const [lost, served] = ['075512345678', '075587654321'];
  await box.lose(served);
  await box.again('kill', async () => {
    const call = await callQueue(lab, '630', lost);
    const ringing = await agent.incoming();
    await call.hangUp();
    await ringing.ended();
    await box.serve(served);
  });
  t.match(await eventually('who was lost', () => box.told('missedcall', lost)[0]), { state: 'open', queueCode: '630' });
  t.match(await box.closed(served), { closedHow: 'answered' });
  t.match(await box.rows(), [{ number: lost, calls: 1 }]);
}

/** Missed calls as work, on real Asterisk. */
export function runMissed(setup: Setup): void {
  void t.test(setup, async (t) => {
    const { users } = await usersSection();
    await withLab(
      t,
      setup,
      async (lab) => {
        const agent = await lab.phone('800');
        await lab.operator.login('800', '630');
        const box = new MissedBox(lab, agent);
        for (const [name, part] of Object.entries({ calledBack, answered, closed, unseen })) {
          await t.test(name, (t) => part(t, box));
        }
        t.same(errorsIn(lab.daemon.output), [], 'and no error in the log');
      },
      {
        api: (asterisk) => ({
          ...(users === undefined ? {} : { users }),
          push: { events: 'all, missedcall, missedcall_closed' },
          asterisk: { cdr_file: asterisk.rowsFile, queue_log: asterisk.queueLog },
          dialplan: { outside: '9' },
          dispositions: { sold: 'Sold', no: 'Nothing' },
        }),
      },
    );
  });
}
