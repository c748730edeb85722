import type { CallValue } from '../../live/things.ts';
import { ask } from '../base/ask.ts';
import { t } from '../base/language.ts';
import { callers, calls, members } from '../base/live.ts';
import { who } from '../base/session.ts';
import { ofAgent } from './agent-deeds.ts';
import { extensionChoices, talks, transferOptions } from './choices.ts';
import type { Thing } from './chosen.ts';
import type { Deed } from './deed.ts';
import { searchRecords } from './drawer-state.ts';
import { foundRecords } from './found-records.ts';
import { handOver, handsOver, sideOf, waits, waitsIn, type Handed } from './handed.ts';
import { chosenPhone, may, mayActFor, ownPhone } from './may.ts';
import { frontOf, othersOf } from './presence.ts';
import type { Line } from './record.ts';

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
    case 'caller': {
      const caller = callers.get(key);
      return caller === undefined ? [] : [...transfer(waits(caller), ''), ...ofNumber(caller.number)];
    }
    case 'queue':
      return ofQueue(key);
    case 'number':
      return ofNumber(key);
    case 'record': {
      const found = foundRecords.value.find(({ id }) => id === key);
      return found === undefined ? [] : ofRecord(found);
    }
  }
}

function ofCall(call: CallValue): readonly Deed[] {
  const side = sideOf(call);
  const outside = call.legs.find(({ extension }) => extension === '')?.number ?? '';
  const phone = side === '' ? [] : ofPhone(side).map((deed) => (deed.id === 'hangup' ? hangUp(side, true) : deed));
  return [...transfer(waitsIn(call), ''), ...phone, ...ofOutside(outside)];
}

/** What concerns the call that a phone is in. */
function ofPhone(extension: string): readonly Deed[] {
  const part = frontOf(extension);
  if (part === undefined) return [];
  return [
    ...transfer(handsOver(extension), extension),
    ...(may('supervisor') && talks(extension) && extension !== ownPhone() ? spying(extension) : []),
    ...(mayActFor(extension) ? [hangUp(extension, false)] : []),
  ];
}

/** `but`: whom it does not go to. */
function transfer(handed: Handed | undefined, but: string): readonly Deed[] {
  if (handed === undefined) return [];
  return [
    {
      id: 'transfer',
      key: 't',
      label: t('panel.transfer'),
      options: () => transferOptions(but),
      run: (dst) => handOver(handed, dst),
    },
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

function ofRecord({ id, start, party, recording }: Line): readonly Deed[] {
  const day = start.slice(0, 10);
  const show: Deed = {
    id: 'show',
    key: '',
    label: t(recording === '' ? 'panel.showRecord' : 'panel.playRecord'),
    run: () => searchRecords({ number: party, from: day, to: day }, id),
  };
  return [show, ...ofNumber(party)];
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

/** Who has no extension of their own says first which phone rings. */
export function byPhone(deed: Deed): Deed {
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
