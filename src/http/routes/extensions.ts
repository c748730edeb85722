import { clickNumber } from '../../control/click-number.ts';
import { hangup } from '../../control/hangup.ts';
import { spy } from '../../control/spy.ts';
import { transfer } from '../../control/transfer.ts';
import { is, type ValueOf } from '../../system/schema.ts';
import { succeeds, type Refusals } from '../answer-doc.ts';
import { success } from '../answer.ts';
import { confinedTo, onlyOwn, requireOwn } from '../own.ts';
import { dst, extension, limitSec, oneOf, optional, ringSec } from '../params.ts';
import type { Route } from '../route.ts';
import { route } from '../route.ts';
import type { RouteDeps } from './deps.ts';
import { whileUp } from './deps.ts';
import {
  currentCalls,
  currentCallSample,
  currentCallSchema,
  extensionStatus,
  hintSample,
  hintSchema,
  hintsStatus,
  registrationSamples,
  registrationSchema,
} from './live.ts';

const own = '/coocenter-api/extensions';

function stateRoutes({ registrations, picture }: RouteDeps): Route[] {
  return [
    route({
      methods: ['POST', 'GET'],
      path: `${own}/current-calls`,
      summary: 'Channels that ring or talk (§4.1)',
      role: 'agent',
      answer: () => succeeds('Channels will follow', is.list(currentCallSchema), [currentCallSample]),
      handle: (_values, { identity }) =>
        success('Channels will follow', currentCalls(picture, Date.now(), confinedTo(identity))),
    }),
    route({
      methods: ['GET', 'POST'],
      path: `${own}/extension-status`,
      summary: 'Where the phones are registered (§4.2)',
      role: 'agent',
      answer: () => succeeds('Peer status list will follow', is.list(registrationSchema), registrationSamples),
      handle: async () => success('Peer status list will follow', extensionStatus(picture, await registrations())),
    }),
    route({
      methods: ['GET', 'POST'],
      path: `${own}/extension-hints-status`,
      summary: 'States of agents and of extensions with a hint (§4.3)',
      role: 'agent',
      answer: () => ({
        description: 'A bare array of the extensions that are agents or have a hint',
        schema: is.list(hintSchema),
        examples: [[hintSample]],
      }),
      handle: () => ({ body: hintsStatus(picture) }),
    }),
  ];
}

/** What `data` of a click-to-dial says. */
export const clickSchema = is.object({
  uniqueid: is.text('the uniqueid that the call’s events will have'),
  uniqueids: is.optional(is.list(is.text(), 'those of all phones that ring, when they are several')),
});

/** A sample of it. */
export const clickSample: ValueOf<typeof clickSchema> = { uniqueid: '1795379579.900000001' };

const unknown = ['Extension does not exist.'];

/** What the verbs refuse, for the documentation. */
export const refusals = {
  click: {
    404: unknown,
    409: ['extension … did not answer: busy'],
    503: ['the connection to Asterisk was lost while the phone rang'],
  },
  hangup: { 404: unknown, 409: ['extension … has no call'] },
  transfer: {
    404: unknown,
    409: ['extension … has no call to transfer', 'extension … talks to 2 at once: it cannot be told whom to transfer'],
    503: ['Asterisk cannot tell whether the number exists (its module func_dialplan is not loaded)'],
  },
  spy: { 404: unknown, 409: ['extension … has no call to listen to'] },
} satisfies Readonly<Record<string, Refusals>>;

function callRoutes({ control, dialFeatures, international }: RouteDeps): Route[] {
  const number = dst(dialFeatures, international);
  return [
    route({
      methods: ['POST'],
      path: `${own}/click-number`,
      summary: 'Ring src, then call dst (§4.8)',
      role: 'agent',
      params: {
        src: extension,
        dst: number,
        limitSec: optional(limitSec),
        ringSec: optional(ringSec),
        wait: optional(oneOf('0', '1')),
      },
      meanings: {
        src: 'the extension that is rung first',
        dst: 'the number that is called when src has picked up',
        limitSec: 'seconds of talk after which the call ends',
        ringSec: 'seconds that the phone of src rings, 30 without it',
        wait: 'with 1 the answer comes when src picked up, or did not',
      },
      answer: () => succeeds('Originate successfully queued', clickSchema, clickSample),
      refuses: { ...onlyOwn, ...refusals.click },
      handle: async (values, { identity }) => {
        requireOwn(identity, values.src);
        const { message, ...ids } = await clickNumber(control, { ...values, wait: values.wait === '1' });
        return success(message, ids);
      },
    }),
    route({
      methods: ['POST'],
      path: `${own}/hangup`,
      summary: 'End every call of an extension (§4.9)',
      role: 'agent',
      params: { extension },
      meanings: { extension: 'the extension whose calls end' },
      answer: () => succeeds('hangup extension success'),
      refuses: { ...onlyOwn, ...refusals.hangup },
      handle: async (values, { identity }) => {
        requireOwn(identity, values.extension);
        await hangup(control, values.extension);
        return success('hangup extension success');
      },
    }),
    route({
      methods: ['POST'],
      path: `${own}/transfer`,
      summary: 'Hand whom src talks to over to dst (§4.10)',
      role: 'agent',
      params: { dst: number, src: extension },
      meanings: { dst: 'the number that takes over', src: 'the extension that talks to whom is handed over' },
      answer: () => succeeds('tansfer extension success'),
      refuses: { ...onlyOwn, ...refusals.transfer },
      handle: async ({ src, dst: to }, { identity }) => {
        requireOwn(identity, src);
        await transfer(control, src, to);
        return success('tansfer extension success');
      },
    }),
    route({
      methods: ['POST'],
      path: `${own}/extenSpy`,
      summary: 'src listens to the call of dst (§4.11)',
      role: 'supervisor',
      // dst is an extension with a call here, not a number to be dialled.
      params: { dst: extension, src: extension },
      meanings: { dst: 'the extension that is listened to', src: 'the extension that listens' },
      answer: () => succeeds('spy extension success'),
      refuses: refusals.spy,
      handle: async ({ src, dst: spied }) => {
        await spy(control, 'listen', src, spied);
        return success('spy extension success');
      },
    }),
  ];
}

/** Contract §4.1–§4.3 and §4.8–§4.11: extensions and their calls. */
export function extensionRoutes(deps: RouteDeps): Route[] {
  return whileUp(deps, [...stateRoutes(deps), ...callRoutes(deps)]);
}
