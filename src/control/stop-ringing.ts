import { requireSuccess } from '../ami/require-success.ts';
import type { ControlDeps } from './deps.ts';

/**
 * Stops a phone, by the ChannelId that it was rung with, because another of the same extension was picked up: it shows
 * no missed call. Hangup takes a Uniqueid in place of a name (main/channel.c, ast_channel_get_by_name).
 */
export function stopRinging({ ami, picture, log }: ControlDeps, channelId: string): void {
  picture.noteAnsweredElsewhere(channelId);
  ami
    // 26: answered elsewhere (include/asterisk/causes.h).
    .action('Hangup', { Channel: channelId, Cause: '26' })
    .then((response) => {
      // Its channel is gone, or not there yet: then it is stopped when it begins to ring.
      if (!/no such channel/i.test(response.get('Message'))) requireSuccess(response);
    })
    .catch((cause: unknown) => {
      log.warning(`a phone rings on (${channelId}), though another of its extension was picked up`, cause);
    });
}
