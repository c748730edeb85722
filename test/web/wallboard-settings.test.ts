import t from 'tap';
import { boardSettings, levelOf, type CardName } from '../../src/web/wallboard/settings.ts';

void t.test('what the address of a wallboard says', (t) => {
  const plain = boardSettings('');
  t.strictSame(plain.cards, ['waiting', 'longest', 'ready', 'answered', 'lost', 'sl']);
  t.strictSame([plain.queues, plain.wrong], [[], []]);
  const { queues, cards, thresholds, wrong } = boardSettings(
    '?queues=630:Sales,631,:x&queue=a,b:c&cards=sl,waiting,sl,nonsense&waiting=2,4&ready=1&lost=5,&longest=&sl=x',
  );
  t.strictSame(queues, [
    { queue: '630', name: 'Sales' },
    { queue: '631', name: '631' },
    { queue: ':x', name: ':x' },
    { queue: 'a,b:c', name: 'a,b:c' },
  ]);
  t.strictSame(cards, ['sl', 'waiting'], 'each once');
  t.strictSame(thresholds, {
    waiting: { watch: 2, act: 4 },
    longest: { watch: undefined, act: undefined },
    ready: { watch: undefined, act: 1 },
    lost: { watch: 5, act: undefined },
    sl: { watch: 80, act: 60 },
  });
  t.strictSame(wrong, ['cards=nonsense', 'sl=x']);
  t.end();
});

void t.test('a level: what grows from its threshold on, agents down to it, service levels below it', (t) => {
  const thresholds = { watch: 3, act: 6 };
  const levels = (card: CardName, values: readonly (number | undefined)[], of = thresholds): string[] =>
    values.map((value) => levelOf(card, value, of));
  t.strictSame(levels('waiting', [2, 3, 5, 6, undefined]), ['well', 'watch', 'watch', 'act', 'well']);
  t.strictSame(levels('ready', [3, 2, 1, 0], { watch: 2, act: 0 }), ['well', 'watch', 'watch', 'act']);
  t.strictSame(levels('sl', [80, 79.9, 60, 59.9], { watch: 80, act: 60 }), ['well', 'watch', 'watch', 'act']);
  t.equal(levelOf('lost', 1_000, { watch: undefined, act: undefined }), 'well');
  t.end();
});
