import type { Call, Channel } from './model.ts';

/** Newest ended channels of a call that are kept in any case: events and rows about them may still come. */
const newestKept = 200;

/**
 * Forgets ended channels that no record needs any more, the oldest of each call first. A queue that tries busy members
 * every few seconds makes hundreds of thousands of them in one hour. `callOf`: the calls by Uniqueid.
 */
export function forgetSpentChannels(calls: ReadonlyMap<string, Call>, callOf: Map<string, Call>): void {
  for (const call of calls.values()) {
    if (call.channels.size <= newestKept) continue;
    const spent = spentChannelsOf(call);
    for (const { uniqueid } of spent.slice(0, Math.max(0, spent.length - newestKept))) {
      call.channels.delete(uniqueid);
      if (callOf.get(uniqueid) === call) callOf.delete(uniqueid);
    }
  }
}

/** The ended channels of a call that nobody talked on, that are neither its first nor the caller's, and not recorded. */
function spentChannelsOf(call: Call): Channel[] {
  const recorded = new Set(call.recordings.flatMap(({ on, parties }) => [on.uniqueid, ...parties]));
  const [, ...others] = call.channels.values();
  return others.filter(
    (channel) =>
      channel.endedAt !== undefined &&
      channel.talks.length === 0 &&
      channel.transfers.length === 0 &&
      channel.callerBehind === undefined &&
      channel !== call.callerPath?.callerChannel &&
      !recorded.has(channel.uniqueid),
  );
}
