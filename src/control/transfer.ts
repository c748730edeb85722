import type { Channel } from '../picture/call.ts';
import type { Picture } from '../picture/picture.ts';
import { ApiError } from '../system/api-error.ts';
import { accepted } from './answer.ts';
import type { ControlDeps } from './deps.ts';
import { devicesOf, requireDialplan } from './extension.ts';

/** Whom an extension talks to: in the newest of its calls, one that is not on hold before one that is. */
function partyOf(picture: Picture, devices: readonly string[]): Channel | undefined {
  const talking = picture
    .channelsOf(devices)
    .map((channel) => ({ channel, party: picture.peersOf(channel)[0] }))
    .filter(({ party }) => party !== undefined);
  return (talking.findLast(({ channel }) => !channel.onHold) ?? talking.at(-1))?.party;
}

/**
 * Contract §4.10: the party that src is talking to is handed to dst. 404: unknown src, or the dialplan has no dst (the
 * call stays up); 409: src talks to nobody.
 */
export async function transfer(deps: ControlDeps, src: string, dst: string): Promise<void> {
  const devices = devicesOf(deps.picture, src);
  if (partyOf(deps.picture, devices) === undefined) {
    throw new ApiError(409, `extension ${src} has no call to transfer`);
  }
  await requireDialplan(deps, dst);
  // Looked up again: the call may have changed while Asterisk was asked.
  const party = partyOf(deps.picture, devices);
  if (party === undefined) throw new ApiError(409, `extension ${src} has no call to transfer`);
  accepted(
    await deps.ami.action('Redirect', {
      Channel: party.name,
      Context: deps.clickContext(),
      Exten: dst,
      Priority: '1',
    }),
  );
}
