import fc from 'fast-check';
import t from 'tap';
import { webhookId } from '../../src/push/webhook-id.ts';

void t.test('the same for the same event, different for any other', (t) => {
  const id = webhookId({ mac: 'a', event: 'cdr', callId: '1.2', rowKey: '' });
  t.match(id, /^[0-9a-f]{32}$/);
  t.equal(id, webhookId({ rowKey: '', callId: '1.2', event: 'cdr', mac: 'a' }));
  const part = fc.string({ maxLength: 5 });
  const identity = fc.record({ mac: part, event: part, callId: part, rowKey: part });
  fc.assert(
    fc.property(identity, identity, (a, b) => {
      const same = a.mac === b.mac && a.event === b.event && a.callId === b.callId && a.rowKey === b.rowKey;
      return (webhookId(a) === webhookId(b)) === same;
    }),
  );
  t.not(
    webhookId({ mac: 'a', event: 'b', callId: 'c"', rowKey: '' }),
    webhookId({ mac: 'a', event: 'b', callId: 'c', rowKey: '"' }),
  );
  t.end();
});
