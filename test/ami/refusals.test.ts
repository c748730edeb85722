import type { RefusalKind } from '../../src/system/refusal.ts';
import t from 'tap';
import type { AmiErrorKind } from '../../src/ami/errors.ts';
import { AmiError } from '../../src/ami/errors.ts';
import { requireSuccess } from '../../src/ami/require-success.ts';
import { withRefusals } from '../../src/ami/refusals.ts';
import { blacklistDelete, blacklistIndex } from '../../src/control/blacklist.ts';
import { numberExists } from '../../src/control/dial-context.ts';
import { fetchSnapshot } from '../../src/snapshot/snapshot.ts';
import { FakeAsterisk, message, response, value } from '../control/fake.ts';

void t.test('contract §4: Asterisk’s text is the message, with the kind of refusal it is', (t) => {
  t.equal(requireSuccess(response('Interface paused successfully')), 'Interface paused successfully');
  // The exact texts of Asterisk 16 and 22.
  const refusals: readonly [RefusalKind, string][] = [
    ['not-found', 'Interface not found'],
    ['conflict', 'Unable to add interface: Already there'],
    ['not-found', 'Unable to add interface to queue: No such queue'],
    ['not-found', 'Unable to remove interface: Not there'],
    ['not-found', 'Channel does not exist: SIP/800-00000001'],
    ['not-found', 'No such channel'],
    ['not-found', 'Database entry could not be deleted'],
    ['not-found', 'Extension does not exist.'],
    ['unavailable', 'Permission denied'],
    ['conflict', 'Originate failed'],
  ];
  for (const [kind, text] of refusals) t.throws(() => requireSuccess(response(`!${text}`)), { kind, message: text });
  t.throws(() => requireSuccess(response('!')), { kind: 'conflict', message: 'Asterisk refused the request' });
  t.end();
});

void t.test('the refusal when Asterisk could not be asked', async (t) => {
  const kinds: Record<AmiErrorKind, RefusalKind | undefined> = {
    'refused-value': 'invalid',
    // A fault of ours, which no client can mend.
    'refused-action': undefined,
    'not-connected': 'unavailable',
    disconnected: 'unavailable',
    unreachable: 'unavailable',
    authentication: 'unavailable',
    protocol: 'unavailable',
    timeout: 'timeout',
  };
  for (const [kind, wanted] of Object.entries(kinds) as [AmiErrorKind, RefusalKind | undefined][]) {
    const failure = new AmiError(kind, `it was ${kind}`);
    const ami = withRefusals(new FakeAsterisk().answer('Ping', failure).answer('QueueStatus', failure));
    for (const asked of [ami.action('Ping'), ami.list('QueueStatus')]) {
      const told = await asked.then(
        () => undefined,
        (cause: unknown) => cause as Record<string, unknown>,
      );
      if (wanted === undefined) t.equal(told, failure);
      else t.match(told, { name: 'Refusal', kind: wanted, cause: failure }, kind);
      if (wanted === 'unavailable') t.equal(told?.['retryAfter'], 2);
    }
  }
  const bug = new TypeError('a bug');
  await t.rejects(withRefusals(new FakeAsterisk().answer('Ping', bug)).action('Ping'), bug);
  t.match(await withRefusals(new FakeAsterisk()).action('Ping'), { name: 'Success' });
});

void t.test('a list that the AMI account may not have is no empty list', async (t) => {
  const fake = new FakeAsterisk().answer('DBGetTree', response('!Permission denied'));
  await t.rejects(blacklistIndex({ ami: withRefusals(fake) }), { kind: 'unavailable', message: 'Permission denied' });
  fake.answer('DBGetTree', response('!Database entry not found'));
  t.same(await blacklistIndex({ ami: withRefusals(fake) }), [], 'one that Asterisk has nothing for is');
  fake.answer('SIPpeers', response('!Invalid/unknown command: SIPpeers.'));
  t.same(await fetchSnapshot({ ami: withRefusals(fake) }), { channels: [], queues: [], hints: [], endpoints: [] });
  fake.answer('QueueStatus', response('!Permission denied'));
  await t.rejects(fetchSnapshot({ ami: withRefusals(fake) }), { kind: 'unavailable', message: 'Permission denied' });
});

void t.test('contract §4.12, §4.13 blacklist', async (t) => {
  const ami = new FakeAsterisk();
  ami.answer('DBGetTree', [message({ Event: 'DBGetTreeResponse', Key: '/blacklist/+34*1#', Val: '1' })]);
  t.same(await blacklistIndex({ ami }), ['+34*1#']);
  ami.answer('DBDel', response('!Database entry could not be deleted'));
  await t.rejects(blacklistDelete({ ami }, ['7']), { kind: 'not-found', message: /deleted/ });
  t.same(ami.asked.at(-1), { name: 'DBDel', fields: { Family: 'blacklist', Key: '7' } });
});

void t.test('whether the dialplan has a number', async (t) => {
  const ami = new FakeAsterisk().answer('Getvar DIALPLAN_EXISTS', value('1'), value('0'), value(''));
  t.equal(await numberExists({ ami }, 'internal', '801'), true);
  t.same(ami.asked[0]?.fields, { Variable: 'DIALPLAN_EXISTS(internal,801,1)' });
  t.equal(await numberExists({ ami }, 'internal', '801'), false);
  t.equal(await numberExists({ ami }, 'internal', '801'), undefined, 'func_dialplan is not loaded');
  ami.answer('Getvar DIALPLAN_EXISTS', response('!Permission denied'));
  await t.rejects(numberExists({ ami }, 'internal', '801'), { kind: 'unavailable', message: 'Permission denied' });
});
