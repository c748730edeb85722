import { Refusal } from '../system/refusal.ts';
import { ringSeconds } from './click-number.ts';
import type { ControlDeps } from './deps.ts';
import { devicesOf } from './extension.ts';
import type { Originations } from './originations.ts';
import { phonesOf } from './phones.ts';
import { ringAll } from './ring.ts';

/** What became of one extension that was asked into a conference: `Success`, or why it does not ring. */
export interface Joining {
  readonly exten: string;
  readonly status: string;
}

type JoinDeps = ControlDeps & { readonly originations: Originations };

/**
 * Contract §5.2, join-conf: rings all phones of each extension; the first of each that is picked up is in the conference,
 * which begins with whoever is first. Rejects, with the first reason, if none of them can be rung.
 */
export async function joinConference(
  deps: JoinDeps,
  name: string,
  extensions: readonly [string, ...string[]],
): Promise<Joining[]> {
  const causes: unknown[] = [];
  const joinings = await Promise.all(
    extensions.map(async (exten): Promise<Joining> => {
      try {
        await ringInto(deps, name, exten);
        return { exten, status: 'Success' };
      } catch (cause) {
        if (!(cause instanceof Refusal)) throw cause;
        causes.push(cause);
        return { exten, status: cause.message };
      }
    }),
  );
  if (causes.length === extensions.length) throw causes[0];
  return joinings;
}

async function ringInto(deps: JoinDeps, name: string, exten: string): Promise<void> {
  const phones = await phonesOf(deps, devicesOf(deps.picture, exten));
  const now = Date.now();
  const rings = phones.map(({ dial }) => ({
    channelId: deps.originations.nextChannelId(now),
    dial,
    goal: { Application: 'ConfBridge', Data: name },
  }));
  await ringAll(deps, rings, { seconds: ringSeconds, variables: [`CONNECTEDLINE(num,i)=${name}`] });
}
