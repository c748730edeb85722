import { Refusal } from '../system/refusal.ts';
import { requireSuccess } from '../ami/require-success.ts';
import type { ControlDeps } from './deps.ts';
import { devicesOf } from './extension.ts';
import { listChannels } from './listed-channels.ts';

/**
 * Contract §4.9: ends every call of an extension, ringing, talking or listening, on any of its devices. `not-found`:
 * unknown extension; `conflict`: it has no call.
 */
export async function hangup({ ami, picture }: ControlDeps, extension: string): Promise<void> {
  const devices = devicesOf(picture, extension);
  const known = picture.everyChannelOf(devices);
  const listed = known.length === 0 ? undefined : await listChannels({ ami });
  const channels = known.filter((channel) => listed?.has(channel));
  if (channels.length === 0) throw new Refusal('conflict', `extension ${extension} has no call`);
  picture.noteHangup(channels);
  const responses = await Promise.all(
    // 16: normal clearing (include/asterisk/causes.h).
    channels.map((channel) => ami.action('Hangup', { Channel: channel.name, Cause: '16' })),
  );
  for (const response of responses) {
    // It has ended by itself: as wanted.
    if (response.name !== 'Success' && /no such channel/i.test(response.get('Message'))) continue;
    requireSuccess(response);
  }
}
