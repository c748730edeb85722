import t from 'tap';
import type { Test } from 'tap';
import { accounts } from '../lab/conf.ts';
import { Daemon } from '../lab/daemon.ts';
import { AmiProxy } from '../lab/proxy.ts';
import type { Lab } from '../lab/scenario.ts';
import { connected } from '../lab/scenarios/talk.ts';
import { withLab } from '../lab/scenario.ts';
import { eventually, patience } from '../lab/within.ts';
import { errorsIn } from '../oracle/errors.ts';
import { compareLive } from './run-scenarios.ts';

async function answerOf({ port }: Daemon, path: string): Promise<{ status: number; text: string }> {
  const answer = await fetch(`http://127.0.0.1:${port}${path}`);
  return { status: answer.status, text: await answer.text() };
}

/** A daemon whose secret is wrong, until a person corrects it and starts the daemon again. */
async function wrongSecret(t: Test, { asterisk, receiver }: Lab): Promise<void> {
  const ami = { secret: 'not-4711-the-secret' };
  const daemon = new Daemon(asterisk, receiver.url, { ami });
  try {
    await daemon.launch();
    const refused = 'Asterisk refuses the user coocenter-api: Authentication failed';
    await eventually(
      'GET /ready tells of the authentication',
      async () => {
        const { status, text } = await answerOf(daemon, '/ready').catch(() => ({ status: 0, text: '' }));
        return status === 503 && text.includes(refused);
      },
      patience,
    );
    t.equal((await answerOf(daemon, '/health')).status, 200, 'the daemon lives');
    t.match(await daemon.api('GET', 'queues/queue-info'), { status: 503, json: { status: 'error' } });
    const told = (): string[] => daemon.output.split('\n').filter((line) => line.includes(refused));
    await eventually('it tries again', () => told().length > 1, patience);
    t.equal(told().filter((line) => line.startsWith('<3>')).length, 1, 'the error is logged once');
    t.equal(told().filter((line) => /^<[0-6]>/.test(line)).length, 1, 'and again only for who debugs');
    t.notMatch(daemon.output, ami.secret, 'the log never has the secret');
    t.notMatch((await answerOf(daemon, '/ready')).text, ami.secret, 'nor has an answer');
    await daemon.stop();
    ami.secret = accounts.daemon.secret;
    await daemon.start();
    t.equal((await daemon.api('GET', 'queues/queue-info')).status, 200, 'corrected and started again it works');
    t.notMatch(daemon.output, ami.secret, 'the log has not the right one either');
  } finally {
    await daemon.dispose();
  }
}

/** The connection stays open and brings nothing any more, in the middle of a call that ends meanwhile. */
async function silence(t: Test, lab: Lab, proxy: AmiProxy): Promise<void> {
  const { daemon, receiver } = lab;
  const { call, answer } = await connected(lab);
  await receiver.waitForEvent('extensionstatus', { exten: '801', status: '1' });
  const from = proxy.actions.length;
  proxy.stall();
  t.equal((await daemon.api('GET', 'queues/queue-info')).status, 200, 'nobody can know yet');
  // Whoever must ask Asterisk gets no answer, and is told so in time.
  t.match(await daemon.api('GET', 'blacklist/index'), { status: 504, json: { message: /did not answer in time/ } });
  await answer.hangUp();
  await call.ended();
  await eventually('GET /ready answers 503', async () => (await answerOf(daemon, '/ready')).status === 503, patience);
  t.match((await answerOf(daemon, '/ready')).text, /no connection to Asterisk/);
  const pings = proxy.actions.slice(from).filter(({ Action }) => Action === 'Ping').length;
  t.equal(pings, 2, 'two pings were not answered');
  t.equal(receiver.events('dialend').length, 0, 'whether the call goes on is not known');
  proxy.resume();
  await daemon.ready();
  await receiver.waitFor(({ json }) => json['event'] === 'hangup', { count: 2 });
  await compareLive(t, daemon, lab.ami);
  t.equal(receiver.events('dialbegein').length, 1, 'contract §3.1');
  t.match(receiver.events('dialend'), [{ dialstatus: 'hangup' }], 'contract §3.2: one dialend');
  t.equal(receiver.events('hangup').length, 2, 'contract §3.3: one hangup for each channel');
}

void t.test('Asterisk does not answer, or does not let us in', async (t) => {
  t.jobs = 2;
  const proxy = new AmiProxy();
  await withLab(
    t,
    '22-pjsip',
    async (lab) => {
      const { pid } = lab.daemon;
      // Each waits for the daemon's own intervals: at the same time.
      await Promise.all([
        t.test('bytes stop, nothing is closed', { buffered: true }, (t) => silence(t, lab, proxy)),
        t.test('the secret is wrong', { buffered: true }, (t) => wrongSecret(t, lab)),
      ]);
      t.equal(lab.daemon.pid, pid, 'the daemon is the same');
      t.same(errorsIn(lab.daemon.output), [], 'no error in its log');
    },
    { proxy },
  );
});
