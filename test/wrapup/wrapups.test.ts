import t from 'tap';
import { channelOf, callerPathOf, legOf, World } from './world.ts';

const agent = 'PJSIP/800';

/** 800 is a member of 630 and of 632, 801 of 630. */
const world = (): World => new World(['630', agent], ['632', agent], ['630', 'PJSIP/801']);

const pauses = (w: World): string[] => ['630', '632'].map((queue) => w.pauseOf(queue, agent));

void t.test('contract §1.2: who answered a call is paused in all queues, then ready again', async (t) => {
  await t.test('after pausetime_max seconds', (t) => {
    const w = world();
    w.call('800');
    t.same(w.said(), ['wrap-up 630 PJSIP/800', 'wrap-up 632 PJSIP/800']);
    w.pass(29.999);
    t.same(pauses(w), ['wrap-up', 'wrap-up']);
    t.same(w.said(), []);
    w.pass(0.001);
    t.same(w.said(), ['unpause 630 PJSIP/800', 'unpause 632 PJSIP/800']);
    t.same(pauses(w), ['', '']);
    t.equal(w.wrapups.due, Infinity, 'nothing is left to do');
    t.end();
  });
  await t.test('by the moment the leg ended, not by that of its news', (t) => {
    const w = world();
    const leg = legOf('800');
    w.take({ type: 'dial-end', timestamp: String(w.now / 1000 - 2), leg, status: 'hangup' });
    t.equal(w.wrapups.due - w.now, 28_000);
    const stepped = world();
    stepped.take({ type: 'dial-end', timestamp: '1000.5', leg: legOf('800'), status: 'hangup' });
    t.equal(stepped.wrapups.due - stepped.now, 30_000, 'a clock that has stepped is not believed');
    t.end();
  });
  await t.test('members behind Local channels, and devices that nobody knows', (t) => {
    const w = new World();
    w.login('630', 'Local/800@from-queue/n', 'hint:800@ext-local');
    w.login('631', 'Local/7800@agents/n', 'PJSIP/800');
    w.login('632', 'DAHDI/3');
    w.flush();
    w.call('800');
    t.same(w.said(), ['wrap-up 630 Local/800@from-queue/n', 'wrap-up 631 Local/7800@agents/n']);
    w.legEnds(legOf('', { destName: 'DAHDI/3-1' }));
    t.same(w.said(), ['wrap-up 632 DAHDI/3']);
    t.end();
  });
  await t.test(
    'not after a call that it placed, that nobody answered, that it listened to, nor who is no member',
    (t) => {
      const w = world();
      w.legEnds(legOf('800', { source: undefined }));
      w.legEnds(legOf('800', { answeredAt: undefined }));
      w.legEnds(legOf('802'));
      w.legEnds(legOf('', { destName: 'PJSIP/trunk-1' }));
      const spied = legOf('800', { isHidden: true, answeredAt: undefined });
      const channel = channelOf(spied.call, spied.destName, spied.destUniqueid);
      const nobody = { num: '', name: '' };
      w.take({ type: 'hangup', timestamp: '1', channel, caller: nobody, callee: nobody });
      t.same(w.said(), []);
      t.end();
    },
  );
  await t.test('also after a call that began to ring while AMI was away', (t) => {
    const w = world();
    const leg = legOf('800', { isHidden: true });
    leg.call.legs.push(leg);
    const channel = channelOf(leg.call, leg.destName, leg.destUniqueid);
    const nobody = { num: '', name: '' };
    w.take({ type: 'hangup', timestamp: '1', channel, caller: nobody, callee: nobody });
    t.equal(w.said().length, 2);
    t.end();
  });
  await t.test('pausetime = no: nobody', (t) => {
    const w = world();
    w.settings = { pausetime: false, pausetimeMax: 30 };
    w.call('800');
    t.same(w.said(), []);
    t.end();
  });
});

void t.test('contract §1.2: it ends earlier', async (t) => {
  await t.test('when somebody unpauses the agent in one of the queues, in all of them', (t) => {
    const w = world();
    w.call('800');
    w.said();
    w.pause('632', agent, false);
    w.pass(1);
    t.same(w.said(), ['unpause 630 PJSIP/800']);
    t.same(pauses(w), ['', '']);
    t.equal(w.wrapups.due, Infinity);
    t.end();
  });
  await t.test('at logout, of that queue; with the last queue it is over', (t) => {
    const w = world();
    w.call('800');
    w.logout('632', agent);
    w.flush();
    t.equal(w.pauseOf('630', agent), 'wrap-up');
    w.logout('630', agent);
    w.flush();
    t.equal(w.wrapups.due, Infinity);
    t.end();
  });
  await t.test('who logs out and in again is ready', (t) => {
    const w = world();
    w.call('800');
    w.logout('630', agent);
    w.login('630', agent);
    w.flush();
    t.same(pauses(w), ['', 'wrap-up']);
    t.end();
  });
  await t.test('when another answered call ends: it begins anew', (t) => {
    const w = world();
    const first = legOf('800');
    w.legEnds(first);
    w.flush();
    w.callOver(callerPathOf(first));
    w.pass(10.5);
    w.said();
    w.call('800');
    t.same(w.said(), ['wrap-up 630 PJSIP/800', 'wrap-up 632 PJSIP/800'], 'Asterisk’s LastPause is of the new one');
    t.match(w.settled, [{ pauseTime: 11 }], 'contract §3.7 pauseTime of the first is until then');
    w.pass(29);
    t.same(pauses(w), ['wrap-up', 'wrap-up']);
    w.pass(1);
    t.same(pauses(w), ['', '']);
    t.end();
  });
  await t.test('when pausetime is switched off', (t) => {
    const w = world();
    const [over, talking] = [legOf('800'), legOf('801')];
    w.legEnds(over);
    w.flush();
    w.callOver(callerPathOf(over));
    w.callOver(callerPathOf(talking));
    w.pass(7);
    w.settings = { pausetime: false, pausetimeMax: 30 };
    w.follow(w.wrapups.configured(w.now));
    w.flush();
    t.same(pauses(w), ['', '']);
    t.same(w.settled.map(({ pauseTime }) => pauseTime).sort(), [0, 7], 'and nobody’s record waits');
    t.end();
  });
  await t.test('pausetime_max is read when it begins', (t) => {
    const w = world();
    w.call('800');
    w.settings = { pausetime: true, pausetimeMax: 5 };
    w.follow(w.wrapups.configured(w.now));
    w.pass(29);
    t.same(pauses(w), ['wrap-up', 'wrap-up']);
    w.pass(1);
    t.same(pauses(w), ['', '']);
    w.call('800');
    w.pass(5);
    t.same(pauses(w), ['', '']);
    t.end();
  });
  await t.test('when the daemon stops', (t) => {
    const w = world();
    const leg = legOf('800');
    w.legEnds(leg);
    w.flush();
    w.callOver(callerPathOf(leg));
    w.pass(3);
    w.follow(w.wrapups.stop(w.now));
    w.flush();
    t.same(pauses(w), ['', '']);
    t.match(w.settled, [{ pauseTime: 3 }]);
    const late = w.call('801');
    w.callOver(callerPathOf(late));
    t.equal(w.pauseOf('630', 'PJSIP/801'), '', 'none begins any more');
    t.equal(w.settled.length, 2);
    t.end();
  });
});

void t.test('a daemon that stops leaves nobody paused, whosever after-call work it was', (t) => {
  const w = world();
  w.call('800');
  w.restartDaemon();
  w.call('801');
  w.pause('630', 'PJSIP/801', false);
  w.flush();
  w.follow(w.wrapups.stop(w.now));
  w.flush();
  t.same([...pauses(w), w.pauseOf('630', 'PJSIP/801')], ['', '', '']);
  t.end();
});

void t.test('a pause that a person set is never undone', async (t) => {
  await t.test('set before: that queue is left alone', (t) => {
    const w = world();
    w.pause('630', agent, true, 'lunch');
    w.flush();
    w.call('800');
    t.same(w.said(), ['wrap-up 632 PJSIP/800']);
    w.pass(30);
    t.same(pauses(w), ['lunch', '']);
    t.end();
  });
  await t.test('set before in all queues: there is no after-call work', (t) => {
    const w = world();
    for (const queue of ['630', '632']) w.pause(queue, agent, true);
    w.flush();
    const leg = w.call('800');
    w.callOver(callerPathOf(leg));
    t.same(w.said(), []);
    t.match(w.settled, [{ pauseTime: 0 }]);
    t.end();
  });
  await t.test('set meanwhile: that queue’s pause is theirs, and with the last one the work is over', (t) => {
    const w = world();
    const leg = w.call('800');
    w.callOver(callerPathOf(leg));
    w.pass(4);
    w.said();
    w.pause('630', agent, true);
    w.pass(2);
    t.same(pauses(w), ['?', 'wrap-up']);
    t.same(w.settled, []);
    w.pause('632', agent, true, 'lunch');
    w.flush();
    t.match(w.settled, [{ pauseTime: 6 }]);
    w.pass(60);
    t.same(pauses(w), ['?', 'lunch']);
    t.same(w.said(), [], 'their reasons are theirs');
    t.end();
  });
  await t.test('set meanwhile with our reason: it gets another, so that a restart does not take it for ours', (t) => {
    const w = world();
    w.call('800');
    w.pause('630', agent, true, 'wrap-up');
    w.pass(60);
    t.same(pauses(w), ['agent-pause', '']);
    w.restartDaemon();
    w.pass(60);
    t.same(pauses(w), ['agent-pause', '']);
    t.end();
  });
  await t.test('another program’s, outside of after-call work of ours, is left alone whatever it is called', (t) => {
    const w = world();
    w.pause('630', agent, true, 'wrap-up');
    w.pass(60);
    t.same(w.said(), []);
    t.equal(w.pauseOf('630', agent), 'wrap-up');
    t.end();
  });
  await t.test('set while our own pause is under way', (t) => {
    const w = world();
    w.legEnds(legOf('800'));
    w.pause('630', agent, true, 'lunch');
    w.pause('632', agent, true);
    w.pass(60);
    t.same(pauses(w), ['lunch', 'agent-pause'], 'what ours renamed has a person’s reason again');
    t.end();
  });
  await t.test('set while our unpause is under way', (t) => {
    const w = world();
    w.call('800');
    w.now += 30_000;
    w.follow(w.wrapups.tick(w.now));
    w.pause('630', agent, true, 'lunch');
    w.flush();
    t.same(pauses(w), ['lunch', '']);
    w.pass(60);
    t.same(pauses(w), ['lunch', '']);
    t.end();
  });
  await t.test('at once after they unpaused everywhere, to change the reason', (t) => {
    const w = world();
    w.call('800');
    w.said();
    for (const queue of ['630', '632']) w.pause(queue, agent, false);
    for (const queue of ['630', '632']) w.pause(queue, agent, true, 'lunch');
    w.pass(60);
    t.same(pauses(w), ['lunch', 'lunch']);
    t.same(w.said(), []);
    t.end();
  });
  await t.test('and undone by them while ours is under way: they are ready', (t) => {
    const w = world();
    w.legEnds(legOf('800'));
    w.pause('630', agent, false);
    w.flush();
    t.same(pauses(w), ['', '']);
    w.legEnds(legOf('800'));
    w.flush();
    w.now += 30_000;
    w.follow(w.wrapups.tick(w.now));
    w.pause('630', agent, true, 'lunch');
    w.read();
    w.pause('630', agent, false);
    w.flush();
    t.same(pauses(w), ['', '']);
    t.end();
  });
});
