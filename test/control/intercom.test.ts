import t from 'tap';
import { intercom, page } from '../../src/control/intercom.ts';
import { callAll, selfAnswering } from '../../src/control/self-answering.ts';
import { encode } from '../../src/ami/encode.ts';
import { controlled, refusal, rings, twoPhones, up, value } from './fake.ts';

const header = '?Call-Info=%3Csip%3Aintercom%3E%3Banswer-after%3D0';

void t.test('contract §5.2 click-intercom', async (t) => {
  const { ami, own, control } = controlled();
  ami.answer('Getvar PJSIP_DIAL_CONTACTS', value('PJSIP/801/sip:801@192.168.12.4:5060'));
  await t.rejects(intercom(control, '899', '801'), refusal('not-found'));
  await t.rejects(intercom(control, '800', '899'), refusal('not-found'));
  await t.rejects(intercom(control, '801', '801'), refusal('invalid'));
  t.same(rings(ami), []);
  await Promise.all([intercom(control, '800', '801'), intercom(control, '800', '801')]);
  t.same(rings(ami), ['PJSIP/800'], 'clicked twice, called once');
  t.match(ami.asked.at(-1), {
    fields: {
      Application: 'Exec',
      Data: 'Dial(${COOCENTER_TO_1},30)',
      Variable: ['CONNECTEDLINE(num,i)=801', `COOCENTER_TO_1=PJSIP/801/sip:801@192.168.12.4:5060${header}`],
    },
  });
  up(own.picture, '801', '1');
  await t.rejects(intercom(control, '802', '801'), { kind: 'conflict', message: 'extension 801 is in a call' });
  ami.answer('Getvar PJSIP_DIAL_CONTACTS', value(''));
  await t.rejects(intercom(control, '800', '802'), { kind: 'conflict', message: /^extension 802 has no phone/ });
});

void t.test('contract §5.2 click-paging', async (t) => {
  const { ami, own, control } = controlled();
  ami.answer(
    'Getvar PJSIP_DIAL_CONTACTS',
    ...['801', '802'].map((name) => value(`PJSIP/${name}/sip:${name}@192.168.12.4`)),
    value(''),
  );
  await t.rejects(page(control, '800', ['801', '899']), refusal('not-found'));
  await t.rejects(page(control, '800', ['800']), refusal('invalid'));
  t.same(rings(ami), []);
  await page(control, '800', ['801', '802', '800']);
  const both = ['801', '802'].map((name) => `PJSIP/${name}/sip:${name}@192.168.12.4${header}`).join('&');
  t.match(ami.asked.at(-1), {
    fields: {
      Channel: 'PJSIP/800',
      Data: 'Page(${COOCENTER_TO_1},q,10)',
      Variable: ['CONNECTEDLINE(num,i)=801', `COOCENTER_TO_1=${both}`],
    },
  });
  await t.rejects(page(control, '800', ['803']), { kind: 'conflict', message: /^none of dst has a phone/ });
  up(own.picture, '801', '1');
  await t.rejects(page(control, '800', ['801']), { kind: 'conflict', message: 'all of dst are in a call' });
});

void t.test('a phone of chan_sip is asked by variables, which are set only when src has picked up', async (t) => {
  const { ami, own } = twoPhones();
  ami.answer('Getvar SIPPEER', value('192.168.12.5'));
  const dials = await selfAnswering(own, ['PJSIP/800', 'SIP/web800', 'DAHDI/1', 'SIP/a,b', 'SIP/${X}']);
  t.same(dials, [`PJSIP/800/sip:800@192.168.12.4${header}`, 'SIP/web800']);
  const { goal } = callAll('Dial', dials, '30');
  t.match(goal, {
    Data: /^Dial\(\$\{FILTER\(~,\$\{SET\(_SIPADDHEADER01=Call-Info: .*;answer-after=0\)\}.*\)\}\$\{COOCENTER_TO_1\},30\)$/,
  });
  ami.answer('Getvar SIPPEER', value('(null)'));
  t.same(await selfAnswering(own, ['SIP/web800']), [], 'not registered');
});

void t.test('a phone’s own address means nothing to Dial(), Page() or the dialplan’s language', async (t) => {
  const { ami, own } = controlled();
  const bad = ['${SHELL(id)}', 'a,30,b(x^s^1)', 'a?Route=x', "a'b", 'a"b', 'a\\b', 'a b', 'a(b)', 'a^b', 'a|b', 'a#b'];
  for (const user of [...bad, 'x'.repeat(401)]) {
    ami.answer('Getvar PJSIP_DIAL_CONTACTS', value(`PJSIP/800/sip:${user}@192.168.12.4`));
    t.same(await selfAnswering(own, ['PJSIP/800']), [], user);
  }
  const good = 'PJSIP/800/sip:800@[2001:db8::4]:5060;transport=tls;x-ast-orig-host=10.0.0.1%3a5060';
  ami.answer('Getvar PJSIP_DIAL_CONTACTS', value(`${good}&PJSIP/800/sip:\${X}@h`));
  t.same(await selfAnswering(own, ['PJSIP/800']), [`${good}${header}`]);
});

void t.test('50 phones with two contacts each fit into one action', (t) => {
  const contact = `sip:1000@[2001:db8:85a3::8a2e:370:7334]:5061;transport=tls;x-ast-orig-host=192.168.100.100%3a5061`;
  const dials = Array.from({ length: 100 }, (_, at) => `PJSIP/${1000 + at}/${contact}${header}`);
  const { goal, variables } = callAll('Page', dials, 'q,10');
  const fields = { Channel: 'PJSIP/800', ...goal, Variable: variables, Async: 'true' };
  t.doesNotThrow(() => encode('Originate', 'coocenter-0123456789ab-1', fields));
  const values = variables.map((variable) => variable.slice(variable.indexOf('=') + 1));
  t.same(values.join('&').split('&'), dials);
  t.end();
});
