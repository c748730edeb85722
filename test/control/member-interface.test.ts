import t from 'tap';
import type { MemberInterface } from '../../src/control/member-interface.ts';
import { memberInterface } from '../../src/control/member-interface.ts';
import { presets } from '../../src/config/presets.ts';
import { Directory } from '../../src/picture/directory.ts';
import { extensionOfMember } from '../../src/picture/queue.ts';
import { Picture } from '../../src/picture/picture.ts';
import { none, settings } from '../picture/messages.ts';
import { message, refusal } from './fake.ts';

/** 808 and 809 are phones, 809 without a hint; 810 has a line card and a hint that watches no phone, 811 has two phones. */
function picture(preset: 'coocenter' | 'freepbx' | 'issabel'): Picture {
  const picture = new Picture({ ...settings, ...presets[preset], extensions: new Map([['810', 'DAHDI/3']]) });
  const hint = (Exten: string, Context: string, Hint: string): ReturnType<typeof message> =>
    message({ Event: 'ExtensionStatus', Exten, Context, Hint, Status: '0', StatusText: 'Idle' });
  const hints = [
    // A hint of the box's own comes first and does not count: its context is none of the phones'.
    hint('808', 'park-hints', 'park:808@parkedcalls'),
    hint('808', 'ext-local', 'PJSIP/808&Custom:DND808'),
    hint('810', 'ext-local', 'Custom:DND810'),
    hint('811', 'ext-local', 'PJSIP/811&PJSIP/web811&Custom:DND811'),
  ];
  const endpoints = ['808', '809'].map((name) => ({
    technology: 'PJSIP' as const,
    name,
    address: 'registers' as const,
  }));
  picture.resync({ ...none, hints, endpoints }, 0);
  return picture;
}

function added(preset: 'coocenter' | 'freepbx' | 'issabel', extension: string): MemberInterface {
  const { memberContext } = presets[preset];
  return memberInterface(picture(preset), extension, { memberContext, clickContext: 'internal' });
}

void t.test('contract §4.6 on FreePBX and Issabel: what their own AddQueueMember adds', (t) => {
  for (const preset of ['freepbx', 'issabel'] as const) {
    t.strictSame(added(preset, '808'), {
      Interface: 'Local/808@from-queue/n',
      StateInterface: 'hint:808@ext-local',
      MemberName: '808',
    });
    t.strictSame(
      added(preset, '809'),
      { Interface: 'Local/809@from-queue/n', StateInterface: 'PJSIP/809', MemberName: '809' },
      'without a hint the phone tells its state: a Local channel would always be free',
    );
    t.match(added(preset, '810'), { StateInterface: 'hint:810@ext-local' });
  }
  t.end();
});

void t.test('contract §4.6 elsewhere: the phone itself', (t) => {
  t.strictSame(added('coocenter', '808'), {
    Interface: 'PJSIP/808',
    MemberName: '808',
  });
  t.strictSame(added('coocenter', '810'), {
    Interface: 'DAHDI/3',
    MemberName: '810',
  });
  t.strictSame(
    added('coocenter', '811'),
    { Interface: 'Local/811@internal/n', StateInterface: 'hint:811@ext-local', MemberName: '811' },
    'several phones: the extension of the dialplan rings them all, as a queue cannot',
  );
  t.end();
});

void t.test("contract §4.6: a number that is nobody's is 404, whatever the preset", (t) => {
  for (const preset of ['coocenter', 'freepbx', 'issabel'] as const) {
    const add = (): unknown => added(preset, '899');
    t.throws(add, refusal('not-found'));
  }
  t.end();
});

void t.test('whose member it is can be read from what it was added with', (t) => {
  for (const preset of ['coocenter', 'freepbx', 'issabel'] as const) {
    const box = picture(preset);
    for (const extension of ['808', '809', '810', '811']) {
      const { Interface, StateInterface = '' } = added(preset, extension);
      const member = { interface: Interface, stateInterface: StateInterface };
      t.equal(extensionOfMember(box.directory, member), extension, `${preset} ${Interface} ${StateInterface}`);
    }
  }
  t.end();
});

void t.test('members that were added by others', (t) => {
  const { directory } = picture('freepbx');
  const rows: readonly [string, string, string][] = [
    // Issabel's static members may be phones with a hint for their state.
    ['PJSIP/808', 'hint:808@ext-local', '808'],
    ['Local/808@from-queue/n', '', '808'],
    ['Local/808@from-internal/n', 'hint:808@ext-local', '808'],
    ['Local/7808@agents/n', 'PJSIP/808', '808'],
    ['Local/7808@agents/n', 'Hint:808@ext-local', '808'],
    ['Local/7808@agents/n', 'PJSIP/unknown', '7808'],
    ['Local/7808@agents/n', 'Custom:agent7808', '7808'],
    // The call centre module of Issabel has agents of app_agent_pool.
    ['Agent/9001', 'PJSIP/808', '808'],
    ['Agent/9001', 'hint:808@ext-local', '808'],
    ['Agent/9001', '', ''],
    ['PJSIP/trunk', '', ''],
    ['PJSIP/unknown', 'hint:@ext-local', ''],
  ];
  for (const [interfaceName, stateInterface, extension] of rows) {
    const member = { interface: interfaceName, stateInterface };
    t.equal(extensionOfMember(directory, member), extension, `${interfaceName} ${stateInterface}`);
  }
  t.equal(extensionOfMember(new Directory(settings), { interface: 'PJSIP/808', stateInterface: '' }), '');
  t.end();
});
