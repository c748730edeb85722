import { announce } from '../base/announce.ts';
import { bind, type Binding } from '../base/keys.ts';
import { t } from '../base/language.ts';
import { toast } from '../base/toasts.ts';
import { failureText } from '../parts/action.tsx';
import { codes } from './box.ts';
import { atWork, ownMembers } from './me.ts';
import { closePanel, openPanel, toggle } from './open-panel.ts';
import { ownCall } from './own-call.ts';
import { open, popAddress } from './pop.ts';
import { ready } from './verbs.ts';

/** Every key of the bar; returns what takes them away. */
export function bindKeys(): () => void {
  return bind(...panelKeys, ...actionKeys, ...codeKeys());
}

const panelKeys: readonly Binding[] = [
  { key: 'q', label: () => t('bar.me'), run: () => toggle('queues') },
  { key: 'p', label: () => t('bar.pause'), run: () => toggle('queues') },
  {
    key: 't',
    label: () => t('bar.transfer'),
    run: () => {
      const phase = ownCall.peek()?.phase;
      return phase === 'talking' || phase === 'hold' ? toggle('transfer') : false;
    },
  },
  { key: 's', label: () => t('bar.disposition'), run: () => toggle('disposition') },
  { key: 'l', label: () => t('bar.history'), run: () => toggle('history') },
  { key: '?', label: () => t('keys.map'), run: () => toggle('menu') },
  { key: 'Escape', label: () => t('bar.close'), run: () => closePanel() },
];

const actionKeys: readonly Binding[] = [
  { key: 'd', label: () => t('bar.dial'), run: () => focus('[data-key="dial"]') },
  {
    key: 'h',
    label: () => t('bar.hangUp'),
    run: () => {
      // Asks once: Enter presses what has the keyboard.
      if (!focus('[data-key="hangUp"] button:not(:disabled)')) return false;
      announce(t('bar.hangUpAsk'));
      return true;
    },
  },
  {
    key: 'r',
    label: () => t('bar.readyNow'),
    run: () => {
      if (!ownMembers.peek().some(({ paused }) => paused)) return false;
      // Beside the button where it is shown; else in a note.
      const button = [...document.querySelectorAll<HTMLElement>('.wrap-up .button.main, .pauses .button.main')].at(-1);
      if (button !== undefined) button.click();
      else {
        void ready().then((outcome) => {
          if (!outcome.ok) toast(failureText(outcome), 'trouble');
        });
      }
      return true;
    },
  },
  {
    key: 'm',
    label: () => t('bar.note'),
    run: () => {
      // Narrow bars have it in the list below alone, which takes the keyboard to it.
      if ([...document.querySelectorAll<HTMLElement>('.note')].some(takesKeyboard)) return true;
      return codes.peek().dispositions.length > 0 && toggle('disposition', '.note');
    },
  },
  { key: 'y', label: () => t('bar.copy'), run: () => press('.call button.number') },
  {
    key: 'o',
    label: () => t('bar.open'),
    run: () => {
      if (popAddress.peek() === '') return false;
      open(popAddress.peek());
      return true;
    },
  },
];

/** 1 to 9: the codes as they stand there. Only the first is in the map, for all. */
function codeKeys(): readonly Binding[] {
  return Array.from({ length: 9 }, (_, i) => ({
    key: String(i + 1),
    label: () => (i === 0 ? `${t('bar.disposition')} 1–9` : ''),
    run: () => {
      const isShown = openPanel.peek() === 'disposition' || (atWork.peek().length > 0 && ownCall.peek() === undefined);
      if (!isShown || codes.peek().dispositions[i] === undefined) return false;
      const buttons = [...document.querySelectorAll('.codes')].at(-1)?.querySelectorAll<HTMLElement>('.button');
      buttons?.[i]?.click();
      return true;
    },
  }));
}

/** Whether it could have the keyboard, and has it now. */
function takesKeyboard(one: HTMLElement): boolean {
  if (one.getClientRects().length === 0) return false;
  one.focus();
  return true;
}

function focus(selector: string): boolean {
  const found = document.querySelector<HTMLElement>(selector);
  found?.focus();
  return found !== null;
}

function press(selector: string): boolean {
  const found = document.querySelector<HTMLElement>(selector);
  found?.click();
  return found !== null;
}
