import t from 'tap';
import { LoopLag } from '../../src/system/loop-lag.ts';

void t.test('the latest run of the last few counts, and reading it changes nothing', (t) => {
  const lag = new LoopLag({ every: 1_000, runs: 3 });
  t.equal(lag.most(10_000), 0, 'before it is set');
  lag.ran(0);
  t.equal(lag.most(500), 0);
  lag.ran(1_000);
  t.equal(lag.most(1_000), 0);
  lag.ran(2_300);
  t.strictSame([lag.most(2_400), lag.most(2_400)], [300, 300], 'two who ask get the same');
  lag.ran(3_200);
  t.equal(lag.most(3_200), 300, 'a run that comes early does not make up for it');
  lag.ran(4_200);
  lag.ran(5_200);
  t.equal(lag.most(5_200), 0, 'it is forgotten');
  t.equal(lag.most(8_700), 2_500, 'a run that is still to come is late already');
  t.end();
});
