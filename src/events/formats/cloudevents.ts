import { fieldsOf, isAsterisks, textOf } from './format.ts';
import type { Format } from './format.ts';

/** The box as a URN: its MAC as an EUI-64 (RFC 9039 §4.1); `urn:dev:mac:` alone if the body has none. */
function sourceOf(mac: string): string {
  const digits = mac.toLowerCase().replaceAll(/[^0-9a-f]/g, '');
  return `urn:dev:mac:${digits.length === 12 ? `${digits.slice(0, 6)}fffe${digits.slice(6)}` : digits}`;
}

/** The call, without the characters that no attribute may have (CloudEvents 1.0, "Type System", String). */
function subjectOf(callId: string): string {
  return callId.replaceAll(/[\p{Cc}\p{Cs}\p{Noncharacter_Code_Point}]/gu, '');
}

/** CloudEvents 1.0 in structured JSON, our body as its `data`. */
export const cloudevents: Format = {
  contentType: 'application/cloudevents+json',
  nameOf: (event) => (isAsterisks(event) ? undefined : event),
  write({ id, event, callId, body, createdAt }) {
    const data = fieldsOf(body);
    if (data === undefined) return undefined;
    const subject = subjectOf(callId);
    return JSON.stringify({
      specversion: '1.0',
      id,
      source: sourceOf(textOf(data, 'mac')),
      type: `coocenter.${event}`,
      // An attribute that is there must not be empty.
      ...(subject !== '' && { subject }),
      time: new Date(createdAt).toISOString(),
      datacontenttype: 'application/json',
      data,
    });
  },
};
