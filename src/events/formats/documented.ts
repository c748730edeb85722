import { is, type JsonSchema } from '../../system/schema.ts';
import { asteriskEventDocs } from '../asterisk-event-fields.ts';
import { agentstateDoc } from '../agentstate.ts';
import { ccCdrDoc } from '../cc_cdr-body.ts';
import { cdrDoc } from '../cdr.ts';
import { dialanswerDoc } from '../dialanswer.ts';
import { dialbegeinDoc } from '../dialbegein.ts';
import { dialendDoc } from '../dialend.ts';
import { dispositionDoc } from '../disposition.ts';
import type { EventDoc } from '../event-doc.ts';
import { extensionstatusDoc } from '../extensionstatus.ts';
import { hangupDoc } from '../hangup.ts';
import { ivrDoc } from '../ivr.ts';
import { missedcallClaimedDoc, missedcallClosedDoc, missedcallDoc } from '../missedcall.ts';
import { recordingDoc } from '../recording.ts';
import { coocenter2CdrSchema } from './coocenter2.ts';
import { coovoxCdrSchema } from './coovox.ts';
import { formats } from './list.ts';

type FormatName = keyof typeof formats;

/** The documentation of an event in one format. */
export interface FormatDoc extends EventDoc {
  readonly format: FormatName;
  readonly contentType: string;
}

/** Every event of ours, as contract §3 has them: a new one is a line here too. */
const ours: readonly EventDoc[] = [
  dialbegeinDoc,
  dialanswerDoc,
  dialendDoc,
  hangupDoc,
  extensionstatusDoc,
  ivrDoc,
  cdrDoc,
  ccCdrDoc,
  recordingDoc,
  dispositionDoc,
  agentstateDoc,
  missedcallDoc,
  missedcallClaimedDoc,
  missedcallClosedDoc,
];

/** Every pushed event in every format in which its body is another. */
export function eventDocs(): FormatDoc[] {
  return [
    ...ours.map((doc) => as('coocenter', doc, doc.schema)),
    as('coocenter2', dialbegeinDoc, changed(dialbegeinDoc, 'event', is.word(['dialbegin']))),
    as('coocenter2', dialendDoc, changed(dialendDoc, 'dialstatus', is.text('Asterisk’s; `ANSWER`: it was answered'))),
    as('coocenter2', cdrDoc, coocenter2CdrSchema),
    ...asteriskEventDocs.map((doc) => ({ ...doc, format: 'coovox' as const, contentType: formats.coovox.contentType })),
    as('coovox', cdrDoc, coovoxCdrSchema),
    ...ours.map((doc) => as('cloudevents', doc, envelope(doc))),
  ];
}

/** An event of ours in a format; its samples are what the format makes of ours. */
function as(format: FormatName, doc: EventDoc, schema: JsonSchema): FormatDoc {
  const written = formats[format];
  const samples = doc.samples.map((sample) => {
    const { uuid, uniqueid, exten, agent } = sample as Readonly<Record<string, string>>;
    const callId = uuid ?? uniqueid ?? (exten === undefined ? `agent ${agent ?? ''}` : `exten ${exten}`);
    const body = JSON.stringify(sample);
    const stored = { id: '0c1c8f2f6a9d4c1f8f0a3b7f0c5d9e21', event: doc.name, callId, body, createdAt: sampleTime };
    return JSON.parse(written.write(stored) ?? '') as unknown;
  });
  return {
    ...doc,
    name: written.nameOf(doc.name) ?? doc.name,
    format,
    contentType: written.contentType,
    schema,
    samples,
  };
}

/** 2018-11-08 02:21:33 UTC. */
const sampleTime = 1_541_643_693_000;

/** The schema with another field in the place of one. */
function changed({ schema }: EventDoc, name: string, field: JsonSchema): JsonSchema {
  return { ...schema, properties: { ...(schema['properties'] as JsonSchema), [name]: field } };
}

/** CloudEvents 1.0 around the body. */
function envelope({ name, schema }: EventDoc): JsonSchema {
  return is.object({
    specversion: is.word(['1.0']),
    id: is.pattern('^[0-9a-f]{32}$', 'the `webhook-id`'),
    source: is.text('the box as a URN: its MAC as an EUI-64'),
    type: is.word([`coocenter.${name}`]),
    subject: is.optional(is.text('the call, or what else the event is about')),
    time: is.text('when it was taken, ISO 8601'),
    datacontenttype: is.word(['application/json']),
    data: schema,
  });
}
