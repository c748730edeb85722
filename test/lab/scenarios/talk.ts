import { setTimeout as sleep } from 'node:timers/promises';
import type { Call } from '../call.ts';
import { did } from '../dialplan.ts';
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
