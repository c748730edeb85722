import { now } from '../base/clock.ts';
import { count, duration, percent } from '../base/format.ts';
import { queues } from '../base/live.ts';
import { today } from './day.ts';
import type { CardName } from './settings.ts';

/** A figure of a queue; `undefined`: it is not known. Times in seconds, service levels in percent. */
export function figureOf(card: CardName, queue: string): number | undefined {
  switch (card) {
    case 'offered':
    case 'answered':
    case 'lost':
      return today.value === undefined ? undefined : (today.value.get(queue)?.[card] ?? 0);
    case 'sl': {
      const part = today.value?.get(queue)?.serviceLevel ?? undefined;
      return part === undefined ? undefined : part * 100;
    }
    case 'average':
      return today.value?.get(queue)?.averageWait ?? undefined;
    case 'waiting':
    case 'longest':
    case 'ready':
    case 'busy':
    case 'paused':
    case 'agents':
      return presentOf(card, queue);
  }
}

type Present = 'waiting' | 'longest' | 'ready' | 'busy' | 'paused' | 'agents';

function presentOf(card: Present, queue: string): number | undefined {
  const value = queues.get(queue);
  if (value === undefined) return undefined;
  const { waiting, waitingSince, members, paused, free } = value;
  switch (card) {
    case 'waiting':
      return waiting;
    case 'longest':
      return waitingSince === null ? 0 : Math.max(0, now.value - waitingSince);
    case 'ready':
      return free;
    case 'busy':
      return members - paused - free;
    case 'paused':
      return paused;
    case 'agents':
      return members;
  }
}

/** A figure as it is shown. */
export function shownFigure(card: CardName, value: number | undefined): string {
  if (value === undefined) return '–';
  if (card === 'sl') return percent(value / 100);
  if (card === 'longest' || card === 'average') return duration(value);
  return count(value);
}

/** How wide a figure is, in digits: a percent sign is half as wide again as one. */
export function widthOf(text: string): number {
  return text.length + (text.endsWith('%') ? 0.5 : 0);
}

/** How wide a figure gets in the course of a usual day, in digits. */
export function usualWidth(card: CardName): number {
  const widest = card === 'sl' ? '100%' : card === 'longest' || card === 'average' ? '0:00' : '10';
  return widthOf(widest);
}
