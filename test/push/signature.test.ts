import { createHmac } from 'node:crypto';

import fc from 'fast-check';
import { Webhook, WebhookVerificationError } from 'standardwebhooks';
import t from 'tap';

import { headersOf, signature } from '../../src/push/headers.ts';
import { eventWait, probeWait, retryAfter } from '../../src/push/schedule.ts';
import { webhookId } from '../../src/push/webhook-id.ts';
import { SecretError, signingKey } from '../../src/system/signing-key.ts';
import { entry } from './fakes.ts';

void t.test('signature: the published example of Standard Webhooks', (t) => {
  const key = signingKey('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw')!;
  t.equal(
    signature(key, 'msg_p5jXN8AQM9LWM0D4loKWxJek', 1614265330, '{"test": 2432232314}'),
    'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
  );
  t.end();
});

void t.test('signature: the published library of Standard Webhooks takes it, and nothing that was changed', (t) => {
  const secret = fc.uint8Array({ minLength: 1, maxLength: 64 }).map((key) => Buffer.from(key));
  const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 });
  const bodies = fc.dictionary(fc.string(), fc.oneof(fc.string({ unit: 'grapheme' }), fc.nat()));
  fc.assert(
    fc.property(secret, text, bodies, (key, id, fields) => {
      const entryOf = { ...entry(id, 'record', '1'), body: JSON.stringify({ event: 'cdr', ...fields }) };
      const sent = headersOf(entryOf, 1, 'coocenter-api/1', signingKey(`whsec_${key.toString('base64')}`), Date.now());
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

void t.test('signature: keys', (t) => {
  t.equal(signingKey(''), undefined, 'unsigned');
  t.strictSame(signingKey('plain # text'), Buffer.from('plain # text'));
  t.strictSame(signingKey('whsec_AAEC'), Buffer.from([0, 1, 2]));
  t.strictSame(signingKey('whsec_AAE='), signingKey('whsec_AAE'), 'with and without padding');
  for (const bad of ['whsec_', 'whsec_A', 'whsec_ not base64', 'whsec_AAEC!'])
    t.throws(() => signingKey(bad), SecretError, bad);
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
  t.strictSame(headersOf(event, 2, 'coocenter-api/1', undefined, 1999), plain);
  const expected = createHmac('sha256', 'k').update('0123.1.{"id":"0123"}').digest('base64');
  t.strictSame(headersOf(event, 2, 'coocenter-api/1', Buffer.from('k'), 1999), {
    ...plain,
    'webhook-timestamp': 1,
    'webhook-signature': `v1,${expected}`,
  });
  t.end();
});

void t.test('webhook-id: the same for the same event, another for any other', (t) => {
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

void t.test('schedule: 0, 5 s, 30 s, 2 min, 10 min, 30 min, 1 h, 2 h, 2 h …', (t) => {
  const seconds = [1, 2, 3, 4, 5, 6, 7, 8, 9, 100].map((attempt) => eventWait(attempt, 0.5) / 1000);
  t.strictSame(seconds, [0, 5, 30, 120, 600, 1800, 3600, 7200, 7200, 7200]);
  t.equal(eventWait(2, 0), 4000);
  t.equal(eventWait(9, 0.5, 30_000), 30_000);
  t.equal(probeWait(4, 0.5), 10_000);
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 1e6 }),
      fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      (attempt, random) => {
        const middle = eventWait(attempt, 0.5);
        const wait = eventWait(attempt, random);
        return Number.isInteger(wait) && wait >= 0.8 * middle && wait <= 1.2 * middle;
      },
    ),
  );
  t.end();
});

void t.test('Retry-After: seconds or HTTP-date, at most an hour, nonsense is none (RFC 9110 §10.2.3)', (t) => {
  const now = Date.parse('Sun, 06 Nov 1994 08:49:37 GMT');
  t.equal(retryAfter('120', now), 120_000);
  t.equal(retryAfter(' 0 ', now), 0);
  t.equal(retryAfter('9'.repeat(400), now), 3_600_000);
  t.equal(retryAfter('Sun, 06 Nov 1994 08:50:07 GMT', now), 30_000);
  t.equal(retryAfter('Sun, 06 Nov 1994 08:00:00 GMT', now), 0, 'past');
  t.equal(retryAfter('Mon, 07 Nov 1994 08:49:37 GMT', now), 3_600_000);
  for (const bad of [undefined, '', 'soon', '-5', '1.5', '0x10', 'Sun, 99 Nov 1994 08:49:37 GMT'])
    t.equal(retryAfter(bad, now), undefined, String(bad));
  fc.assert(
    fc.property(fc.string(), (text) => {
      const wait = retryAfter(text, now);
      return wait === undefined || (wait >= 0 && wait <= 3_600_000);
    }),
  );
  t.end();
});
