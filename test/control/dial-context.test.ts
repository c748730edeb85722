import t from 'tap';
import { clickNumber } from '../../src/control/click-number.ts';
import { Control } from '../../src/control/control.ts';
import { transfer } from '../../src/control/transfer.ts';
import { controlled, refusal, rings, twoPhones, up, value } from './fake.ts';

void t.test('contract §4.8, §4.10 an Asterisk without func_dialplan', async (t) => {
  const { ami, own, control } = controlled();
  ami.answer('Getvar DIALPLAN_EXISTS', value(''));
  await clickNumber(control, { src: '800', dst: '801', wait: false });
  t.match(ami.asked.at(-1), { name: 'Originate', fields: { Exten: '801' } }, 'click-number dials');
  up(own.picture, '800', '1', 'a');
  up(own.picture, '801', '2', 'a');
  await t.rejects(
    transfer(control, '800', '803'),
    { kind: 'unavailable', message: /func_dialplan/ },
    'the call would be lost',
  );
  t.equal(ami.count('Redirect'), 0);
});

void t.test('contract §4.8, §4.10 a phone of another class of service dials in its own context', async (t) => {
  const { ami, control } = twoPhones(['internal', 'no-mobiles']);
  await clickNumber(control, { src: '800', dst: '801', wait: false });
  const contexts = ami.asked.filter(({ name }) => name === 'Originate').map(({ fields }) => fields['Context']);
  t.same(contexts, ['internal', 'no-mobiles']);
  const other = twoPhones(['internal', 'no-mobiles']);
  other.ami.answer('Getvar DIALPLAN_EXISTS', value('1'), value('0'));
  await clickNumber(other.control, { src: '800', dst: '801', wait: false });
  t.same(rings(other.ami), ['PJSIP/800'], 'what is not to be dialled on a phone is not');
  const none = twoPhones(['no-mobiles', 'no-mobiles']);
  none.ami.answer('Getvar DIALPLAN_EXISTS', value('0'));
  await t.rejects(clickNumber(none.control, { src: '800', dst: '801', wait: false }), refusal('not-found'));
  const third = controlled();
  third.ami.answer('Getvar PJSIP_ENDPOINT', value('no-mobiles'));
  up(third.own.picture, '800', '1', 'a');
  up(third.own.picture, '801', '2', 'a');
  await transfer(third.control, '800', '803');
  t.match(third.ami.asked.at(-1)?.fields, { Channel: 'PJSIP/801-2', Context: 'no-mobiles' });
  t.match(third.ami.asked.at(-2)?.fields, { Variable: 'DIALPLAN_EXISTS(no-mobiles,803,1)' });
});

void t.test(
  'nothing of a context is remembered: a reload of Asterisk or of the configuration counts at once',
  async (t) => {
    const { ami, own } = controlled();
    let click = 'internal';
    let internal = ['internal'];
    const control = new Control({ ...own, clickContext: () => click, internalContexts: () => internal });
    const dialled = async (dst: string): Promise<unknown> => {
      await clickNumber(control, { src: '800', dst, wait: false });
      return ami.asked.at(-1)?.fields['Context'];
    };
    ami.answer('Getvar PJSIP_ENDPOINT', value('internal'));
    t.equal(await dialled('801'), 'internal');
    ami.answer('Getvar PJSIP_ENDPOINT', value('no-mobiles'));
    t.equal(await dialled('802'), 'no-mobiles', 'the phone has another context now');
    internal = ['internal', 'no-*'];
    click = 'from-api';
    t.equal(await dialled('803'), 'from-api', 'api.conf names other contexts now');
    ami.answer('Getvar DIALPLAN_EXISTS', value('0'));
    await t.rejects(clickNumber(control, { src: '800', dst: '804', wait: false }), refusal('not-found'));
    ami.answer('Getvar DIALPLAN_EXISTS', value('1'));
    t.equal(await dialled('805'), 'from-api', 'the dialplan has the number now');
    t.equal(ami.asked.at(-2)?.fields['Variable'], 'DIALPLAN_EXISTS(from-api,805,1)');
  },
);

void t.test(
  'a number outside is dialled with what phones dial before it, where the dialplan has it only so',
  async (t) => {
    const { ami, own } = controlled();
    let outside = '9';
    const control = new Control({ ...own, outside: () => outside });
    const dialled = async (dst: string, ...exists: string[]): Promise<unknown> => {
      ami.answer('Getvar DIALPLAN_EXISTS', ...exists.map(value));
      await clickNumber(control, { src: '800', dst, wait: false });
      return ami.asked.at(-1)?.fields['Exten'];
    };
    t.equal(await dialled('13800138000', '0', '1'), '913800138000');
    t.match(
      ami.asked.at(-1)?.fields['Variable'],
      ['CONNECTEDLINE(num,i)=13800138000'],
      'the phone shows whom it calls',
    );
    t.equal(await dialled('913800138001', '1'), '913800138001', 'who dials it knows how');
    t.equal(await dialled('13800138002', ''), '13800138002', 'Asterisk cannot tell');
    for (const [dst, exists] of [
      ['13800138003', ['0', '0']],
      ['8990', ['0', '1']],
      ['sales1', ['0', '1']],
    ] as const)
      await t.rejects(dialled(dst, ...exists), refusal('not-found'), dst);
    outside = '';
    await t.rejects(dialled('13800138004', '0', '1'), refusal('not-found'));
    outside = '9';
    up(own.picture, '800', '1', 'a');
    up(own.picture, '801', '2', 'a');
    ami.answer('Getvar DIALPLAN_EXISTS', value('0'), value('1'));
    await transfer(control, '800', '13800138000');
    t.match(ami.asked.at(-1), { name: 'Redirect', fields: { Exten: '913800138000' } });
  },
);
