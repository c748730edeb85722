import type { Channel } from '../picture/model.ts';
import type { ControlDeps } from './deps.ts';
import { endChannels, noCall } from './hangup.ts';
import { listChannels } from './listed-channels.ts';

/**
 * Contract §5.2: breaks into an extension's call and ends it: the conversation that it is in, or else the call that it
 * holds, or else the newest that rings. Its other calls go on. `by`: the extension of who wants it, `''` if nobody
 * says, for the log. `not-found`: exten is nobody's; `conflict`: it has no call.
 */
export async function clear(deps: ControlDeps, exten: string, by: string): Promise<void> {
  const { picture, log } = deps;
  const known = picture.channelsOf(picture.directory.devicesOf(exten));
  const listed = known.length === 0 ? undefined : await listChannels(deps);
  const channel = brokenInto(known.filter((one) => listed?.has(one)));
  if (channel === undefined) throw noCall(deps, exten);
  log.info(`the call of ${exten} (${channel.name}) is ended${by === '' ? '' : ` for ${by}`}`);
  await endChannels(deps, [channel]);
}

function brokenInto(channels: readonly Channel[]): Channel | undefined {
  const answered = channels.filter(({ stateDesc }) => stateDesc === 'Up');
  return answered.findLast(({ onHold }) => !onHold) ?? answered.at(-1) ?? channels.at(-1);
}
