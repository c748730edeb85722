import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { readDeb822, readList } from './apt.ts';
import { Asterisk } from './asterisk.ts';
import { did, directDid } from './dialplan.ts';
import { Receiver } from './receiver.ts';
import { withStage } from './scenario.ts';
import { setups } from './setup.ts';
import { eventually } from './within.ts';

void t.test('apt sources: one-line lists and deb822 files name the same archive', (t) => {
  const line = 'deb [arch=amd64 signed-by=/k.gpg] http://mirror.example/debian bookworm main contrib\n# deb x y main';
  t.same(readList(line), [{ uri: 'http://mirror.example/debian', signedBy: '/k.gpg' }]);
  t.same(readList('deb http://other.example/apt stable extra'), [], 'an archive without main is no Debian');
  const stanza =
    '# Types: deb\nTypes: deb\nURIs: http://mirror.example/debian\nSuites: sid\nComponents: main\nSigned-By: /k.gpg';
  const off = 'Types: deb\nEnabled: no\nURIs: http://off.example/debian\nSuites: sid\nComponents: main';
  t.same(readDeb822(`${stanza}\n\n${off}\n`), [{ uri: 'http://mirror.example/debian', signedBy: '/k.gpg' }]);
  t.end();
});

for (const setup of setups) {
  void t.test(`${setup}: calls`, async (t) => {
    await withStage(setup, async (lab) => {
      const alice = await lab.phone('800');
      const bob = await lab.phone('801');

      const call = await alice.call('801');
      const answer = await bob.incoming();
      t.same([answer.remoteNumber, answer.remoteName], ['800', 'Agent 800'], 'the callee sees the caller');
      await answer.answer();
      await call.answered();
      await call.press('5#');
      await eventually('the keys arrive', () => answer.rtp.keysReceived === '5#');
      await answer.hold();
      await eventually('audio arrives', () => answer.rtp.packetsReceived > 0);
      await answer.unhold();
      await call.hangUp();
      t.match(await answer.ended(), { by: 'them', status: 200 }, 'the callee hears who hung up');

      lab.provider.behaviour = (number) => (number === '1000' ? 'answer' : 404);
      t.match(await (await alice.call('91001')).ended(), { by: 'them', status: 404 }, 'outbound, refused');
      const out = await alice.call('91000');
      await out.answered();
      const far = await lab.provider.incoming();
      const far2 = far.end === undefined ? far : await lab.provider.incoming();
      t.equal(far2.remoteNumber, '800');
      await far2.hangUp();
      t.match(await out.ended(), { by: 'them', status: 200 });

      const inbound = await lab.provider.callIn('18782985586', `${directDid}801`, 'Customer');
      const rung = await bob.incoming();
      t.same([rung.remoteNumber, rung.remoteName], ['18782985586', 'Customer'], 'inbound caller id');
      await rung.answer();
      await inbound.answered();
      await inbound.hangUp();
      await rung.ended();
      t.match(lab.ami.events.at(-1), { Event: /./ }, 'the independent AMI connection saw it');
    });
  });

  void t.test(`${setup}: menu, keys, queue, recording, record`, async (t) => {
    await withStage(setup, async (lab) => {
      const agent = await lab.phone('800');
      await lab.operator.login('800', '630');
      const call = await lab.provider.callIn('85322361', did);
      await call.answered();
      await call.press('0');
      t.match(await lab.ami.event('DTMFEnd'), { Digit: '0', Direction: 'Received' });
      const answer = await agent.incoming();
      await answer.answer();
      await eventually('audio from the caller', () => answer.rtp.packetsReceived > 10);
      await call.hangUp();
      await answer.ended();
      const { monitorDir, cdrFile, queueLog } = lab.asterisk;
      const name = await eventually('a recording', () =>
        readdirSync(monitorDir).find((file) => file.startsWith('q630-')),
      );
      await eventually('sound in the recording', () => statSync(join(monitorDir, name)).size > 44);
      await eventually(
        'a line in Master.csv',
        () => existsSync(cdrFile) && readFileSync(cdrFile, 'utf8').includes('85322361'),
      );
      await eventually('a line in queue_log', () => readFileSync(queueLog, 'utf8').includes('COMPLETECALLER'));
      const cdr = await lab.ami.event('Cdr');
      t.match(cdr, { Source: '85322361', Destination: '630' });
      t.notOk('LinkedID' in cdr || 'LinkedId' in cdr, 'stock fields only');
    });
  });

  void t.test(`${setup}: a restart keeps ports and queue members; a crash is reported`, async (t) => {
    const asterisk = new Asterisk(setup, { extra: { 'asterisk.conf': 'systemname = lab22' } });
    t.teardown(() => asterisk.dispose());
    await asterisk.start();
    const port = asterisk.amiPort;
    await asterisk.cli(`queue add member ${asterisk.tech}/800 to 630`);
    await asterisk.restart();
    t.equal(asterisk.amiPort, port);
    t.match(await asterisk.cli('queue show 630'), `${asterisk.tech}/800`);
    t.match(await asterisk.cli('core show settings'), 'lab22', 'lines added to a file are in force');
    const { ended, pid = 0 } = asterisk;
    process.kill(pid, 'SIGKILL');
    await t.rejects(ended, { message: /ended by itself \(SIGKILL\)/ });
    await asterisk.dispose();
    t.notOk(existsSync(asterisk.dir), 'its folder is removed');
  });
}

void t.test('a phone that is wrong, unplugged, unwilling or qualified', async (t) => {
  await withStage('22-pjsip', async (lab) => {
    const stranger = await lab.strangePhone('800');
    t.equal(await stranger.tryRegister(60, 'wrong'), 401);
    await t.rejects(stranger.incoming(50), { message: 'not within 50 ms: 800: a call' });
    const caller = await lab.phone('801');
    t.equal(await caller.options(), 200);
    const callee = await lab.phone('802');
    callee.behaviour = 'ignore';
    const lost = await caller.call('802');
    await t.rejects(lost.ringing(300), { message: /800|801: ringing/ });
    await lost.hangUp();
    t.match(lost.end, { by: 'us', status: 487 });
    callee.behaviour = 603;
    t.match(await (await caller.call('802')).ended(), { by: 'them' });
    const qualified = await lab.phone('804');
    await eventually('a qualify', () => qualified.optionsReceived > 0);
    qualified.unplugged = true;
    await lab.ami.event('ContactStatus', (event) => event['ContactStatus'] === 'Unreachable');
  });
});

void t.test('the receiver keeps every POST, in every mode', async (t) => {
  const receiver = await new Receiver().start();
  t.teardown(() => receiver.stop());
  const post = (body: string): Promise<Response> => fetch(receiver.url, { method: 'POST', body });
  t.equal((await post('{"event":"cdr","source":"808"}')).status, 200);
  t.same(await receiver.waitForEvent('cdr', { source: '808' }), { event: 'cdr', source: '808' });
  receiver.mode = { do: 'status', status: 503, headers: { 'retry-after': '1' } };
  const refused = await post('no json');
  t.same([refused.status, refused.headers.get('retry-after')], [503, '1']);
  t.equal(receiver.pushes.at(-1)?.raw, 'no json');
  receiver.mode = { do: 'cut' };
  await t.rejects(post('{}').then((response) => response.text()));
  receiver.mode = { do: 'never' };
  await t.rejects(fetch(receiver.url, { method: 'POST', body: '{}', signal: AbortSignal.timeout(100) }));
  receiver.mode = { do: 'ok' };
  await receiver.down();
  await t.rejects(post('{}'));
  await receiver.up();
  t.equal((await post('{}')).status, 200);
  await t.rejects(
    receiver.waitFor(() => false, { milliseconds: 20 }),
    { message: /1 pushes that match, but these came/ },
  );
});
