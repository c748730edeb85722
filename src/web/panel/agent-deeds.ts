import { ask, type Outcome } from '../base/ask.ts';
import { t } from '../base/language.ts';
import { queues } from '../base/live.ts';
import { queueOptions, reasonOptions } from './choices.ts';
import { inTurn, type Deed } from './deed.ts';
import { may, mayActFor } from './may.ts';
import { membershipsOf } from './presence.ts';

/** Pausing and logging in and out; `queue`: in this one alone. */
export function ofAgent(extension: string, queue: string | undefined): readonly Deed[] {
  if (!mayActFor(extension)) return [];
  const own = membershipsOf(extension).filter((member) => queue === undefined || member.queue === queue);
  const pause = (state: 'on' | 'off', reason?: string): Promise<Outcome<unknown>> =>
    inTurn(own, (member) =>
      ask('POST', 'queues/agent-pause', { queue: member.queue, member: extension, state, reason: given(reason) }),
    );
  const isPaused = own.length > 0 && own.every(({ paused }) => paused);
  const deeds: Deed[] = [];
  if (own.length > 0 && !isPaused) {
    deeds.push({
      id: 'pause',
      key: 'p',
      label: t('panel.pause'),
      options: reasonOptions,
      run: (why) => pause('on', why),
    });
  }
  if (isPaused) deeds.push({ id: 'ready', key: 'p', label: t('panel.ready'), run: () => pause('off') });
  // An agent is told of no other queues than those that they are in.
  if (queue === undefined && (!may('supervisor') || queues.keys.value.length > own.length)) {
    deeds.push({
      id: 'login',
      key: 'i',
      label: t('panel.logIn'),
      options: () => queueOptions(extension, false),
      run: (where) => ask('POST', 'queues/agent-login', { extension, queue: where }),
    });
  }
  if (own.length > 0) {
    const [only] = own;
    deeds.push({
      id: 'logout',
      key: 'o',
      label: t('panel.logOut'),
      ...(own.length === 1 ? {} : { options: () => queueOptions(extension, true) }),
      run: (where) =>
        ask('POST', 'queues/agent-logout', {
          extension,
          queue: given(own.length === 1 ? only?.queue : where),
        }),
    });
  }
  return deeds;
}

/** A parameter that is left out when there is nothing in it. */
function given(text: string | undefined): string | undefined {
  return text === '' ? undefined : text;
}
