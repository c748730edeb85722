import { setTimeout as sleep } from 'node:timers/promises';
import type { Call } from './call.ts';
import { did } from './dialplan.ts';
import type { Phone } from './phone.ts';
import { eventually } from './within.ts';

/** A call of the demo: what happens, in words, and the doing. */
export interface DemoCall {
  readonly title: string;
  /** How many customers reach a queue in it, each of whom is a record of the call centre. */
  readonly customers: number;
  readonly run: () => Promise<void>;
}

/** What the calls are made with. */
export interface DemoStage {
  readonly provider: {
    callIn(from: string, did: string, name: string): Promise<Call>;
  };
  readonly phone: (user: string) => Phone;
  /** Asks the daemon to connect two phones. */
  readonly click: (src: string, dst: string) => Promise<void>;
}

/** The queue that a key of the menu leads to, and who serves it. */
export const desks = [
  { key: '0', queue: '630', agents: ['802', '805'] },
  { key: '1', queue: '631', agents: ['803'] },
] as const;
const [sales, support] = desks;

/** Who calls in: some hang up when nobody has answered for so many seconds. */
const customers = [
  { number: '18782985586', name: 'Li Na', patience: 60, desk: sales },
  { number: '02079460018', name: 'J. Fisher', patience: 60, desk: support },
  { number: '13800138000', name: 'Zhang Wei', patience: 8, desk: sales },
  { number: '085322361', name: 'A. Meier', patience: 60, desk: sales },
  { number: '02079460123', name: 'P. Rossi', patience: 12, desk: support },
  { number: '13912345678', name: 'Wang Fang', patience: 60, desk: sales },
  { number: '15900001111', name: 'Chen Jie', patience: 14, desk: sales },
  { number: '02079460777', name: 'M. Novak', patience: 60, desk: support },
  { number: '18601020304', name: 'Liu Yang', patience: 60, desk: sales },
] as const;
type Customer = (typeof customers)[number];

/** Milliseconds of the caller's half of a conversation. */
const talkTime = 1_500;

/** What happens in a small call centre. */
export class DemoCalls {
  readonly #stage: DemoStage;

  constructor(stage: DemoStage) {
    this.#stage = stage;
  }

  /** What colleagues do, one after the other. */
  get ofStaff(): readonly DemoCall[] {
    return [
      { title: '800 calls 801', customers: 0, run: () => this.#dial('800', '801') },
      { title: '800 calls out, to 02087654321', customers: 0, run: () => this.#dial('800', '902087654321') },
      {
        title: 'click-to-dial: the API is asked to connect 804 with 801',
        customers: 0,
        run: () => this.#click('804', '801'),
      },
    ];
  }

  /** One of each kind, to be run one after the other. */
  get round(): readonly DemoCall[] {
    const [first] = customers;
    return [
      ...this.ofStaff,
      {
        title: `${first.number} calls in, presses 0 in the menu, and queue ${sales.queue} calls an agent`,
        customers: 1,
        run: () => this.#served(first),
      },
      {
        title: `three customers want queue ${sales.queue} at once: two are served, and one gives up`,
        customers: 3,
        run: () => this.#rush(),
      },
    ];
  }

  /** The call of the customer whose turn it is; `turn` from 0. */
  ofCustomer(turn: number): DemoCall {
    const customer = customers[turn % customers.length] ?? customers[0];
    const { number, name, desk } = customer;
    return {
      title: `${number} (${name}) calls in, and presses ${desk.key} for queue ${desk.queue}`,
      customers: 1,
      run: () => this.#comes(customer),
    };
  }

  async #dial(from: string, number: string): Promise<void> {
    const call = await this.#stage.phone(from).call(number);
    await call.answered();
    await sleep(talkTime);
    await call.hangUp();
  }

  async #click(src: string, dst: string): Promise<void> {
    await this.#stage.click(src, dst);
    const first = await eventually(`${src} answers`, () => this.#talking([src])[0]);
    const second = await eventually(`${dst} answers`, () => this.#talking([dst])[0]);
    await Promise.all([first.ended(), second.ended()]);
  }

  /** The customer waits in the queue when this resolves. */
  async #enters({ number, name, desk }: Customer): Promise<Call> {
    const call = await this.#stage.provider.callIn(number, did, name);
    await call.answered();
    await call.press(desk.key);
    return call;
  }

  async #served(customer: Customer): Promise<void> {
    const call = await this.#enters(customer);
    const answer = await eventually('an agent answers', () => this.#with(customer));
    await sleep(talkTime);
    await call.hangUp();
    await answer.ended();
  }

  async #rush(): Promise<void> {
    const three = customers.filter(({ desk }) => desk === sales).slice(1, 4);
    const calls: Call[] = [];
    for (const customer of three) calls.push(await this.#enters(customer));
    const served = await eventually('two are served', () => {
      const found = three.map((customer) => this.#with(customer));
      return found.filter((answer) => answer !== undefined).length === 2 ? found : undefined;
    });
    await sleep(talkTime);
    const waiting = served.findIndex((answer) => answer === undefined);
    await calls[waiting]?.hangUp();
    for (const [index, call] of calls.entries()) if (index !== waiting) await call.hangUp();
    for (const answer of served) await answer?.ended();
  }

  /** Waits for an agent as long as the customer likes, and for the agent to end it. */
  async #comes(customer: Customer): Promise<void> {
    const call = await this.#enters(customer);
    const until = Date.now() + customer.patience * 1_000;
    const answer = await eventually('an agent, or the end of patience', () => {
      return call.state === 'ended' || Date.now() > until || this.#with(customer);
    });
    if (answer === true && call.state !== 'ended') await call.hangUp();
    await call.ended();
  }

  /** The agent's end of the call of a customer who is being served. */
  #with({ number, desk }: Customer): Call | undefined {
    return this.#talking(desk.agents).find(({ remoteNumber }) => remoteNumber === number);
  }

  /** Calls of these phones in which they talk, the latest first. */
  #talking(users: readonly string[]): Call[] {
    return users.flatMap((user) => this.#stage.phone(user).calls.filter(({ state }) => state === 'up')).reverse();
  }
}
