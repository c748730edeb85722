import { createHmac } from 'node:crypto';

import fc from 'fast-check';
import { Webhook, WebhookVerificationError } from 'standardwebhooks';
import t from 'tap';

import { headersOf, signature } from '../../src/push/headers.ts';
import { signingKey } from '../../src/system/signing-key.ts';
import { entry } from './fakes.ts';

const sending = (key: Buffer | undefined) => ({ userAgent: 'coocenter-api/1', contentType: 'application/json', key });

void t.test('signature: the published example of Standard Webhooks', (t) => {
  const key = signingKey('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw')!;
  t.equal(
    signature(key, 'msg_p5jXN8AQM9LWM0D4loKWxJek', 1614265330, '{"test": 2432232314}'),
    'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
  );
  t.end();
});

void t.test('signature: the published library of Standard Webhooks accepts it, and rejects any change', (t) => {
  const secret = fc.uint8Array({ minLength: 1, maxLength: 64 }).map((key) => Buffer.from(key));
  const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 });
  const bodies = fc.dictionary(fc.string(), fc.oneof(fc.string({ unit: 'grapheme' }), fc.nat()));
  fc.assert(
    fc.property(secret, text, bodies, (key, id, fields) => {
      const entryOf = { ...entry(id, 'record', '1'), body: JSON.stringify({ event: 'cdr', ...fields }) };
      const sent = headersOf(entryOf, 1, sending(signingKey(`whsec_${key.toString('base64')}`)), Date.now());
      const headers = Object.fromEntries(Object.entries(sent).map(([name, value]) => [name, String(value)]));
      const webhook = new Webhook(key.toString('base64'));
      t.strictSame(webhook.verify(entryOf.body, headers), JSON.parse(entryOf.body));
      t.throws(() => webhook.verify(`${entryOf.body} `, headers), WebhookVerificationError);
      t.throws(() => webhook.verify(entryOf.body, { ...headers, 'webhook-id': `${id}1` }), WebhookVerificationError);
    }),
    { numRuns: 50 },
  );
  t.end();
});

void t.test('headers: exactly these, signed only with a key (contract §3: POST, JSON body)', (t) => {
  const event = entry('0123', 'record', '1');
  const plain = {
    'Content-Type': 'application/json',
    'User-Agent': 'coocenter-api/1',
    'webhook-id': '0123',
    'x-coocenter-attempt': 2,
  };
  t.strictSame(headersOf(event, 2, sending(undefined), 1999), plain);
  const further = { ...sending(undefined), contentType: 'a/b', headers: { 'X-Key': 'v' } };
  t.strictSame(headersOf(event, 2, further, 1999), { 'X-Key': 'v', ...plain, 'Content-Type': 'a/b' });
  const expected = createHmac('sha256', 'k').update('0123.1.{"id":"0123"}').digest('base64');
  t.strictSame(headersOf(event, 2, sending(Buffer.from('k')), 1999), {
    ...plain,
    'webhook-timestamp': 1,
    'webhook-signature': `v1,${expected}`,
  });
  t.end();
});
