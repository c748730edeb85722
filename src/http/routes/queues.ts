import { agentLogin, agentLogout, agentLogoutEverywhere, agentPause } from '../../control/queue-member.ts';
import { transferCaller } from '../../control/transfer-caller.ts';
import { byNumber } from '../../picture/directory.ts';
import type { Picture } from '../../picture/picture.ts';
import type { Member } from '../../picture/model.ts';
import { is } from '../../system/schema.ts';
import { succeeds } from '../answer-doc.ts';
import { success } from '../answer.ts';
import { onlyOwn, requireOwn } from '../own.ts';
import { dst, extension, optional, pauseReason, queue, requireCode, state, uniqueid } from '../params.ts';
import type { Route } from '../route.ts';
import { route } from '../route.ts';
import type { CodesDeps } from './codes.ts';
import type { RouteDeps } from './deps.ts';
import { whileUp } from './deps.ts';

/** `PJSIP/876` → `pjsip/876` (contract §4.4). */
function lowerTechnology(interfaceName: string): string {
  const slash = interfaceName.indexOf('/');
  return slash < 0 ? interfaceName : interfaceName.slice(0, slash).toLowerCase() + interfaceName.slice(slash);
}

/** The same order in every answer, whichever member logged in first. */
function byInterface(a: Member, b: Member): number {
  return byNumber(a.interface, b.interface);
}

/** A member in contract §4.4. */
const memberSchema = () =>
  is.object({
    name: is.text('its interface, the technology in lower case'),
    paused: is.word(['0', '1']),
    penalty: is.text(),
  });

/** Contract §4.4: every queue with its members; one without members is an empty list. */
function queueInfo(picture: Picture): Record<string, unknown[]> {
  const queues = [...picture.queues.values()]
    .filter(({ isListed }) => isListed)
    .sort((a, b) => byNumber(a.name, b.name));
  return Object.fromEntries(
    queues.map(({ name, members }) => [
      name,
      [...members.values()]
        .filter(({ isListed }) => isListed)
        .sort(byInterface)
        .map((member) => ({
          name: lowerTechnology(member.interface),
          paused: member.paused ? '1' : '0',
          penalty: member.penalty,
        })),
    ]),
  );
}

/** Contract §4.4–§4.7, and what is ours: the queues, their agents and their callers. */
export function queueRoutes(deps: RouteDeps & Pick<CodesDeps, 'pauseReasons'>): Route[] {
  const { control, picture, dialFeatures, international } = deps;
  return whileUp(deps, [
    route({
      methods: ['GET', 'POST'],
      path: '/coocenter-api/queues/queue-info',
      summary: 'Queues and their members (§4.4)',
      role: 'agent',
      answer: () =>
        succeeds('Queue status will follow', is.mapOf(is.list(memberSchema()), 'by the names of the queues'), {
          630: [{ name: 'sip/876', paused: '0', penalty: '0' }],
          631: [],
        }),
      handle: () => success('Queue status will follow', queueInfo(picture)),
    }),
    route({
      methods: ['POST', 'GET'],
      path: '/coocenter-api/queues/agent-pause',
      summary: 'Pause or unpause a member of a queue (§4.5)',
      acts: true,
      role: 'agent',
      params: { queue, member: extension, state, reason: optional(pauseReason) },
      meanings: {
        queue: 'a queue that Asterisk lists',
        member: 'the extension of the agent',
        state: 'whether the agent is paused',
        reason: 'why, one of [pause_reasons] codes if there are any',
      },
      answer: () => succeeds(['Interface paused successfully', 'Interface unpaused successfully']),
      refuses: { ...onlyOwn, 400: ['parameter reason must be one of …'], 404: ['Interface not found'] },
      handle: async ({ member, reason, ...values }, { identity }) => {
        requireOwn(identity, member);
        if (reason !== undefined) requireCode('reason', reason, deps.pauseReasons());
        return success(await agentPause(control, values.queue, member, values.state === 'on', reason));
      },
    }),
    route({
      methods: ['POST'],
      path: '/coocenter-api/queues/agent-login',
      summary: 'Make an extension a member of a queue (§4.6)',
      role: 'agent',
      params: { extension, queue },
      meanings: { extension: 'the extension of the agent', queue: 'the queue that it joins' },
      answer: () => succeeds('login extension success'),
      refuses: {
        ...onlyOwn,
        404: ['Extension does not exist.', 'Unable to add interface to queue: No such queue'],
        409: ['Unable to add interface: Already there'],
      },
      handle: async (values, { identity }) => {
        requireOwn(identity, values.extension);
        await agentLogin(control, values.extension, values.queue);
        return success('login extension success');
      },
    }),
    route({
      methods: ['POST'],
      path: '/coocenter-api/queues/agent-logout',
      summary: 'Take an extension out of a queue, or of all (§4.7)',
      role: 'agent',
      params: { extension, queue: optional(queue) },
      meanings: { extension: 'the extension of the agent', queue: 'the queue that it leaves; without it, every queue' },
      answer: () => succeeds('logout extension success'),
      refuses: {
        ...onlyOwn,
        404: [
          'Extension does not exist.',
          'Unable to remove interface: Not there',
          'Unable to remove interface from queue: No such queue',
        ],
        409: ['Member not dynamic'],
      },
      handle: async (values, { identity }) => {
        requireOwn(identity, values.extension);
        if (values.queue === undefined) await agentLogoutEverywhere(control, values.extension);
        else await agentLogout(control, values.extension, values.queue);
        return success('logout extension success');
      },
    }),
    route({
      methods: ['POST'],
      path: '/coocenter-api/queues/transfer',
      summary: 'Send a caller who waits in a queue to dst',
      access: 'ours',
      role: 'supervisor',
      params: { uniqueid, dst: dst(dialFeatures, international) },
      meanings: { uniqueid: 'the channel of the caller', dst: 'the number to which the caller goes' },
      answer: () => succeeds('transfer caller success'),
      refuses: {
        404: ['nobody waits in a queue with this uniqueid', 'Extension does not exist.'],
        503: ['Asterisk cannot tell whether the number exists (its module func_dialplan is not loaded)'],
      },
      handle: async (values, { identity }) => {
        await transferCaller(control, values.uniqueid, values.dst, identity.extension);
        return success('transfer caller success');
      },
    }),
  ]);
}
