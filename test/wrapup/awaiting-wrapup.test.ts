import t from 'tap';
import { callerPathOf, legOf, World } from './world.ts';

const agent = 'PJSIP/800';
const world = (): World => new World(['630', agent], ['632', agent]);

void t.test('contract §3.7 pauseTime: every call is settled once', async (t) => {
  await t.test('at once with 0: no agent, no leg, off, no after-call work', (t) => {
    const w = world();
    w.callOver(callerPathOf(undefined));
    w.callOver(callerPathOf(undefined, '800'));
    w.callOver(callerPathOf(legOf('800'), ''));
    w.callOver(callerPathOf(w.call('802')));
    w.settings = { pausetime: false, pausetimeMax: 30 };
    w.callOver(callerPathOf(legOf('800')));
    t.same(
      w.settled.map(({ pauseTime }) => pauseTime),
      [0, 0, 0, 0, 0],
    );
    t.end();
  });
  await t.test('when the work of its leg is over, with the seconds it took, rounded half up', (t) => {
    for (const [took, pauseTime] of [
      [30, 30],
      [2.5, 3],
      [2.4, 2],
      [0.4, 0],
    ] as const) {
      const w = world();
      const leg = w.call('800');
      w.callOver(callerPathOf(leg));
      w.pass(took);
      if (took < 30) w.pause('630', agent, false);
      w.flush();
      t.match(w.settled, [{ pauseTime }], `${took} s`);
      t.equal(w.settled.length, 1);
      w.pass(60);
      t.equal(w.settled.length, 1, 'once');
    }
    t.end();
  });
  await t.test('when the work was over before the call', (t) => {
    const w = world();
    const leg = w.call('800');
    w.pass(8);
    w.pause('630', agent, false);
    w.flush();
    w.pass(8);
    w.callOver(callerPathOf(leg));
    t.match(w.settled, [{ pauseTime: 8 }]);
    t.end();
  });
  await t.test('the caller’s end comes before that of the agent’s leg', (t) => {
    const w = world();
    const leg = legOf('800');
    w.callOver(callerPathOf(leg));
    t.same(w.settled, []);
    w.pass(1);
    w.legEnds(leg);
    w.pass(30);
    t.match(w.settled, [{ pauseTime: 30 }]);
    const other = legOf('802');
    w.callOver(callerPathOf(other));
    w.legEnds(other);
    t.match(w.settled.slice(1), [{ pauseTime: 0 }], 'and no work follows');
    t.end();
  });
  await t.test('the phone goes on in another call: pausetime_max + 5 s later at the latest', (t) => {
    const w = world();
    const leg = legOf('800');
    const begin = w.now;
    w.callOver(callerPathOf(leg));
    w.pass(34.9);
    t.same(w.settled, []);
    w.pass(0.1);
    t.match(w.settled, [{ pauseTime: 0, at: begin + 35_000 }]);
    w.legEnds(leg);
    w.pass(60);
    t.equal(w.settled.length, 1);
    t.end();
  });
  await t.test('the leg ended late: with what its work took so far', (t) => {
    const w = world();
    const leg = legOf('800');
    w.callOver(callerPathOf(leg));
    w.pass(20);
    w.legEnds(leg);
    w.pass(60);
    t.match(w.settled, [{ pauseTime: 15 }]);
    t.equal(w.settled.length, 1);
    t.end();
  });
  await t.test('everything else passes as it came', (t) => {
    const w = world();
    const leg = legOf('800');
    const change = { type: 'dial-end', timestamp: '1', leg, status: 'hangup' } as const;
    t.same(w.wrapups.take(change, w.now, w.now).changes, [change]);
    const callerPath = callerPathOf(leg);
    t.same(w.wrapups.take({ type: 'call-over', callerPath }, w.now, w.now).changes, []);
    t.end();
  });
});
