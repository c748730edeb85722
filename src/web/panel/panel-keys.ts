import type { Binding } from '../base/keys.ts';
import { t } from '../base/language.ts';
import { chosen } from './chosen.ts';
import { deedsOf } from './deeds.ts';

/** The keys of what may be done, and what they are called in the map. */
const keys = [
  ['h', 'panel.hangUp'],
  ['t', 'panel.transfer'],
  ['l', 'panel.listen'],
  ['w', 'panel.whisper'],
  ['b', 'panel.barge'],
  ['p', 'panel.pauseOrReady'],
  ['i', 'panel.logIn'],
  ['o', 'panel.logOut'],
  ['c', 'panel.call'],
  ['r', 'panel.itsRecords'],
  ['x', 'panel.block'],
] as const;

/** What each key does to what is chosen: it presses the button that says the same. */
export function keysOf(): readonly Binding[] {
  return keys.map(([key, text]) => ({
    key,
    label: () => t(text),
    run: () => {
      const { value: thing } = chosen;
      const deed = thing === undefined ? undefined : deedsOf(thing).find((one) => one.key === key);
      const button =
        deed === undefined ? null : document.querySelector<HTMLElement>(`.deed-bar [data-deed="${deed.id}"] button`);
      if (button === null) return false;
      button.click();
      return undefined;
    },
  }));
}
