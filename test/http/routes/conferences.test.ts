import t from 'tap';
import type { Request, Route } from '../../../src/http/route.ts';
import { conferenceRoutes } from '../../../src/http/routes/conferences.ts';
import { intercomRoutes } from '../../../src/http/routes/intercom.ts';
import { controlled, rings, value } from '../../control/fake.ts';

void t.test('contract §5.2: an agent does for the own extension only', async (t) => {
  const { ami, own, control } = controlled();
  ami.answer('Getvar PJSIP_DIAL_CONTACTS', value('PJSIP/801/sip:801@192.168.12.4'));
  const deps = {
    control,
    picture: own.picture,
    registrations: () => Promise.resolve([]),
    dialFeatures: () => false,
    international: () => '',
    requireUp: () => undefined,
  };
  const routes = [...conferenceRoutes(deps), ...intercomRoutes(deps)];
  const identity = { name: 'wang', role: 'agent', extension: '800' } as const;
  const agent: Request = {
    method: 'POST',
    means: 'token',
    rest: '',
    headers: {},
    identity,
    session: { identity, until: undefined, isCurrent: () => true },
    remote: '192.168.12.9',
    cut: () => undefined,
  };
  const routeOf = (name: string): Route => routes.find(({ path }) => path.endsWith(`/${name}`))!;
  const ask = async (name: string, values: Record<string, unknown>): Promise<unknown> =>
    routeOf(name).handle(values, agent);
  t.same(
    routes.filter(({ role }) => role === 'agent').map(({ path }) => path.replace(/^.*\//, '')),
    ['join-conf', 'click-intercom', 'click-paging'],
    'all else is for supervisors',
  );
  const refused = { status: 403, message: /^an agent may do this for extension 800 only$/ };
  await t.rejects(ask('join-conf', { confnum: '680', extensions: ['800', '801'] }), refused);
  await t.rejects(ask('click-intercom', { src: '802', dst: '801' }), refused);
  await t.rejects(ask('click-paging', { src: '802', dst: ['801'] }), refused);
  t.same(rings(ami), [], 'nobody is rung');
  t.strictSame(await ask('join-conf', { confnum: '680', extensions: ['800'] }), {
    body: { status: 'success', message: [{ exten: '800', status: 'Success' }] },
  });
  t.match(await ask('click-intercom', { dst: '801' }), { body: { message: 'clickToIntercom extension success' } });
  t.match(await ask('click-paging', { dst: ['801'] }), { body: { message: 'clickToPaging success' } });
  t.same(rings(ami), ['PJSIP/800', 'PJSIP/800', 'PJSIP/800'], 'without src: the extension of who signed in');
});
