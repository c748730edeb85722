import { clear } from '../../control/clear.ts';
import { clickNumber } from '../../control/click-number.ts';
import { hangupAll, mostHungUp } from '../../control/hangup.ts';
import { spy } from '../../control/spy.ts';
import { transfer } from '../../control/transfer.ts';
import { is } from '../../system/schema.ts';
import { succeeds, type Refusals } from '../answer-doc.ts';
import { success } from '../answer.ts';
import { HttpError } from '../http-error.ts';
import { actingExtension, onlyOwn, requireOwn } from '../own.ts';
import { callerId, clientUserId, dst, extension, limitSec, list, oneOf, optional, ringSec } from '../params.ts';
import type { Route } from '../route.ts';
import { route } from '../route.ts';
import type { RouteDeps } from './deps.ts';
import { whileUp } from './deps.ts';
import { clickSample, clickSchema, refusals } from './extensions.ts';
import { pluginStateRoutes } from './plugin-states.ts';

const base = '/coocenter-api/plugin-asterisk/extension';

/** What `actingExtension` refuses, for the documentation. */
const noSrc: Refusals = { 400: ['missing parameter: src'] };

function callRoutes({ control, dialFeatures, international }: RouteDeps): Route[] {
  const number = dst(dialFeatures, international);
  return [
    route({
      methods: ['POST'],
      path: `${base}/click-number`,
      summary: 'Ring src, then call dst (§5.2)',
      role: 'agent',
      params: {
        src: optional(extension),
        dst: number,
        callerId: optional(callerId),
        clientUserId: optional(clientUserId),
        limitSec: optional(limitSec),
        ringSec: optional(ringSec),
        wait: optional(oneOf('0', '1')),
      },
      meanings: {
        src: 'the extension that is rung first; without it that of who signed in',
        dst: 'the number that is called when src has picked up',
        callerId: 'the number that dst is shown',
        clientUserId: 'what is handed back in the events of the call',
        limitSec: 'seconds of talk after which the call ends',
        ringSec: 'seconds that the phone of src rings, 30 without it',
        wait: 'with 1 the answer comes when src picked up, or did not',
      },
      answer: () => succeeds('clickToCall extension success', clickSchema, clickSample),
      refuses: { ...noSrc, ...onlyOwn, ...refusals.click },
      handle: async (values, { identity }) => {
        const src = actingExtension(identity, 'src', values.src);
        const { uniqueid, uniqueids } = await clickNumber(control, { ...values, src, wait: values.wait === '1' });
        return success('clickToCall extension success', { uniqueid, uniqueids });
      },
    }),
    route({
      methods: ['POST'],
      path: `${base}/transfer`,
      summary: 'Hand whom src talks to over to dst (§5.2)',
      role: 'agent',
      params: { src: optional(extension), dst: number },
      meanings: {
        src: 'the extension that talks to whom is handed over; without it that of who signed in',
        dst: 'the number that takes over',
      },
      answer: () => succeeds('forward extension success'),
      refuses: { ...noSrc, ...onlyOwn, ...refusals.transfer },
      handle: async (values, { identity }) => {
        await transfer(control, actingExtension(identity, 'src', values.src), values.dst);
        return success('forward extension success');
      },
    }),
  ];
}

const hungUpSchema = () =>
  is.object({ exten: is.text('the extension'), status: is.text('`Success`, or why nothing was ended') });

function endRoutes({ control }: RouteDeps): Route[] {
  return [
    route({
      methods: ['POST'],
      path: `${base}/clear`,
      summary: 'Break into the call of exten and end it (§5.2)',
      role: 'supervisor',
      params: { exten: extension, local: optional(extension) },
      meanings: {
        exten: 'the extension whose call is broken into',
        local: 'the extension of who does it, for the journal; without it that of who signed in',
      },
      answer: () => succeeds('split extension success'),
      refuses: refusals.hangup,
      handle: async ({ exten, local }, { identity }) => {
        await clear(control, exten, local ?? identity.extension);
        return success('split extension success');
      },
    }),
    route({
      methods: ['POST'],
      path: `${base}/hangup`,
      summary: 'End every call of some extensions (§5.2)',
      role: 'agent',
      params: { extensions: optional(list(extension, mostHungUp)), extension: optional(extension) },
      meanings: {
        extensions: 'the extensions whose calls end',
        extension: 'the same for a single one; one of the two is needed',
      },
      answer: () =>
        succeeds('hangup extension success', is.list(hungUpSchema()), [
          { exten: '1001', status: 'Success' },
          { exten: '1002', status: 'extension 1002 has no call' },
        ]),
      refuses: { 400: ['missing parameter: extensions'], ...onlyOwn, ...refusals.hangup },
      handle: async (values, { identity }) => {
        const [first, ...others] = new Set([
          ...(values.extensions ?? []),
          ...(values.extension === undefined ? [] : [values.extension]),
        ]);
        if (first === undefined) throw new HttpError(400, 'missing parameter: extensions');
        for (const one of [first, ...others]) requireOwn(identity, one);
        return success('hangup extension success', await hangupAll(control, [first, ...others]));
      },
    }),
  ];
}

function spyRoutes({ control }: RouteDeps): Route[] {
  const modes = [
    ['listen', 'extension-spy', 'spy extension success', 'src listens to the call of dst (§5.2)'],
    [
      'whisper',
      'extension-whisper',
      'whisper extension success',
      'src talks to dst only, within the call of dst (§5.2)',
    ],
    ['barge-in', 'extension-barge-in', 'barge in extension success', 'src talks to both within the call of dst (§5.2)'],
  ] as const;
  return modes.map(([mode, path, message, summary]) =>
    route({
      methods: ['POST'],
      path: `${base}/${path}`,
      summary,
      role: 'supervisor',
      // dst is an extension with a call here, not a number to be dialled.
      params: { src: optional(extension), dst: extension },
      meanings: {
        src: 'the extension of who listens; without it that of who signed in',
        dst: 'the extension whose call it is',
      },
      answer: () => succeeds(message),
      refuses: { ...noSrc, ...refusals.spy },
      handle: async (values, { identity }) => {
        await spy(control, mode, actingExtension(identity, 'src', values.src), values.dst);
        return success(message);
      },
    }),
  );
}

/** Contract §5.2: extensions and their calls, as the second generation of these boxes serves them. */
export function pluginExtensionRoutes(deps: RouteDeps): Route[] {
  return whileUp(deps, [...pluginStateRoutes(deps, base), ...callRoutes(deps), ...endRoutes(deps), ...spyRoutes(deps)]);
}
