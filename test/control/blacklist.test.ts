import t from 'tap';
import { blacklistCreate, blacklistDelete, blacklistIndex } from '../../src/control/blacklist.ts';
import { controlled, message, refusal, response } from './fake.ts';

const forms = ['+4930123456', '004930123456'];

void t.test('contract §4.13 a number is blocked and unblocked in each of its forms', async (t) => {
  const { ami, control } = controlled();
  const asked = (name: string): unknown[] => ami.asked.filter((one) => one.name === name).map(({ fields }) => fields);
  ami.answer('DBPut', response('Updated database successfully'));
  t.equal(await blacklistCreate(control, forms), 'Updated database successfully');
  t.same(
    asked('DBPut'),
    forms.map((Key) => ({ Family: 'blacklist', Key, Val: '1' })),
  );
  const missing = response('!Database entry could not be deleted');
  const deleted = response('Key deleted successfully');
  ami.answer('DBDel', missing, deleted, deleted, missing, missing);
  t.equal(await blacklistDelete(control, forms), 'Key deleted successfully', 'blocked in the second form only');
  t.equal(await blacklistDelete(control, forms), 'Key deleted successfully', 'in the first only');
  await t.rejects(blacklistDelete(control, forms), refusal('not-found'), 'in none');
  t.same(
    asked('DBDel').map((fields) => (fields as { Key: string }).Key),
    [...forms, ...forms, ...forms],
  );
  ami.answer('DBDel', response('!Permission denied'));
  await t.rejects(blacklistDelete(control, forms), refusal('unavailable'));
});

void t.test('contract §4.12 what is blocked, without the flags of other programs', async (t) => {
  const { ami, control } = controlled();
  const keys = ['+4930123456', '004930123456', 'blocked', 'dest', '*67'];
  ami.answer(
    'DBGetTree',
    keys.map((key) => message({ Event: 'DBGetTreeResponse', Key: `/blacklist/${key}`, Val: '1' })),
  );
  t.same(await blacklistIndex(control), ['+4930123456', '004930123456', '*67']);
});
