import { agentLogin, agentLogout, agentLogoutEverywhere, agentPause } from '../../control/queue-member.ts';
import { byNumber } from '../../picture/directory.ts';
import type { Picture } from '../../picture/picture.ts';
import type { Member } from '../../picture/model.ts';
import { is } from '../../system/schema.ts';
import { succeeds } from '../answer-doc.ts';
import { success } from '../answer.ts';
import { onlyOwn, requireOwn } from '../own.ts';
import { extension, optional, queue, state } from '../params.ts';
import type { Route } from '../route.ts';
import { route } from '../route.ts';
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

/** Contract §4.4–§4.7: the queues and their agents. */
export function queueRoutes(deps: RouteDeps): Route[] {
  const { control, picture } = deps;
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
      params: { queue, member: extension, state },
      meanings: {
        queue: 'a queue that Asterisk lists',
        member: 'the extension of the agent',
        state: 'whether the agent is paused',
      },
      answer: () => succeeds(['Interface paused successfully', 'Interface unpaused successfully']),
      refuses: { ...onlyOwn, 404: ['Interface not found'] },
      handle: async (values, { identity }) => {
        requireOwn(identity, values.member);
        return success(await agentPause(control, values.queue, values.member, values.state === 'on'));
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
  ]);
}
