import t from 'tap';
import type { DirectorySettings, Endpoint } from '../../src/picture/directory.ts';
import { byNumber, Directory, hintDevices, isExtensionName } from '../../src/picture/directory.ts';
import { glob } from '../../src/picture/glob.ts';

function directory(settings: Partial<DirectorySettings> = {}): Directory {
  const made = new Directory({ extensions: new Map(), trunks: [], internal: ['internal'], ...settings });
  const phone = (
    technology: Endpoint['technology'],
    name: string,
    address: Endpoint['address'] = 'registers',
  ): Endpoint => ({
    technology,
    name,
    address,
  });
  made.setEndpoints([
    phone('PJSIP', '803'),
    phone('SIP', '810'),
    phone('PJSIP', 'carrier', 'fixed'),
    phone('PJSIP', 'template', 'none'),
    phone('PJSIP', '800'),
  ]);
  const hint = (exten: string, text: string, context = 'internal'): void => {
    made.setHint(exten, { context, hint: text, status: '0', statusText: 'Idle' });
  };
  hint('800', 'PJSIP/800&Custom:DND800');
  hint('806', 'DAHDI/3');
  hint('807', 'Custom:night');
  hint('820', 'SIP/door', 'elsewhere');
  return made;
}

void t.test('an extension’s device', (t) => {
  const { deviceOf } = { deviceOf: (exten: string, d = directory()) => d.deviceOf(exten) };
  t.equal(deviceOf('800'), 'PJSIP/800', 'of its hint, without what cannot be dialled');
  t.equal(deviceOf('806'), 'DAHDI/3');
  t.equal(deviceOf('803'), 'PJSIP/803', 'the endpoint of that name, where there is no hint');
  t.equal(deviceOf('810'), 'SIP/810');
  t.equal(deviceOf('807'), undefined, 'a hint that watches no phone');
  t.equal(deviceOf('carrier'), undefined, 'a trunk is nobody’s extension');
  t.equal(deviceOf('899'), undefined);
  t.equal(
    deviceOf('800', directory({ extensions: new Map([['800', 'DAHDI/7']]) })),
    'DAHDI/7',
    'api.conf overrides all',
  );
  t.end();
});

void t.test('the extension behind a device', (t) => {
  const d = directory({ extensions: new Map([['777', 'DAHDI/9']]) });
  t.equal(d.extensionOf('PJSIP/800'), '800');
  t.equal(d.extensionOf('DAHDI/3'), '806');
  t.equal(d.extensionOf('DAHDI/9'), '777');
  t.equal(d.extensionOf('SIP/door'), '820');
  t.equal(d.extensionOf('Local/808@from-queue/n'), '808', 'as FreePBX’s queue members are called');
  t.equal(d.extensionOf('PJSIP/carrier'), '');
  d.setHint('830', { context: 'internal', hint: 'SIP/830', status: '0', statusText: 'Idle' });
  t.equal(d.extensionOf('SIP/830'), '830', 'a hint that comes later counts');
  d.setHint('830', { context: 'internal', hint: '', status: '-1', statusText: 'Unknown' });
  t.equal(d.extensionOf('SIP/830'), '', 'and one that goes does not');
  t.end();
});

void t.test('trunks', (t) => {
  t.equal(directory().isTrunk('PJSIP/carrier'), true, 'a device with a fixed address and no hint');
  t.equal(directory().isTrunk('PJSIP/800'), false);
  t.equal(directory().isTrunk('DAHDI/i1/18782985586'), true, 'a device that is nobody’s');
  t.equal(directory().isTrunk('Local/800@internal'), false);
  const named = directory({ trunks: ['SIP/8*', 'DAHDI/*'] });
  t.equal(named.isTrunk('SIP/810'), true, 'named ones');
  t.equal(named.isTrunk('DAHDI/i1/18782985586'), true);
  t.equal(named.isTrunk('PJSIP/carrier'), false, 'and only those, once any are named');
  t.equal(named.deviceOf('carrier'), 'PJSIP/carrier', 'a phone with a fixed address then');
  t.equal(named.deviceOf('template'), undefined, 'what can be reached nowhere is nobody’s in any case');
  t.end();
});

void t.test('lists and names', (t) => {
  t.same(directory().extensions(), ['800', '803', '806', '807', '810', '820']);
  t.same(['1000', '99', '800', 'a'].sort(byNumber), ['a', '99', '800', '1000']);
  t.same(hintDevices('SIP/1&PJSIP/2,CustomPresence:3'), ['SIP/1', 'PJSIP/2']);
  t.equal(isExtensionName('_8X'), false);
  t.equal(isExtensionName('*45'), false);
  t.equal(isExtensionName('8.a_b-c'), true);
  t.equal(glob(['ivr-*', 'menu'], 'ivr-610'), true);
  t.equal(glob(['ivr-*'], 'xivr-610'), false);
  t.equal(glob(['a.b*'], 'axb'), false, 'only the star is special');
  t.equal(glob(['*'], 'any\nthing'), true);
  t.end();
});
