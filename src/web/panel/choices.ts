import { extensions, queues } from '../base/live.ts';
import { t } from '../base/language.ts';
import type { Choice } from '../parts/list-box.tsx';
import { pauseReasons } from './codes.ts';
import type { Options } from './deed.ts';
import { may } from './may.ts';
import { frontOf, membershipsOf, nameOf, presenceOf } from './presence.ts';

const collator = new Intl.Collator(undefined, { numeric: true });

/** Numbers as people sort them. */
export function inOrder(names: readonly string[]): readonly string[] {
  return names.toSorted((a, b) => collator.compare(a, b));
}

/** An extension as a line: number, name, state. */
export function extensionChoice(extension: string): Choice {
  const { state } = presenceOf(extension);
  return { key: extension, text: `${extension} ${nameOf(extension)} · ${t(`state.${state}`)}` };
}

/** A queue as a line. */
export function queueChoice(queue: string): Choice {
  const { waiting = 0, free = 0 } = queues.get(queue) ?? {};
  return { key: queue, text: `${queue} · ${t('panel.queueLine', { waiting, free })}` };
}

/** All extensions, those first that are free. */
export function extensionChoices(but: readonly string[] = []): readonly Choice[] {
  const isFree = (extension: string): boolean => presenceOf(extension).state === 'idle';
  const all = inOrder(extensions.keys.value).filter((extension) => !but.includes(extension));
  return [...all.filter(isFree), ...all.filter((one) => !isFree(one))].map(extensionChoice);
}

/** Where a call may go: free colleagues, queues, others, or a number that is typed. */
export function transferOptions(from: string): Options {
  const free = extensionChoices([from]).filter(({ key }) => presenceOf(key).state === 'idle');
  const others = extensionChoices([from]).filter(({ key }) => presenceOf(key).state !== 'idle');
  return {
    label: t('panel.transferTo'),
    choices: [...free, ...inOrder(queues.keys.value).map(queueChoice), ...others],
    free: (typed) => ({ key: typed, text: t('panel.transferNumber', { number: typed }) }),
  };
}

/** The reasons of pauses; where the box names none, what is typed. */
export function reasonOptions(): Options {
  const { value: known } = pauseReasons;
  const label = t('panel.reason');
  if (known.length > 0)
    return { label, choices: known.map(({ code, text }) => ({ key: code, text: `${text} ${code}` })) };
  return {
    label,
    choices: [{ key: '', text: t('panel.noReason') }],
    free: (typed) => ({ key: typed, text: typed }),
  };
}

/** The queues that an extension is in, or is not in. */
export function queueOptions(extension: string, isIn: boolean): Options {
  const own = new Set(membershipsOf(extension).map(({ queue }) => queue));
  const all = inOrder(queues.keys.value).filter((queue) => own.has(queue) === isIn);
  const every: Choice = { key: '', text: t('panel.everyQueue') };
  const choices = [...(isIn && all.length > 1 ? [every] : []), ...all.map(queueChoice)];
  const label = t('panel.queue');
  if (isIn || may('supervisor')) return { label, choices };
  // The box knows more queues than an agent is told of.
  return { label, choices, free: (typed) => ({ key: typed, text: `${label} ${typed}` }) };
}

/** Whether an extension talks, so that it can be listened to. */
export function talks(extension: string): boolean {
  return frontOf(extension)?.leg.state === 'up';
}
