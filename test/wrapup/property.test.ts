import fc from 'fast-check';
import t from 'tap';
import type { CallerPath, Leg } from '../../src/picture/model.ts';
import { callerPathOf, legOf, World } from './world.ts';

const queues = ['630', '631', '632'] as const;
const agents = ['800', '801'] as const;
const max = 30;

const queue = fc.constantFrom(...queues);
const agent = fc.constantFrom(...agents);

/** What can happen. People's pauses have any reason but ours, which is kept for after-call work. */
const event = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('call' as const), agent, isOver: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('late' as const) }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('pause' as const),
      agent,
      queue,
      paused: fc.boolean(),
      reason: fc.constantFrom('', 'lunch', 'agent-pause'),
    }),
  },
  // As programs do that change the reason of a pause.
  { weight: 1, arbitrary: fc.record({ do: fc.constant('again' as const), agent }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('login' as const, 'logout' as const), agent, queue }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constantFrom('carryOut' as const, 'read' as const) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('flush' as const) }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('pass' as const), tenths: fc.nat(400) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('cut' as const), carriedOut: fc.nat(3) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('connect' as const, 'restartAsterisk' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('restartDaemon' as const, 'reload' as const) }) },
);
type Event = typeof event extends fc.Arbitrary<infer T> ? T : never;

/** The world, and beside it what people want and when after-call work began. */
class Witness {
  readonly world = new World(...queues.flatMap((name) => agents.map((exten) => [name, `PJSIP/${exten}`] as const)));
  /** Places where a person has paused, and not unpaused. */
  readonly wanted = new Set<string>();
  /** When after-call work last began in a place: ms epoch. */
  readonly began = new Map<string, number>();
  readonly over = new Map<CallerPath, number>();
  readonly talking: Leg[] = [];
  /** Asterisk did something of ours over something of a person's that we had not read yet. */
  private isCrossing = false;
  /** Where a person did something that may not have been read yet. */
  private readonly touched = new Set<string>();

  constructor() {
    this.world.onAsked = (pause) => {
      if (pause.paused && pause.reason === 'wrap-up') {
        this.began.set(`${pause.queue} ${pause.interface}`, this.world.now);
      }
    };
    this.world.onCarriedOut = (pause) => {
      const key = `${pause.queue} ${pause.interface}`;
      const isWorks = pause.paused && pause.reason === 'wrap-up';
      if (this.wanted.has(key) === (isWorks || !pause.paused)) this.isCrossing = true;
    };
  }

  run(step: Event): void {
    const { world } = this;
    switch (step.do) {
      case 'call': {
        const leg = legOf(step.agent);
        if (world.isConnected && step.isOver) world.legEnds(leg);
        else this.talking.push(leg);
        if (world.isConnected) this.end(leg);
        break;
      }
      case 'late': {
        const leg = world.isConnected ? this.talking.shift() : undefined;
        if (leg !== undefined) world.legEnds(leg);
        break;
      }
      case 'pause': {
        const device = `PJSIP/${step.agent}`;
        // Twice within the milliseconds in which something of ours is under way to the same place, which cannot be told
        // from ours: only in `again`.
        if (this.touched.has(`${step.queue} ${device}`)) world.flush();
        if (world.isIdle) this.touched.clear();
        this.pause(step.queue, device, step.paused, step.reason);
        break;
      }
      case 'again': {
        world.flush();
        for (const name of queues) this.pause(name, `PJSIP/${step.agent}`, false, '');
        for (const name of queues) this.pause(name, `PJSIP/${step.agent}`, true, 'lunch');
        world.flush();
        break;
      }
      case 'login':
        world.login(step.queue, `PJSIP/${step.agent}`);
        break;
      case 'logout':
        world.logout(step.queue, `PJSIP/${step.agent}`);
        this.wanted.delete(`${step.queue} PJSIP/${step.agent}`);
        break;
      case 'carryOut':
        world.carryOut();
        break;
      case 'read':
        world.read();
        break;
      case 'flush':
        world.flush();
        break;
      case 'pass':
        world.pass(step.tenths / 10);
        break;
      case 'cut':
        this.crossed();
        if (world.isConnected) world.cut(world.events.length === 0 ? step.carriedOut : 0);
        break;
      case 'connect':
        if (!world.isConnected) world.connect();
        break;
      case 'restartAsterisk':
        this.crossed();
        if (world.isConnected) world.restartAsterisk();
        for (const key of this.began.keys()) this.began.set(key, world.now);
        break;
      case 'restartDaemon':
        this.crossed();
        world.restartDaemon();
        // Nobody holds them any more.
        this.over.clear();
        this.talking.length = 0;
        break;
      case 'reload':
        if (world.isConnected) world.connect();
        break;
    }
  }

  /**
   * What a person and we do in the same few milliseconds is put right by what we read and ask next. A connection that
   * breaks in between leaves nothing by which it could be known afterwards: it breaks a little later.
   */
  private crossed(): void {
    const isGivingBack = this.world.actions.some((pause) => pause.paused && pause.reason !== 'wrap-up');
    if (isGivingBack || this.isCrossing) this.world.flush();
  }

  /** A person pauses or unpauses. */
  private pause(name: string, device: string, paused: boolean, reason: string): void {
    if (!this.world.pause(name, device, paused, reason)) return;
    const key = `${name} ${device}`;
    this.touched.add(key);
    if (paused) this.wanted.add(key);
    else this.wanted.delete(key);
  }

  /** The caller's side of a call is over. */
  private end(leg: Leg): void {
    const callerPath = callerPathOf(leg);
    this.over.set(callerPath, this.world.now);
    this.world.callOver(callerPath);
  }

  /** What must hold whenever nothing is under way. */
  check(): void {
    const { world } = this;
    this.isCrossing = false;
    const settled = world.settled.map(({ callerPath }) => callerPath);
    if (new Set(settled).size !== settled.length) throw new Error('a call was settled twice');
    for (const [callerPath, at] of this.over) {
      const told = world.settled.find((one) => one.callerPath === callerPath);
      if (told === undefined && world.now > at + (max + 5) * 1000) throw new Error('a call was never settled');
      if (told === undefined) continue;
      if (told.at > at + (max + 5) * 1000) throw new Error('a call was settled too late');
      if (told.pauseTime < 0 || told.pauseTime > max) throw new Error(`a pauseTime of ${told.pauseTime} s`);
    }
    for (const [name, members] of world.queues) {
      for (const [device, member] of members) {
        const key = `${name} ${device}`;
        const isOurs = member.paused && member.pausedReason === 'wrap-up';
        if (this.wanted.has(key) && (!member.paused || isOurs)) throw new Error(`${key}: a person's pause was undone`);
        if (!this.wanted.has(key) && member.paused && !isOurs) throw new Error(`${key}: paused, and nobody wants it`);
        if (!isOurs || !world.isConnected) continue;
        const began = this.began.get(key) ?? 0;
        if (world.now - began > max * 1000) throw new Error(`${key}: in after-call work since ${world.now - began} ms`);
      }
    }
  }
}

const property = fc.property(fc.array(event, { maxLength: 60, size: 'max' }), (steps) => {
  const witness = new Witness();
  for (const step of steps) {
    witness.run(step);
    const { world } = witness;
    if (world.isIdle) witness.check();
  }
  const { world } = witness;
  if (!world.isConnected) world.connect();
  world.flush();
  witness.check();
  world.pass(max + 5);
  witness.check();
  if (world.wrapups.due !== Infinity) throw new Error('something is left to do for ever');
  for (const callerPath of witness.over.keys()) {
    if (!world.settled.some((one) => one.callerPath === callerPath)) throw new Error('a call was never settled');
  }
});

void t.test('whatever happens: a person’s pause stays, ours ends, each call is settled once and in time', (t) => {
  fc.assert(property, { numRuns: Number(process.env['RUNS'] ?? 2_000) });
  t.pass('contract §1.2, §3.7');
  t.end();
});
