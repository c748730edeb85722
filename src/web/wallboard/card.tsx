import { useComputed } from '@preact/signals';
import type { JSX } from 'preact';
import { t } from '../base/language.ts';
import { Shape } from '../parts/shape.tsx';
import './card.css';
import { figureOf, shownFigure, usualWidth, widthOf } from './figures.ts';
import { levelOf, type CardName, type Thresholds } from './settings.ts';

export interface CardProps {
  readonly card: CardName;
  readonly queue: string;
  readonly thresholds: Thresholds;
}

/** One figure: its level colours the whole card, and stands there as a shape and a word too. */
export function Card({ card, queue, thresholds }: CardProps): JSX.Element {
  const value = useComputed(() => figureOf(card, queue));
  const text = useComputed(() => shownFigure(card, value.value));
  const level = useComputed(() => levelOf(card, value.value, thresholds));
  // Its size goes by its width, but not from 9 to 10.
  const digits = useComputed(() => Math.max(usualWidth(card), widthOf(text.value)));
  return (
    <div class={`card ${level.value}`} role="group" aria-label={t(`board.${card}`)}>
      <h3>{t(`board.${card}`)}</h3>
      <p class="figure" data-card={card} style={{ '--digits': digits.value }}>
        {text}
      </p>
      <p class="level">
        {level.value === 'well' ? null : (
          <>
            <Shape state={level.value === 'act' ? 'trouble' : 'ringing'} />
            {t(`board.${level.value}`)}
          </>
        )}
      </p>
    </div>
  );
}
