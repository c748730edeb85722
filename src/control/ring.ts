import { requireSuccess } from '../ami/require-success.ts';
import type { ControlDeps } from './deps.ts';
import type { RingResult, Originations } from './originations.ts';

/** Where a phone goes when it is picked up. */
export type Goal =
  | { readonly Context: string; readonly Exten: string; readonly Priority: string }
  | { readonly Application: string; readonly Data: string };

/** A phone to ring: fields of the action Originate. */
export interface Ring {
  readonly channelId: string;
  /** For Originate. */
  readonly dial: string;
  readonly goal: Goal;
}

/** The same for all phones that ring for one request. */
export interface RingOptions {
  /** How long they ring. */
  readonly seconds: number;
  /** Variables of their channels. */
  readonly variables: readonly string[];
}

/** Phones that ring. */
export interface Rung {
  /** Asterisk's text. */
  readonly message: string;
  /** ChannelId of each phone that Asterisk took. */
  readonly channelIds: readonly [string, ...string[]];
  /** What becomes of them; rejects (`unavailable`) if the connection to Asterisk is lost. */
  readonly ended: Promise<RingResult>;
}

/**
 * Rings phones at the same time, each as a call of its own, since Originate takes one device. The first that is picked up
 * goes on, the others are hung up as answered elsewhere. Rejects if Asterisk takes none of them.
 */
export async function ringAll(
  { ami, originations }: Pick<ControlDeps, 'ami'> & { readonly originations: Originations },
  rings: readonly Ring[],
  { seconds, variables }: RingOptions,
): Promise<Rung> {
  // Watch before asking: a phone may be refused before Asterisk's answer is read.
  const ended = originations.watch(
    rings.map(({ channelId }) => channelId),
    seconds * 1_000 + 5_000,
  );
  // A caller that waits handles a rejection; nobody has to wait.
  ended.catch(() => undefined);
  const taken: { readonly message: string; readonly channelId: string }[] = [];
  const causes: unknown[] = [];
  await Promise.all(
    rings.map(async ({ channelId, dial, goal }) => {
      try {
        const response = await ami.action('Originate', {
          Channel: dial,
          ...goal,
          Timeout: String(seconds * 1_000),
          ChannelId: channelId,
          Variable: variables,
          Async: 'true',
        });
        taken.push({ message: requireSuccess(response), channelId });
      } catch (cause) {
        originations.refused(channelId);
        causes.push(cause);
      }
    }),
  );
  const [first, ...others] = taken;
  if (first === undefined) throw causes[0];
  return { message: first.message, channelIds: [first.channelId, ...others.map((one) => one.channelId)], ended };
}

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
      // No such channel: it is gone, or is not there yet and is stopped when it begins to ring.
      if (!/no such channel/i.test(response.get('Message'))) requireSuccess(response);
    })
    .catch((cause: unknown) => {
      log.warning(`a phone rings on (${channelId}), though another of its extension was picked up`, cause);
    });
}
