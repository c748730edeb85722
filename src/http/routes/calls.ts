import { is, type ValueOf } from '../../system/schema.ts';
import type { Given, Order } from '../../work/dispositions.ts';
import { succeeds } from '../answer-doc.ts';
import { success } from '../answer.ts';
import { confinedTo, onlyOwn, requireOwn } from '../own.ts';
import { callUuid, code, extension, note, oneOf, optional, requireCode } from '../params.ts';
import { route, type Route } from '../route.ts';
import type { CodesDeps } from './codes.ts';

/** What this route needs. */
export interface CallsDeps extends Pick<CodesDeps, 'dispositions'> {
  /** Takes what came of a call. Rejects with `Refusal`. */
  readonly dispose: (order: Order) => Promise<Given>;
}

const givenSchema = () => is.object({ inRecord: is.boolean('the `cc_cdr` of the call is still to come, and has it') });
const givenSample: ValueOf<typeof givenSchema> = { inRecord: true };

/** What came of calls. */
export function callsRoutes({ dispose, dispositions }: CallsDeps): Route[] {
  return [
    route({
      methods: ['POST'],
      path: '/coocenter-api/calls/disposition',
      summary: 'Say what came of a call, while it goes on or afterwards',
      access: 'ours',
      role: 'agent',
      params: {
        uuid: callUuid,
        code,
        note: optional(note),
        extension: optional(extension),
        ready: optional(oneOf('0', '1')),
      },
      meanings: {
        uuid: 'the call that it came of',
        code: 'what came of it: one of those of codes, if there are any',
        note: 'what else there is to say',
        extension: 'who says it; without it, the extension of who signed in',
        ready: 'whether after-call work ends with it: 1, or, without it, 0',
      },
      answer: () => succeeds('disposition taken', givenSchema(), givenSample),
      refuses: {
        ...onlyOwn,
        400: ['parameter code must be one of …'],
        404: ['no such call', 'no such call of yours'],
        503: ['the store fails: …'],
      },
      handle: async (values, { identity }) => {
        const { name, extension: own } = identity;
        const acting = values.extension ?? own;
        requireOwn(identity, acting);
        requireCode('code', values.code, dispositions());
        const given = await dispose({
          callId: values.uuid,
          code: values.code,
          text: dispositions().get(values.code) ?? '',
          note: values.note ?? '',
          extension: acting,
          name,
          confinedTo: confinedTo(identity),
          isReady: values.ready === '1',
        });
        return success('disposition taken', given);
      },
    }),
  ];
}
