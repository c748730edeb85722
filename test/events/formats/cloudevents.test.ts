import { Validator } from '@cfworker/json-schema';
import fc from 'fast-check';
import t from 'tap';
import { cloudevents } from '../../../src/events/formats/cloudevents.ts';
import { eventDocs } from '../../../src/events/formats/documented.ts';

/** What the JSON Schema of CloudEvents 1.0 asks for (cloudevents/formats/cloudevents.json), and the prose besides. */
const attribute = { type: 'string', minLength: 1 } as const;
const valid = new Validator(
  {
    type: 'object',
    required: ['id', 'source', 'specversion', 'type'],
    properties: {
      id: attribute,
      source: { ...attribute, format: 'uri-reference' },
      specversion: { const: '1.0' },
      type: attribute,
      datacontenttype: { const: 'application/json' },
      subject: attribute,
      time: { ...attribute, format: 'date-time' },
      data: { type: 'object' },
    },
    additionalProperties: false,
    propertyNames: { pattern: '^[a-z0-9]+$' },
  },
  '7',
);
/** "Type System", String: control characters, surrogates that stand alone, and what is no character. */
const disallowed = /[\p{Cc}\p{Cs}\p{Noncharacter_Code_Point}]/u;

function wrongs(event: unknown): unknown[] {
  const { data, ...attributes } = event as Record<string, unknown>;
  const texts = Object.entries(attributes).filter(([, value]) => disallowed.test(String(value)));
  return [...valid.validate({ data, ...attributes }).errors, ...texts];
}

void t.test('CloudEvents 1.0: every event as it is documented', (t) => {
  const docs = eventDocs().filter(({ format }) => format === 'cloudevents');
  t.ok(docs.length >= 8);
  for (const { name, samples } of docs) for (const sample of samples) t.strictSame(wrongs(sample), [], name);
  t.equal(cloudevents.contentType, 'application/cloudevents+json', 'one event in structured mode, no batch');
  t.end();
});

void t.test('CloudEvents 1.0: whatever Asterisk and api.conf say', (t) => {
  const hex = fc.constantFrom(...Array.from('0123456789abcdefABCDEF'));
  const mac = fc
    .array(fc.tuple(hex, hex), { minLength: 6, maxLength: 6 })
    .chain((pairs) => fc.constantFrom(':', '-').map((by) => pairs.map((pair) => pair.join('')).join(by)));
  const text = fc.string({ unit: 'binary' });
  const id = fc
    .array(fc.constantFrom(...Array.from('0123456789abcdef')), { minLength: 32, maxLength: 32 })
    .map((all) => all.join(''));
  fc.assert(
    fc.property(mac, text, text, id, fc.integer({ min: 0, max: 4e12 }), (ofBox, callId, source, ofEvent, createdAt) => {
      const body = { event: 'cdr', source, mac: ofBox };
      const stored = { id: ofEvent, event: 'cdr', callId, body: JSON.stringify(body), createdAt };
      const event = JSON.parse(cloudevents.write(stored) ?? '') as Record<string, unknown>;
      t.strictSame(wrongs(event), []);
      t.match(event['source'], /^urn:dev:mac:[0-9a-f]{6}fffe[0-9a-f]{6}$/, 'RFC 9039: 16 digits in small letters');
      t.equal(Date.parse(String(event['time'])), createdAt);
      t.match(event['time'], /Z$/, 'RFC 3339, with its zone');
      t.equal(JSON.stringify(event['data']), stored.body, 'our body, byte for byte');
    }),
  );
  t.end();
});

void t.test('an event about nothing that is known has no subject', (t) => {
  const stored = { id: 'a', event: 'cdr', body: '{"event":"cdr","mac":"68:69:2e:03:8b:3e"}', createdAt: 0 };
  for (const callId of ['', '\r\n', '\uFFFF']) {
    t.notOk('subject' in (JSON.parse(cloudevents.write({ ...stored, callId }) ?? '') as object));
  }
  t.end();
});
