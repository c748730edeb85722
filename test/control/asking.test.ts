import t from 'tap';
import type { AmiErrorKind } from '../../src/ami/errors.ts';
import { AmiError } from '../../src/ami/errors.ts';
import { accepted } from '../../src/control/answer.ts';
import { asking } from '../../src/control/asking.ts';
import { blacklistDelete, blacklistIndex } from '../../src/control/blacklist.ts';
import { numberExists } from '../../src/control/dial-context.ts';
import { fetchLists } from '../../src/control/lists.ts';
import { FakeAsterisk, message, response, value } from './fake.ts';

void t.test('contract §4: Asterisk’s text is the message, with a fitting status', (t) => {
  t.equal(accepted(response('Interface paused successfully')), 'Interface paused successfully');
  // The exact texts of Asterisk 16 and 22.
  const refusals: readonly [number, string][] = [
    [404, 'Interface not found'],
    [409, 'Unable to add interface: Already there'],
    [404, 'Unable to add interface to queue: No such queue'],
    [404, 'Unable to remove interface: Not there'],
    [404, 'Channel does not exist: SIP/800-00000001'],
    [404, 'No such channel'],
    [404, 'Database entry could not be deleted'],
    [404, 'Extension does not exist.'],
    [503, 'Permission denied'],
    [409, 'Originate failed'],
  ];
  for (const [status, text] of refusals) t.throws(() => accepted(response(`!${text}`)), { status, message: text });
  t.throws(() => accepted(response('!')), { status: 409, message: 'Asterisk refused the request' });
  t.end();
});

void t.test('what an API client is told when Asterisk could not be asked', async (t) => {
  const statuses: Record<AmiErrorKind, number | undefined> = {
    'refused-value': 400,
    // A fault of ours, which no client can mend.
    'refused-action': undefined,
    'not-connected': 503,
    disconnected: 503,
    unreachable: 503,
    authentication: 503,
    protocol: 503,
    timeout: 504,
  };
  for (const [kind, status] of Object.entries(statuses) as [AmiErrorKind, number | undefined][]) {
    const failure = new AmiError(kind, `it was ${kind}`);
    const ami = asking(new FakeAsterisk().answer('Ping', failure).answer('QueueStatus', failure));
    for (const asked of [ami.action('Ping'), ami.list('QueueStatus')]) {
      const told = await asked.then(
        () => undefined,
        (cause: unknown) => cause as Record<string, unknown>,
      );
      if (status === undefined) t.equal(told, failure);
      else t.match(told, { name: 'ApiError', status, cause: failure }, kind);
      if (status === 503) t.same(told?.['headers'], { 'Retry-After': '2' });
    }
  }
  const bug = new TypeError('a bug');
  await t.rejects(asking(new FakeAsterisk().answer('Ping', bug)).action('Ping'), bug);
  t.match(await asking(new FakeAsterisk()).action('Ping'), { name: 'Success' });
});

void t.test('a list that the AMI account may not have is no empty list', async (t) => {
  const fake = new FakeAsterisk().answer('DBGetTree', response('!Permission denied'));
  await t.rejects(blacklistIndex({ ami: asking(fake) }), { status: 503, message: 'Permission denied' });
  fake.answer('DBGetTree', response('!Database entry not found'));
  t.same(await blacklistIndex({ ami: asking(fake) }), [], 'one that Asterisk has nothing for is');
  fake.answer('SIPpeers', response('!Invalid/unknown command: SIPpeers.'));
  t.same(await fetchLists({ ami: asking(fake) }), { channels: [], queues: [], hints: [], endpoints: [] });
  fake.answer('QueueStatus', response('!Permission denied'));
  await t.rejects(fetchLists({ ami: asking(fake) }), { status: 503, message: 'Permission denied' });
});

void t.test('contract §4.12, §4.13 blacklist', async (t) => {
  const ami = new FakeAsterisk();
  ami.answer('DBGetTree', [message({ Event: 'DBGetTreeResponse', Key: '/blacklist/+34*1#', Val: '1' })]);
  t.same(await blacklistIndex({ ami }), ['+34*1#']);
  ami.answer('DBDel', response('!Database entry could not be deleted'));
  await t.rejects(blacklistDelete({ ami }, '7'), { status: 404, message: /deleted/ });
  t.same(ami.asked.at(-1), { name: 'DBDel', fields: { Family: 'blacklist', Key: '7' } });
});

void t.test('whether the dialplan has a number', async (t) => {
  const ami = new FakeAsterisk().answer('Getvar DIALPLAN_EXISTS', value('1'), value('0'), value(''));
  t.equal(await numberExists({ ami }, 'internal', '801'), true);
  t.same(ami.asked[0]?.fields, { Variable: 'DIALPLAN_EXISTS(internal,801,1)' });
  t.equal(await numberExists({ ami }, 'internal', '801'), false);
  t.equal(await numberExists({ ami }, 'internal', '801'), undefined, 'func_dialplan is not loaded');
  ami.answer('Getvar DIALPLAN_EXISTS', response('!Permission denied'));
  await t.rejects(numberExists({ ami }, 'internal', '801'), { status: 503, message: 'Permission denied' });
});
