import { is, type ValueOf } from '../../system/schema.ts';
import { succeeds } from '../answer-doc.ts';
import { success } from '../answer.ts';
import { route, type Route } from '../route.ts';

/** What this route needs: codes with their words, in the order of api.conf. */
export interface CodesDeps {
  /** `[pause_reasons]`. */
  readonly pauseReasons: () => ReadonlyMap<string, string>;
  /** `[dispositions]`. */
  readonly dispositions: () => ReadonlyMap<string, string>;
}

const codeSchema = is.object({ code: is.text('what is given in a request'), text: is.text('what agents read') });
const codesSchema = () =>
  is.object({
    pauseReasons: is.list(codeSchema, 'for `agent-pause`; empty: any text is a reason'),
    dispositions: is.list(codeSchema, 'for `calls/disposition`'),
  });
const codesSample: ValueOf<typeof codesSchema> = {
  pauseReasons: [{ code: 'lunch', text: 'Lunch' }],
  dispositions: [{ code: 'sold', text: 'Sold' }],
};

function listOf(codes: ReadonlyMap<string, string>): ValueOf<typeof codeSchema>[] {
  return [...codes].map(([code, text]) => ({ code, text }));
}

/** What agents choose from, for whoever shows it to them. */
export function codesRoutes({ pauseReasons, dispositions }: CodesDeps): Route[] {
  return [
    route({
      methods: ['GET'],
      path: '/coocenter-api/codes',
      summary: 'The reasons of pauses and the dispositions to choose from',
      access: 'ours',
      role: 'agent',
      answer: () => succeeds('Codes will follow', codesSchema(), codesSample),
      handle: () =>
        success('Codes will follow', {
          pauseReasons: listOf(pauseReasons()),
          dispositions: listOf(dispositions()),
        }),
    }),
  ];
}
