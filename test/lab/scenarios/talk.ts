import { setTimeout as sleep } from 'node:timers/promises';
import type { Fields } from '../ami.ts';
import type { Call } from '../call.ts';
import { did, directDid } from '../dialplan.ts';
import type { Phone } from '../phone.ts';
import type { Stage } from '../stage.ts';

/** A short conversation. */
export async function talk(): Promise<void> {
  await sleep(600);
}

/** The two ends of a call. */
export interface Ends {
  /** The end that called, and the one that was called. */
  readonly call: Call;
  readonly answer: Call;
}

/** 800 calls 801, who answers. */
export async function connected(lab: Stage): Promise<Ends & { readonly caller: Phone }> {
  const caller = await lab.phone('800');
  const callee = await lab.phone('801');
  const call = await caller.call('801');
  const answer = await callee.incoming();
  await answer.answer();
  await call.answered();
  return { caller, call, answer };
}

/** As `connected`; they have talked for a moment. */
export async function conversation(lab: Stage): Promise<Ends & { readonly caller: Phone }> {
  const ends = await connected(lab);
  await talk();
  return ends;
}

/** A caller from outside chose queue 630 in the menu, and the phone of its agent 800 rings. */
export async function throughMenu(lab: Stage): Promise<Ends> {
  const agent = await lab.phone('800');
  await lab.operator.login('800', '630');
  const call = await lab.provider.callIn('85322361', did);
  await call.answered();
  await call.press('0');
  return { call, answer: await agent.incoming() };
}

/** A number outside that calls in. */
export const customer = '85322361';

/** The customer dials a queue's own number: the dialplan has answered and the queue plays its music, or refuses. */
export async function callQueue(lab: Stage, queue: string, from = customer, before = directDid): Promise<Call> {
  const call = await lab.provider.callIn(from, `${before}${queue}`);
  await call.answered();
  return call;
}

/** 800, logged in to a queue (630), has taken the customer's call, and they have talked for a moment. */
export async function served(lab: Stage, queue = '630', before = directDid): Promise<Ends & { readonly agent: Phone }> {
  const agent = await lab.phone('800');
  await lab.operator.login('800', queue);
  const call = await callQueue(lab, queue, customer, before);
  const answer = await agent.incoming();
  await taken(lab, answer);
  await talk();
  return { agent, call, answer };
}

/** The phone `801` that a call rings answers; resolves when Asterisk has joined it and another one. */
export async function answers(lab: Stage, phone: string, ringing: Call): Promise<void> {
  const from = lab.ami.events.length;
  await ringing.answer();
  await joined(lab, phone, from);
}

/** Options with which a queue rings a phone for long: something happens meanwhile, late on a busy machine. */
export const ringsLong = (queue: string) => ({ extra: { 'queues.conf': `[${queue}](+)\ntimeout = 30` } }) as const;

/** The phone that a queue rings answers; resolves when the queue has joined the two. */
export async function taken(lab: Stage, ringing: Call): Promise<void> {
  const from = lab.ami.events.length;
  await ringing.answer();
  await bridged(lab, from);
}

/**
 * Resolves when Asterisk has joined the channel of a phone (`801`, `trunk`) and another one, told after event number
 * `from`: on a busy machine whoever hangs up, or is handed on, earlier than that overtakes the answer.
 */
export async function joined(lab: Stage, phone: string, from: number): Promise<void> {
  const { BridgeUniqueid } = await lab.ami.event('BridgeEnter', ({ Channel = '' }) => Channel.includes(`/${phone}-`), {
    from,
  });
  const isSecond = (entered: Fields): boolean =>
    entered['BridgeUniqueid'] === BridgeUniqueid && Number(entered['BridgeNumChannels']) > 1;
  await lab.ami.event('BridgeEnter', isSecond, { from });
}

/**
 * Resolves when the queue has joined its customer and its member, told after event number `from`: a key that is pressed
 * earlier does nothing.
 */
export async function bridged(lab: Stage, from: number): Promise<void> {
  const connected = await lab.ami.event('AgentConnect', () => true, { from });
  for (const id of [connected['Uniqueid'], connected['DestUniqueid']]) {
    await lab.ami.event('BridgeEnter', (entered) => entered['Uniqueid'] === id, { from });
  }
}

/** As FreePBX has it: an extension is a member of queue 630 by way of the dialplan, and its hint tells its state. */
export async function localMember(
  lab: Stage,
  extension: string,
  stateInterface = `hint:${extension}@${lab.places.hints}`,
  context = lab.places.members,
): Promise<void> {
  await lab.ami.action('QueueAdd', {
    Queue: '630',
    Interface: `Local/${extension}@${context}/n`,
    MemberName: `Agent ${extension}`,
    StateInterface: stateInterface,
  });
}

/**
 * As `served`; 800 held the customer, dialled `asked` (801, or a queue that 801 serves), and connected the two (REFER with
 * Replaces), who have talked.
 */
export async function handedOver(
  lab: Stage,
  asked = '801',
): Promise<Ends & { readonly consultation: Call; /** 801's end. */ readonly next: Call }> {
  const third = await lab.phone('801');
  const { agent, call, answer } = await served(lab);
  await answer.hold();
  const consultation = await agent.call(asked);
  const next = await third.incoming();
  await next.answer();
  await consultation.answered();
  await talk();
  await answer.referTo(consultation);
  await lab.ami.event('AttendedTransfer');
  await talk();
  return { call, answer, consultation, next };
}

/** As `served`, and 800 has hung up: the survey is asking the customer. */
export async function surveyed(lab: Stage): Promise<Call> {
  const { call, answer } = await served(lab);
  await answer.hangUp();
  await step(lab, lab.places.survey, 'Read');
  return call;
}

/** The customer dials the menu, which is playing. */
export async function inMenu(lab: Stage): Promise<Call> {
  const call = await lab.provider.callIn(customer, did);
  await call.answered();
  await step(lab, 'ivr-610', 'BackGround');
  return call;
}

/** 800's phone rings; 800 answers, they talk, and the customer hangs up. */
export async function serveAndHangUp(agent: Phone, call: Call): Promise<void> {
  const answer = await agent.incoming();
  await answer.answer();
  await talk();
  await call.hangUp();
  await answer.ended();
}

/** Resolves when the dialplan runs an application in a context, for the `times`-th time. */
export async function step(lab: Stage, context: string, application: string, times = 1): Promise<void> {
  let from = 0;
  for (let time = 0; time < times; time++) {
    const event = await lab.ami.event(
      'Newexten',
      ({ Context, Application }) => Context === context && Application === application,
      { from },
    );
    from = lab.ami.events.indexOf(event) + 1;
  }
}
