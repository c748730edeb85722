import t from 'tap';
import type { Request, Route } from '../../../src/http/route.ts';
import { readParams, parseForm } from '../../../src/http/fields.ts';
import { pluginExtensionRoutes } from '../../../src/http/routes/plugin-extensions.ts';
import type { Identity } from '../../../src/users/identity.ts';
import { keyHolder } from '../../../src/users/identity.ts';
import { controlled, listed, message, rings, up, value } from '../../control/fake.ts';

type Ask = (identity: Identity, name: string, form?: string) => Promise<unknown>;

/** The routes on Asterisk as the verbs see it, asked by their last names. */
function served(): ReturnType<typeof controlled> & { readonly routes: readonly Route[]; readonly ask: Ask } {
  const made = controlled();
  made.ami.answer('Getvar PJSIP_DIAL_CONTACTS', value('PJSIP/800/sip:800@192.168.12.4'));
  const routes = pluginExtensionRoutes({
    control: made.control,
    picture: made.own.picture,
    registrations: () =>
      Promise.resolve([{ device: 'PJSIP/800', type: 'PJSIP', ipAddr: '192.168.12.4', status: 'OK (45 ms)' }]),
    dialFeatures: () => false,
    international: () => '',
    requireUp: () => undefined,
  });
  const ask: Ask = async (identity, name, form = '') => {
    const route = routes.find(({ path }) => path === `/coocenter-api/plugin-asterisk/extension/${name}`)!;
    const session = { identity, until: undefined, isCurrent: () => true };
    const request: Request = {
      ...{ method: 'POST', means: 'token', rest: '', headers: {}, identity, session, remote: '192.168.12.9' },
      cut: () => undefined,
    };
    const { body } = await route.handle(readParams(route.params, parseForm(form)), request);
    return JSON.parse(JSON.stringify(body)) as unknown;
  };
  return { ...made, routes, ask };
}

const agent: Identity = { name: 'wang', role: 'agent', extension: '800' };
const supervisor: Identity = { name: 'li', role: 'supervisor', extension: '800' };
const done = (text: string): unknown => ({ status: 'success', message: text });

void t.test('contract §5.2: messages of its own', async (t) => {
  const { ami, own, ask } = served();
  t.match(await ask(keyHolder, 'click-number', 'src=800&dst=801'), {
    ...(done('clickToCall extension success') as object),
    data: { uniqueid: /./ },
  });
  up(own.picture, '800', '1', 'b');
  up(own.picture, '801', '2', 'b');
  t.strictSame(await ask(keyHolder, 'transfer', 'src=800&dst=802'), done('forward extension success'));
  t.match(ami.asked.at(-1), { name: 'Redirect', fields: { Channel: 'PJSIP/801-2', Exten: '802' } });
  for (const [name, text, options] of [
    ['extension-spy', 'spy extension success', 'qE'],
    ['extension-whisper', 'whisper extension success', 'qEw'],
    ['extension-barge-in', 'barge in extension success', 'qEB'],
  ] as const) {
    t.strictSame(await ask(keyHolder, name, 'src=803&dst=801'), done(text));
    t.match(ami.asked.at(-1), { fields: { Channel: 'PJSIP/803', Data: `PJSIP/801-2,${options}` } });
  }
  t.strictSame(await ask(keyHolder, 'clear', 'exten=801'), done('split extension success'));
  t.match(ami.asked.at(-1), { name: 'Hangup', fields: { Channel: 'PJSIP/801-2' } });
});

void t.test('contract §5.2 hangup: extensions however they are sent, and extension', async (t) => {
  const { ami, own, ask } = served();
  up(own.picture, '800', '1');
  up(own.picture, '801', '2');
  const hung = (): unknown =>
    ami.asked.splice(0).flatMap(({ name, fields }) => (name === 'Hangup' ? [fields['Channel']] : []));
  for (const form of [
    'extensions=800&extensions=801',
    'extensions[]=800&extensions[]=801',
    'extensions=800,801',
    'extensions=800&extension=801',
    'extensions=801,800,801&extension=800',
  ]) {
    t.match(await ask(keyHolder, 'hangup', form), done('hangup extension success'), form);
    t.same((hung() as string[]).sort(), ['PJSIP/800-1', 'PJSIP/801-2'], form);
  }
  t.strictSame(await ask(keyHolder, 'hangup', 'extension=800'), {
    ...(done('hangup extension success') as object),
    data: [{ exten: '800', status: 'Success' }],
  });
  t.same(hung(), ['PJSIP/800-1']);
  await t.rejects(ask(agent, 'hangup'), { status: 400, message: 'missing parameter: extensions' });
  await t.rejects(ask(keyHolder, 'hangup', 'extensions=800,8;1'), { status: 400, message: /^parameter extensions/ });
  t.same(hung(), [], 'nobody is hung up by default, nor the rest of a wrong list');
});

void t.test(
  'contract §5.2: an agent acts for the own extension, which is also the one that acts without src',
  async (t) => {
    const { ami, own, routes, ask } = served();
    up(own.picture, '801', '2', 'b');
    const refused = { status: 403, message: 'an agent may do this for extension 800 only' };
    await t.rejects(ask(agent, 'click-number', 'src=801&dst=802'), refused);
    await t.rejects(ask(agent, 'transfer', 'src=801&dst=802'), refused);
    await t.rejects(ask(agent, 'hangup', 'extensions=800,801'), refused);
    await t.rejects(ask(agent, 'hangup', 'extension=801'), refused);
    t.same(ami.asked, [], 'Asterisk heard of none of it');
    t.strictSame(
      routes.filter(({ role }) => role === 'supervisor').map(({ path }) => path.replace(/^.*\//, '')),
      ['clear', 'extension-spy', 'extension-whisper', 'extension-barge-in'],
      'all else agents may ask for',
    );
    t.ok(routes.every(({ role }) => role !== 'admin'));
    await ask(agent, 'click-number', 'dst=802&callerId=%2B86 10-65529988&clientUserId=u 7&limitSec=0');
    t.match(ami.asked.at(-1), { name: 'Originate', fields: { Channel: 'PJSIP/800', Exten: '802' } });
    const variables = ami.asked.at(-1)?.fields['Variable'] as readonly string[];
    t.ok(variables.includes('CALLERID(num)=+861065529988'));
    t.ok(!variables.some((text) => text.startsWith('TIMEOUT')), 'limitSec=0: no limit');
    t.equal(variables.length, 3, 'and clientUserId');
    await ask(supervisor, 'extension-spy', 'dst=801');
    t.same(rings(ami), ['PJSIP/800', 'PJSIP/800'], 'the phone of who signed in');
    for (const [name, form] of [
      ['click-number', 'dst=801'],
      ['transfer', 'dst=801'],
      ['extension-whisper', 'dst=801'],
    ] as const) {
      await t.rejects(ask(keyHolder, name, form), { status: 400, message: 'missing parameter: src' }, name);
    }
    await ask(supervisor, 'clear', 'exten=801');
    await ask(supervisor, 'clear', 'exten=801&local=803');
    t.match(
      own.logged.map(([, text]) => text),
      [/for 800$/, /for 803$/],
      'who did it',
    );
  },
);

void t.test('contract §5.2: states', async (t) => {
  const { own, ask } = served();
  const { picture } = own;
  t.same(await ask(agent, 'extension-status'), {
    ...(done('Peer status list will follow') as object),
    data: [{ Exten: '800', Type: 'PJSIP', IPAddr: '192.168.12.4', Status: 'OK (45 ms)' }],
  });
  const hint = { Event: 'ExtensionStatus', Context: 'internal' };
  picture.relistHints(
    [
      message({ ...hint, Exten: '800', Hint: 'PJSIP/800&Custom:DND800', Status: '9', StatusText: 'InUse&Ringing' }),
      message({ ...hint, Exten: '806', Hint: 'Custom:door', Status: '0', StatusText: 'Idle' }),
    ],
    0,
  );
  picture.relistQueues(
    listed(
      { Interface: 'PJSIP/802', Name: 'PJSIP/802', StateInterface: 'PJSIP/802', Status: '6', Membership: 'dynamic' },
      { Interface: 'PJSIP/800', Name: 'PJSIP/800', StateInterface: 'PJSIP/800', Status: '1', Membership: 'dynamic' },
    ),
  );
  t.strictSame(await ask(agent, 'extension-hints-status'), {
    ...(done('Extension Statuses will follow') as object),
    data: [
      { Exten: '800', Interface: 'PJSIP/800', Status: '9', StatusText: 'InUse&Ringing' },
      { Exten: '802', Interface: 'PJSIP/802', Status: '8', StatusText: 'Ringing' },
      { Exten: '806', Interface: 'Custom:door', Status: '0', StatusText: 'Idle' },
    ],
  });
  t.strictSame(await ask(supervisor, 'current-calls'), { status: 'success', data: [] });
  up(picture, '800', '1', 'b');
  up(picture, '801', '2', 'b');
  up(picture, '802', '3');
  const { data } = (await ask(supervisor, 'current-calls')) as { data: Record<string, string>[] };
  t.match(data, [
    { bridgeid: 'b', callerIdNum: '800', channel: 'PJSIP/800-1', connectedLineNum: '801' },
    { bridgeid: 'b', callerIdNum: '801', channel: 'PJSIP/801-2', connectedLineNum: '800' },
    { bridgeid: '', callerIdNum: '802', channel: 'PJSIP/802-3', connectedLineNum: '' },
  ]);
  t.strictSame(Object.keys(data[0]!), [
    ...['bridgeid', 'callerIdName', 'callerIdNum', 'channel'],
    ...['connectedLineName', 'connectedLineNum', 'duration'],
  ]);
  t.match(data[0]?.['duration'], /^\d{2,}:[0-5]\d:[0-5]\d$/);
});
