import { is, type JsonSchema, type ValueOf } from '../system/schema.ts';

const schema = () =>
  is.object({
    event: is.word(['alert']),
    alert: is.word(['receiver-down']),
    receiver: is.text('name of the `[push.<name>]`, or `URL`'),
    since: is.text('when it began to fail, in the time of the box'),
    minutes: is.integer('for which it has failed'),
    records: is.integer('that wait for it'),
    reason: is.text('of its last failure'),
    mac: is.text('of the box'),
  });

/** What is posted to `[alert] URL`. */
export type AlertBody = ValueOf<typeof schema>;

/** The documentation of an alert; made when it is asked for. */
export function alertDoc(): { readonly schema: JsonSchema; readonly sample: AlertBody } {
  return {
    schema: schema(),
    sample: {
      event: 'alert',
      alert: 'receiver-down',
      receiver: 'crm',
      since: '2026-11-24 08:20:56',
      minutes: 15,
      records: 12,
      reason: 'HTTP 500',
      mac: '68:69:2e:03:8b:3e',
    },
  };
}
