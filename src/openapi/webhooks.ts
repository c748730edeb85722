import type { FormatDoc } from '../events/formats/documented.ts';
import type { alertDoc } from '../push/alert-body.ts';
import { is, type JsonSchema } from '../system/schema.ts';
import type { Operation } from './operations.ts';
import type { Parameter } from './requests.ts';
import { tagOfFormat } from './tags.ts';

/** The name of an event in the document: `cc_cdr`, `coovox.Hangup`. */
export function webhookName({ format, name }: Pick<FormatDoc, 'format' | 'name'>): string {
  return format === 'coocenter' ? name : `${format}.${name}`;
}

/** Every pushed event, in every format in which its body is another. */
export function webhooksOf(events: readonly FormatDoc[]): Readonly<Record<string, { readonly post: Operation }>> {
  return Object.fromEntries(events.map((event) => [webhookName(event), { post: pushOf(event) }]));
}

/** The POST to `[alert] URL` (docs/operations.md, "Monitoring"): unsigned, and with no id. */
export function alertHook({
  schema,
  sample,
}: ReturnType<typeof alertDoc>): Readonly<Record<string, { readonly post: Operation }>> {
  return {
    alert: {
      post: {
        operationId: 'push_alert',
        summary: 'A receiver has failed for `alert_minutes`',
        description: 'Sent to `[alert] URL`, once, until it is answered with 2xx or the receiver is well.',
        tags: [tagOfFormat('coocenter')],
        security: [],
        requestBody: {
          required: true,
          content: { 'application/json': { schema, examples: { sample1: { value: sample } } } },
        },
        responses: answers('Anything else: it is sent again, after 15 seconds and up to an hour'),
      },
    },
  };
}

function answers(otherwise: string): Operation['responses'] {
  return { '2XX': { description: 'You have it' }, default: { description: otherwise } };
}

function pushOf(event: FormatDoc): Operation {
  const name = webhookName(event);
  const examples = Object.fromEntries(event.samples.map((value, i) => [`sample${i + 1}`, { value }]));
  return {
    operationId: `push_${name.replace('.', '_')}`,
    summary: event.summary,
    description:
      event.class === 'record'
        ? 'A record: it is kept, and sent again for three days.'
        : 'A signal: worthless when late, it is sent again for two minutes only.',
    tags: [tagOfFormat(event.format)],
    security: [],
    parameters: headers(),
    requestBody: { required: true, content: { [event.contentType]: { schema: event.schema, examples } } },
    responses: answers('Anything else: a record is sent again'),
  };
}

/** The headers of a push (docs/events.md). */
function headers(): readonly Parameter[] {
  const header = (name: string, required: boolean, description: string, schema: JsonSchema): Parameter => ({
    name,
    in: 'header',
    required,
    description,
    schema,
  });
  return [
    header('webhook-id', true, 'The same whenever the event is sent again', is.pattern('^[0-9a-f]{32}$')),
    header('x-coocenter-attempt', true, '1 for the first', is.integer()),
    header('webhook-timestamp', false, 'Seconds since 1970, with a `secret`', is.integer()),
    header(
      'webhook-signature',
      false,
      'With a `secret`: `v1,` and HMAC-SHA256 over `<webhook-id>.<webhook-timestamp>.<body>` in base64',
      is.text(),
    ),
  ];
}
