import type { CallValue } from '../../live/things.ts';
import { ask, type Outcome } from '../base/ask.ts';
import { t } from '../base/language.ts';
import { callers, calls, members, queues } from '../base/live.ts';
import { who } from '../base/session.ts';
import { extensionChoices, queueOptions, reasonOptions, talks, transferOptions } from './choices.ts';
import type { Thing } from './chosen.ts';
import { inTurn, type Deed } from './deed.ts';
import { chosenPhone, may, mayActFor, ownPhone } from './may.ts';
import { frontOf, membershipsOf, othersOf } from './presence.ts';
import { searchRecords } from './drawer-state.ts';

/** What may be done with a thing, as things stand. */
export function deedsOf({ kind, key }: Thing): readonly Deed[] {
  switch (kind) {
    case 'extension':
      return [...ofPhone(key), ...ofAgent(key, undefined), ...callDeed(key), ...ofOutside(outsideOf(key))];
    case 'member': {
      const member = members.get(key);
      if (member === undefined) return [];
      return [...ofPhone(member.extension), ...ofAgent(member.extension, member.queue), ...callDeed(member.extension)];
    }
    case 'call': {
      const call = calls.get(key);
      return call === undefined ? [] : ofCall(call);
    }
    case 'caller':
      return ofNumber(callers.get(key)?.number ?? '');
    case 'queue':
      return ofQueue(key);
    case 'number':
      return ofNumber(key);
  }
}

/** The extension whose side of a call is worked on: the one that talks to whom the call is about, the last to join. */
export function sideOf(call: CallValue): string {
  const own = who.value?.extension ?? '';
  const sides = call.legs.filter(({ extension }) => extension !== '' && frontOf(extension)?.call.call === call.call);
  const mine = sides.find(({ extension }) => extension === own);
  if (!may('supervisor')) return mine?.extension ?? '';
  return (sides.findLast(({ state }) => state === 'up') ?? sides.at(-1))?.extension ?? '';
}

/** The extension whose other side can be handed over by dragging; `undefined`: there is none. */
export function handsOver(extension: string): string | undefined {
  const part = frontOf(extension);
  const canBe = part?.leg.state === 'up' && othersOf(part).some(({ state }) => state === 'up') && mayActFor(extension);
  return canBe ? extension : undefined;
}

function ofCall(call: CallValue): readonly Deed[] {
  const side = sideOf(call);
  const outside = call.legs.find(({ extension }) => extension === '')?.number ?? '';
  const phone = side === '' ? [] : ofPhone(side).map((deed) => (deed.id === 'hangup' ? hangUp(side, true) : deed));
  return [...phone, ...ofOutside(outside)];
}

/** What concerns the call that a phone is in. */
function ofPhone(extension: string): readonly Deed[] {
  const part = frontOf(extension);
  if (part === undefined) return [];
  const transfer: Deed = {
    id: 'transfer',
    key: 't',
    label: t('panel.transfer'),
    options: () => transferOptions(extension),
    run: (dst) => ask('POST', 'extensions/transfer', { src: extension, dst }),
  };
  return [
    ...(handsOver(extension) === undefined ? [] : [transfer]),
    ...(may('supervisor') && talks(extension) && extension !== ownPhone() ? spying(extension) : []),
    ...(mayActFor(extension) ? [hangUp(extension, false)] : []),
  ];
}

function spying(extension: string): readonly Deed[] {
  const spy = (id: 'listen' | 'whisper' | 'barge', key: string, path: string): Deed =>
    byPhone({
      id,
      key,
      label: t(`panel.${id}`),
      run: () => ask('POST', `plugin-asterisk/extension/${path}`, { src: ownPhone(), dst: extension }),
    });
  return [
    spy('listen', 'l', 'extension-spy'),
    spy('whisper', 'w', 'extension-whisper'),
    spy('barge', 'b', 'extension-barge-in'),
  ];
}

/** `isOne`: this call alone, and not all that the extension has. */
function hangUp(extension: string, isOne: boolean): Deed {
  return {
    id: 'hangup',
    key: 'h',
    label: t('panel.hangUp'),
    isDanger: true,
    asks: t('panel.hangUpAsks', { extension }),
    run: () =>
      isOne && may('supervisor')
        ? ask('POST', 'plugin-asterisk/extension/clear', {
            exten: extension,
            local: who.value?.extension === '' ? undefined : who.value?.extension,
          })
        : ask('POST', 'extensions/hangup', { extension }),
  };
}

/** Pausing and logging in and out; `queue`: in this one alone. */
function ofAgent(extension: string, queue: string | undefined): readonly Deed[] {
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
  if (queue === undefined && queues.keys.value.length > own.length) {
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

function ofQueue(queue: string): readonly Deed[] {
  if (!may('supervisor')) return [];
  const own = members.values.value.filter((member) => member.queue === queue).map(({ extension }) => extension);
  return [
    {
      id: 'login',
      key: 'i',
      label: t('panel.logInSomebody'),
      options: () => ({ label: t('panel.extension'), choices: extensionChoices(own) }),
      run: (extension) => ask('POST', 'queues/agent-login', { extension, queue }),
    },
    {
      id: 'records',
      key: 'r',
      label: t('panel.itsRecords'),
      run: () => searchRecords({ queue }),
    },
  ];
}

/** A number that is outside, or anybody's. */
function ofNumber(number: string): readonly Deed[] {
  return number === '' ? [] : [...callDeed(number), ...ofOutside(number)];
}

function callDeed(number: string): readonly Deed[] {
  if (number === ownPhone() || number === '') return [];
  return [
    byPhone({
      id: 'call',
      key: 'c',
      label: t('panel.call'),
      run: () => ask('POST', 'extensions/click-number', { src: ownPhone(), dst: number }),
    }),
  ];
}

function ofOutside(number: string): readonly Deed[] {
  if (number === '') return [];
  const records: Deed = {
    id: 'records',
    key: 'r',
    label: t('panel.itsRecords'),
    run: () => searchRecords({ number }),
  };
  if (!may('admin')) return [records];
  const block: Deed = {
    id: 'block',
    key: 'x',
    label: t('panel.block'),
    isDanger: true,
    asks: t('panel.blockAsks', { number }),
    run: () => ask('POST', 'blacklist/create', { number }),
  };
  return [records, block];
}

/** The outside party that an extension has to do with; `''`: there is none. */
function outsideOf(extension: string): string {
  const part = frontOf(extension);
  return part === undefined ? '' : (othersOf(part).find((leg) => leg.extension === '')?.number ?? '');
}

/** A parameter that is left out when there is nothing in it. */
function given(text: string | undefined): string | undefined {
  return text === '' ? undefined : text;
}

/** Who has no extension of their own says first which phone rings. */
function byPhone(deed: Deed): Deed {
  if (ownPhone() !== '') return deed;
  return {
    ...deed,
    options: () => ({ label: t('panel.whichPhone'), choices: extensionChoices() }),
    run: (phone) => {
      chosenPhone.value = phone;
      return deed.run('');
    },
  };
}
