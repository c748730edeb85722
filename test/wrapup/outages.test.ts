import t from 'tap';
import { callerPathOf, legOf, World } from './world.ts';

const agent = 'PJSIP/800';

/** 800 is a member of 630 and of 632. */
const world = (): World => new World(['630', agent], ['632', agent]);

const pauses = (w: World): string[] => ['630', '632'].map((queue) => w.pauseOf(queue, agent));

void t.test('nobody stays paused for ever', async (t) => {
  await t.test('the daemon is started anew: unpaused when it would have been', (t) => {
    const w = world();
    w.call('800');
    w.pass(10);
    w.restartDaemon();
    w.pass(19);
    t.same(pauses(w), ['wrap-up', 'wrap-up']);
    w.pass(1);
    t.same(pauses(w), ['', '']);
    t.end();
  });
  await t.test('that moment is past, or pausetime is off: at once', (t) => {
    const w = world();
    w.call('800');
    w.now += 40_000;
    w.restartDaemon();
    w.flush();
    t.same(pauses(w), ['', '']);
    w.call('800');
    w.settings = { pausetime: false, pausetimeMax: 30 };
    w.restartDaemon();
    w.flush();
    t.same(pauses(w), ['', '']);
    t.end();
  });
  await t.test('pausetime is switched off after such a start: at once', (t) => {
    const w = world();
    w.call('800');
    w.restartDaemon();
    w.settings = { pausetime: false, pausetimeMax: 30 };
    w.follow(w.wrapups.configured(w.now));
    w.flush();
    t.same(pauses(w), ['', '']);
    t.end();
  });
  await t.test('Asterisk’s LastPause lies in the future: no later than if it had begun now', (t) => {
    const w = world();
    w.call('800');
    w.now -= 3_600_000;
    w.restartDaemon();
    w.pass(30);
    t.same(pauses(w), ['', '']);
    t.end();
  });
  await t.test('who answers a call again, is unpaused, paused or logged out before that moment', (t) => {
    const w = world();
    w.call('800');
    w.pass(10);
    w.restartDaemon();
    w.call('800');
    w.pass(29);
    t.same(pauses(w), ['wrap-up', 'wrap-up'], 'the new after-call work lasts its time');
    w.pass(1);
    t.same(pauses(w), ['', '']);
    w.call('800');
    w.restartDaemon();
    w.pause('630', agent, true, 'lunch');
    w.logout('632', agent);
    w.pass(60);
    t.same(pauses(w), ['lunch', '']);
    t.end();
  });
  await t.test('Asterisk is started anew: the work goes on and ends in its time', (t) => {
    const w = world();
    const leg = w.call('800');
    w.callOver(callerPathOf(leg));
    w.pass(10);
    w.restartAsterisk();
    w.pass(5);
    w.connect();
    w.pass(14);
    t.same(pauses(w), ['wrap-up', 'wrap-up']);
    w.pass(1);
    t.same(pauses(w), ['', '']);
    t.match(w.settled, [{ pauseTime: 30 }]);
    t.end();
  });
  await t.test('both are started anew', (t) => {
    const w = world();
    w.call('800');
    w.pass(10);
    w.restartAsterisk();
    w.restartDaemon();
    w.pass(30);
    t.same(pauses(w), ['', '']);
    t.end();
  });
  await t.test('it ends while AMI is away: unpaused when it is back', (t) => {
    const w = world();
    w.call('800');
    w.cut();
    w.pass(40);
    t.same(pauses(w), ['wrap-up', 'wrap-up']);
    w.connect();
    w.flush();
    t.same(pauses(w), ['', '']);
    t.end();
  });
  await t.test('somebody unpaused, paused, logged out while AMI was away', (t) => {
    const w = world();
    w.call('800');
    w.cut();
    w.pause('632', agent, false);
    w.connect();
    w.flush();
    t.same(pauses(w), ['', ''], 'unpaused in one: ready in all');
    w.call('800');
    w.cut();
    w.pause('630', agent, true);
    w.connect();
    w.pass(60);
    t.same(pauses(w), ['?', '']);
    w.pause('630', agent, false);
    w.flush();
    w.call('800');
    w.cut();
    for (const queue of ['630', '632']) w.logout(queue, agent);
    w.connect();
    t.equal(w.wrapups.due, Infinity);
    t.end();
  });
  await t.test('the connection was lost before Asterisk did it: it is asked again', (t) => {
    const w = world();
    w.legEnds(legOf('800'));
    w.cut(1);
    w.connect();
    w.flush();
    t.same(pauses(w), ['wrap-up', 'wrap-up']);
    w.now += 30_000;
    w.follow(w.wrapups.tick(w.now));
    w.cut();
    w.connect();
    w.flush();
    t.same(pauses(w), ['', '']);
    t.end();
  });
  await t.test('a pause that was given up turns up late', (t) => {
    const w = world();
    w.legEnds(legOf('800'));
    const lost = [...w.actions];
    w.cut();
    w.pass(30);
    w.connect();
    w.flush();
    w.actions.push(...lost);
    w.pass(0);
    t.same(pauses(w), ['', ''], 'and is undone');
    w.legEnds(legOf('800'));
    const late = w.actions.splice(0);
    for (const pause of late) w.follow(w.wrapups.failed(pause, false, w.now));
    w.actions.push(...late);
    w.flush();
    t.same(pauses(w), ['wrap-up', 'wrap-up'], 'no answer in time: the work goes on, and its pause is no stranger’s');
    w.pass(30);
    t.same(pauses(w), ['', '']);
    t.end();
  });
  await t.test('the lists come anew while the other queues wait for their unpause', (t) => {
    const w = world();
    w.legEnds(legOf('800'));
    w.carryOut();
    w.read();
    w.pause('630', agent, false);
    w.read();
    w.connect();
    w.pass(1);
    t.same(pauses(w), ['', '']);
    t.end();
  });
  await t.test('a call ends while the unpause after the one before is under way', (t) => {
    const w = world();
    w.call('800');
    w.now += 30_000;
    w.follow(w.wrapups.tick(w.now));
    const unpauses = [...w.actions];
    w.legEnds(legOf('800'));
    w.flush();
    t.same(pauses(w), ['wrap-up', 'wrap-up']);
    for (const pause of unpauses) w.follow(w.wrapups.failed(pause, false, w.now));
    w.pass(29);
    t.same(pauses(w), ['wrap-up', 'wrap-up'], 'one that Asterisk did not answer is not asked for again in it');
    w.pass(1);
    t.same(pauses(w), ['', '']);
    t.end();
  });
  await t.test('who logged out and in again while the pause was under way', (t) => {
    const w = world();
    w.legEnds(legOf('800'));
    w.logout('630', agent);
    w.read();
    w.login('630', agent);
    w.pass(1);
    t.same(pauses(w), ['', 'wrap-up']);
    t.end();
  });
  await t.test('who paused, logged out and in again while the pause was under way', (t) => {
    const w = world();
    w.pause('630', agent, true, 'lunch');
    w.logout('630', agent);
    w.legEnds(legOf('800'));
    w.read();
    t.match(w.actions, [{ queue: '630' }, { queue: '632' }, { queue: '630', paused: true, reason: 'lunch' }]);
    w.login('630', agent);
    w.pass(1);
    t.same(pauses(w), ['', 'wrap-up'], 'neither ours nor their old one');
    w.pass(31);
    t.same(pauses(w), ['', '']);
    t.end();
  });
  await t.test('new lists do not put off what is to be undone soon', (t) => {
    const w = world();
    w.call('800');
    w.pause('630', agent, false);
    w.read();
    w.connect();
    w.pass(1);
    t.same(pauses(w), ['', '']);
    t.end();
  });
  await t.test('an unpause that Asterisk did not answer is asked for again', (t) => {
    const w = world();
    w.call('800');
    w.now += 30_000;
    w.follow(w.wrapups.tick(w.now));
    for (const pause of w.actions.splice(0)) w.follow(w.wrapups.failed(pause, false, w.now));
    w.pass(9);
    t.same(pauses(w), ['wrap-up', 'wrap-up']);
    w.pass(1);
    t.same(pauses(w), ['', '']);
    t.end();
  });
  await t.test('Asterisk refuses the pause: there is no after-call work', (t) => {
    const w = world();
    w.legEnds(legOf('800'));
    for (const pause of w.actions.splice(0)) w.follow(w.wrapups.failed(pause, true, w.now));
    t.equal(w.wrapups.due, Infinity);
    t.end();
  });
});

void t.test('the box’s clock steps while nobody looks: nobody stays paused for longer', async (t) => {
  for (const hours of [-1, 1]) {
    await t.test(`by ${hours} h, AMI was away`, (t) => {
      const w = world();
      const leg = w.call('800');
      w.callOver(callerPathOf(leg));
      w.pass(10);
      w.cut();
      w.stepped = hours * 3_600_000;
      w.connect();
      w.pass(19.999);
      t.same([pauses(w), w.settled], [['wrap-up', 'wrap-up'], []]);
      w.pass(0.001);
      t.same(pauses(w), ['', '']);
      t.match(w.settled, [{ pauseTime: 30 }]);
      t.end();
    });
    await t.test(`by ${hours} h, the daemon is another one`, (t) => {
      const w = world();
      w.call('800');
      w.pass(10);
      w.stepped = hours * 3_600_000;
      w.restartDaemon();
      w.pass(30);
      t.same(pauses(w), ['', '']);
      t.end();
    });
  }
});
