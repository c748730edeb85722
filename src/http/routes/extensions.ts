import { clickNumber } from '../../control/click-number.ts';
import { hangup } from '../../control/hangup.ts';
import { spy } from '../../control/spy.ts';
import { transfer } from '../../control/transfer.ts';
import { is } from '../../system/schema.ts';
import { succeeds } from '../answer-doc.ts';
import { success } from '../answer.ts';
import { onlyOwn, requireOwn } from '../own.ts';
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
/** Where the second generation of these boxes serves the same actions (contract §4.15). */
const plugin = '/coocenter-api/plugin-asterisk/extension';

function stateRoutes({ registrations, picture }: RouteDeps): Route[] {
  return [
    route({
      methods: ['POST', 'GET'],
      path: `${own}/current-calls`,
      summary: 'Channels that ring or talk (§4.1)',
      role: 'supervisor',
      answer: () => succeeds('Channels will follow', is.list(currentCallSchema), [currentCallSample]),
      handle: () => success('Channels will follow', currentCalls(picture, Date.now())),
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
const clickSchema = () =>
  is.object({
    uniqueid: is.text('the uniqueid that the call’s events will have'),
    uniqueids: is.optional(is.list(is.text(), 'those of all phones that ring, when they are several')),
  });

function callRoutes({ control, dialFeatures, international }: RouteDeps): Route[] {
  const number = dst(dialFeatures, international);
  const clickRoute = (path: string, summary: string): Route =>
    route({
      methods: ['POST'],
      path,
      summary,
      role: 'agent',
      params: {
        src: extension,
        dst: number,
        limitSec: optional(limitSec),
        ringSec: optional(ringSec),
        wait: optional(oneOf('0', '1')),
      },
      answer: () => succeeds('Originate successfully queued', clickSchema(), { uniqueid: '1795379579.900000001' }),
      refuses: {
        ...onlyOwn,
        404: ['Extension does not exist.'],
        409: ['extension … did not answer: busy'],
        503: ['the connection to Asterisk was lost while the phone rang'],
      },
      handle: async (values, { identity }) => {
        requireOwn(identity, values.src);
        const { message, ...ids } = await clickNumber(control, { ...values, wait: values.wait === '1' });
        return success(message, ids);
      },
    });
  const hangupRoute = (path: string, summary: string): Route =>
    route({
      methods: ['POST'],
      path,
      summary,
      role: 'agent',
      params: { extension },
      answer: () => succeeds('hangup extension success'),
      refuses: { ...onlyOwn, 404: ['Extension does not exist.'], 409: ['extension … has no call'] },
      handle: async (values, { identity }) => {
        requireOwn(identity, values.extension);
        await hangup(control, values.extension);
        return success('hangup extension success');
      },
    });
  const transferRoute = (path: string, summary: string): Route =>
    route({
      methods: ['POST'],
      path,
      summary,
      role: 'agent',
      params: { dst: number, src: extension },
      answer: () => succeeds('tansfer extension success'),
      refuses: {
        ...onlyOwn,
        404: ['Extension does not exist.'],
        409: [
          'extension … has no call to transfer',
          'extension … talks to 2 at once: it cannot be told whom to transfer',
        ],
        503: ['Asterisk cannot tell whether the number exists (its module func_dialplan is not loaded)'],
      },
      handle: async ({ src, dst: to }, { identity }) => {
        requireOwn(identity, src);
        await transfer(control, src, to);
        return success('tansfer extension success');
      },
    });
  return [
    clickRoute(`${own}/click-number`, 'Ring src, then call dst (§4.8)'),
    clickRoute(`${plugin}/click-number`, 'Ring src, then call dst, talking at most limitSec seconds (§4.15)'),
    hangupRoute(`${own}/hangup`, 'End every call of an extension (§4.9)'),
    hangupRoute(`${plugin}/hangup`, 'End every call of an extension (§4.15)'),
    transferRoute(`${own}/transfer`, 'Hand whom src talks to over to dst (§4.10)'),
    transferRoute(`${plugin}/transfer`, 'Hand whom src talks to over to dst (§4.15)'),
  ];
}

function spyRoutes({ control }: RouteDeps): Route[] {
  const modes = [
    ['listen', `${own}/extenSpy`, 'src listens to the call of dst (§4.11)'],
    ['listen', `${plugin}/extension-spy`, 'src listens to the call of dst (§4.15)'],
    ['whisper', `${plugin}/extension-whisper`, 'src talks to dst only, within the call of dst (§4.15)'],
    ['barge-in', `${plugin}/extension-barge-in`, 'src talks to both within the call of dst (§4.15)'],
  ] as const;
  return modes.map(([mode, path, summary]) =>
    route({
      methods: ['POST'],
      path,
      summary,
      role: 'supervisor',
      // dst is an extension with a call here, not a number to be dialled.
      params: { dst: extension, src: extension },
      answer: () => succeeds('spy extension success'),
      refuses: { 404: ['Extension does not exist.'], 409: ['extension … has no call to listen to'] },
      handle: async ({ src, dst: spied }) => {
        await spy(control, mode, src, spied);
        return success('spy extension success');
      },
    }),
  );
}

/** Contract §4.1–§4.3, §4.8–§4.11 and §4.15: extensions and their calls. */
export function extensionRoutes(deps: RouteDeps): Route[] {
  return whileUp(deps, [...stateRoutes(deps), ...callRoutes(deps), ...spyRoutes(deps)]);
}
