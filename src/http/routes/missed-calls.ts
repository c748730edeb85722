import type { MissedCall } from '../../picture/model.ts';
import { is, type ValueOf } from '../../system/schema.ts';
import type { Identity } from '../../users/identity.ts';
import type { Asker } from '../../work/missed-calls.ts';
import { missedFields, missedRow, missedSample } from '../../work/missed-row.ts';
import { succeeds, type Refusals } from '../answer-doc.ts';
import { success } from '../answer.ts';
import { HttpError } from '../http-error.ts';
import { confinedTo, onlyOwn, requireOwn } from '../own.ts';
import { callUuid, extension, note, oneOf, optional, queue, requireCode, code } from '../params.ts';
import { route, type Route } from '../route.ts';
import type { CodesDeps } from './codes.ts';
import { limit } from './outbox-params.ts';

/** What these routes need. */
export interface MissedCallsDeps extends Pick<CodesDeps, 'dispositions'> {
  readonly missedCalls: {
    list(asker: Asker): readonly MissedCall[];
    claim(id: string, asker: Asker): Promise<MissedCall>;
    close(id: string, asker: Asker, outcome: string, note: string): Promise<MissedCall>;
    reopen(id: string, asker: Asker): Promise<MissedCall>;
  };
}

const root = '/coocenter-api/missed-calls';

const rowSchema = () => is.object(missedFields, 'as the event `missedcall` has it');
const listSchema = () =>
  is.object({
    missedCalls: is.list(rowSchema(), 'those that were lost last first'),
    total: is.integer('how many there are, of which `limit` are told'),
  });
const listSample: ValueOf<typeof listSchema> = { missedCalls: [missedSample], total: 1 };

const id = callUuid;
const meantId = 'the missed call, by `id` of its row';
const meantExtension = (who: string): string => `${who}; without it, the extension of who signed in`;
const common: Refusals = {
  ...onlyOwn,
  400: ['missing parameter: extension'],
  404: ['no such missed call'],
};
const taken = 'the missed call is claimed by …';
const closed = 'the missed call is closed';

/** Who asks, for the extension that they name or their own. */
function askerOf(identity: Identity, given: string | undefined): Asker {
  const own = given ?? identity.extension;
  requireOwn(identity, own);
  const { name, role } = identity;
  return { extension: own, name, isAbove: role !== 'agent', confinedTo: confinedTo(identity) };
}

/** @throws {HttpError} 400 when nobody is named: with the token of the day, who does it is the client's to say */
function workerOf(identity: Identity, given: string | undefined): Asker {
  const asker = askerOf(identity, given);
  if (asker.extension === '' && asker.name === '') throw new HttpError(400, 'missing parameter: extension');
  return asker;
}

/** The callers that were lost, and who does what about them. */
export function missedCallsRoutes({ missedCalls, dispositions }: MissedCallsDeps): Route[] {
  return [
    route({
      methods: ['GET'],
      path: root,
      summary: 'Callers that were lost, to be called back',
      access: 'ours',
      role: 'agent',
      params: {
        state: optional(oneOf('open', 'claimed', 'closed', 'all')),
        queue: optional(queue),
        limit,
      },
      meanings: {
        state: 'only those in this state; without it, all that are not closed',
        queue: 'only callers that were lost in this queue',
        limit: 'missed calls in the answer, 100 without it',
      },
      answer: () => succeeds('Missed calls will follow', listSchema(), listSample),
      handle(values, { identity }) {
        const found = missedCalls
          .list(askerOf(identity, undefined))
          .filter(({ queues }) => values.queue === undefined || queues.includes(values.queue))
          .map(missedRow)
          .filter(({ state }) => isWanted(values.state, state));
        return success('Missed calls will follow', {
          missedCalls: found.slice(0, values.limit ?? 100),
          total: found.length,
        });
      },
    }),
    route({
      methods: ['POST'],
      path: `${root}/claim`,
      summary: 'Say that one calls back',
      access: 'ours',
      role: 'agent',
      params: { id, extension: optional(extension) },
      meanings: { id: meantId, extension: meantExtension('who calls back') },
      answer: () => succeeds('missed call claimed', rowSchema(), missedSample),
      refuses: { ...common, 409: [taken, closed] },
      handle: async (values, { identity }) =>
        success(
          'missed call claimed',
          missedRow(await missedCalls.claim(values.id, workerOf(identity, values.extension))),
        ),
    }),
    route({
      methods: ['POST'],
      path: `${root}/close`,
      summary: 'Say that nobody needs to call back any more',
      access: 'ours',
      role: 'agent',
      params: { id, outcome: optional(code), note: optional(note), extension: optional(extension) },
      meanings: {
        id: meantId,
        outcome: 'what came of it: one of the dispositions of codes, if there are any',
        note: 'what else there is to say',
        extension: meantExtension('who closes it'),
      },
      answer: () => succeeds('missed call closed', rowSchema(), missedSample),
      refuses: { ...common, 400: [...(common[400] ?? []), 'parameter outcome must be one of …'], 409: [taken, closed] },
      async handle(values, { identity }) {
        const worker = workerOf(identity, values.extension);
        if (values.outcome !== undefined) requireCode('outcome', values.outcome, dispositions());
        const done = await missedCalls.close(values.id, worker, values.outcome ?? '', values.note ?? '');
        return success('missed call closed', missedRow(done));
      },
    }),
    route({
      methods: ['POST'],
      path: `${root}/reopen`,
      summary: 'Open a closed one again, or let go of a claimed one',
      access: 'ours',
      role: 'agent',
      params: { id, extension: optional(extension) },
      meanings: { id: meantId, extension: meantExtension('who reopens it, or lets go') },
      answer: () => succeeds('missed call reopened', rowSchema(), missedSample),
      refuses: {
        ...common,
        409: [taken, 'the missed call is open', 'the number was lost again: see the missed call …'],
      },
      handle: async (values, { identity }) =>
        success(
          'missed call reopened',
          missedRow(await missedCalls.reopen(values.id, workerOf(identity, values.extension))),
        ),
    }),
  ];
}

/** Without a state, all that are not closed. */
function isWanted(wanted: 'open' | 'claimed' | 'closed' | 'all' | undefined, state: string): boolean {
  return wanted === 'all' || (wanted === undefined ? state !== 'closed' : wanted === state);
}
