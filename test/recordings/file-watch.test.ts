import fc from 'fast-check';
import t from 'tap';
import { absentTime, FileWatch, quietTime, type Present } from '../../src/recordings/file-watch.ts';

const own = '/m/a.wav';
const at = (path: string, size: number, modified = size): Present => ({ path, size, modified });

void t.test('a file alone is judged by its header first, by its rest at last', (t) => {
  const watch = new FileWatch(0);
  t.match(watch.look([at(own, 10)], own, 0), { is: 'waiting' });
  t.match(watch.look([at(own, 10)], own, 1_000), { is: 'waiting' });
  t.match(watch.look([at(own, 20)], own, 2_000), { is: 'waiting' }, 'it grows');
  t.match(watch.look([at(own, 20)], own, 2_000 + quietTime.least), { is: 'complete', isSure: false });
  t.match(watch.look([at(own, 20)], own, 2_000 + quietTime.most), { is: 'complete', isSure: true });
  t.end();
});

void t.test('what a command makes of it counts when it is done, and the file is gone', (t) => {
  const watch = new FileWatch(0);
  watch.look([at(own, 10)], own, 0);
  watch.look([at(own, 10), at('/m/a.mp3', 3)], own, 1_000);
  t.match(watch.look([at(own, 10), at('/m/a.mp3', 3)], own, 3_000), { is: 'waiting' });
  t.match(watch.look([at('/m/a.mp3', 9)], own, 4_000), { is: 'waiting' });
  t.match(watch.look([at('/m/a.mp3', 9)], own, 4_000 + quietTime.most), {
    is: 'complete',
    file: { path: '/m/a.mp3' },
    isSure: true,
  });
  const none = new FileWatch(0);
  t.match(none.look([], own, absentTime - 1), { is: 'waiting' });
  t.match(none.look([], own, absentTime), { is: 'absent' });
  t.end();
});

void t.test('nothing is complete that has changed within the least time', (t) => {
  const look = fc.record({ wait: fc.nat(3_000), size: fc.nat(2), other: fc.boolean() });
  fc.assert(
    fc.property(fc.array(look, { maxLength: 30 }), (looks) => {
      const watch = new FileWatch(0);
      let now = 0;
      let last = '';
      let changed = 0;
      return looks.every(({ wait, size, other }) => {
        now += wait;
        const present = [at(own, size), ...(other ? [at('/m/a.ogg', size)] : [])];
        if (JSON.stringify(present) !== last) changed = now;
        last = JSON.stringify(present);
        const verdict = watch.look(present, own, now);
        return verdict.is !== 'complete' || now - changed >= quietTime.least;
      });
    }),
  );
  t.end();
});
