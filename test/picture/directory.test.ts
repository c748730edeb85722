import t from 'tap';
import type { DirectorySettings } from '../../src/picture/directory.ts';
import type { Endpoint } from '../../src/snapshot/endpoints.ts';
import { byNumber, Directory, isExtensionName } from '../../src/picture/directory.ts';
import { hintDevices, isPersonal } from '../../src/picture/devices.ts';
import { glob } from '../../src/picture/glob.ts';

/** A hint as a test writes it: extension, text, context, status. */
type Written = readonly [exten: string, text: string, context?: string, status?: string];

/** Asterisk lists these hints; returns whether that is news. */
function list(directory: Directory, hints: readonly Written[]): boolean {
  return directory.setHints(
    hints.map(([exten, hint, context = 'internal', status = '0']) => [
      exten,
      { context, hint, status, statusText: 'Idle' },
    ]),
  );
}

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
  list(made, [
    ['800', 'PJSIP/800&Custom:DND800'],
    ['806', 'DAHDI/3'],
    ['807', 'Custom:night'],
    ['820', 'SIP/door', 'elsewhere'],
  ]);
  return made;
}

void t.test('an extension’s devices', (t) => {
  const { devicesOf } = { devicesOf: (exten: string, d = directory()) => d.devicesOf(exten) };
  t.same(devicesOf('800'), ['PJSIP/800'], 'of its hint, without what cannot be dialled');
  t.same(devicesOf('806'), ['DAHDI/3']);
  t.same(devicesOf('803'), ['PJSIP/803'], 'the endpoint of that name, where there is no hint');
  t.same(devicesOf('810'), ['SIP/810']);
  t.same(devicesOf('807'), [], 'a hint that watches no phone');
  t.same(devicesOf('carrier'), [], 'a trunk is nobody’s extension');
  t.same(devicesOf('899'), []);
  t.same(
    devicesOf('800', directory({ extensions: new Map([['800', 'DAHDI/7']]) })),
    ['DAHDI/7'],
    'api.conf overrides all',
  );
  t.same(devicesOf('800', directory({ extensions: new Map([['800', 'PJSIP/800&pjsip/web800']]) })), [
    'PJSIP/800',
    'PJSIP/web800',
  ]);
  t.end();
});

/** A directory with these hints (extension, text, context) and these endpoints of PJSIP. */
function hinted(hints: readonly Written[], endpoints: readonly string[] = []): Directory {
  const made = new Directory({ extensions: new Map(), trunks: ['PJSIP/carrier'], internal: ['internal', 'ext-*'] });
  made.setEndpoints(endpoints.map((name) => ({ technology: 'PJSIP', name, address: 'registers' })));
  list(made, hints);
  return made;
}

void t.test('all devices of a hint are the extension', (t) => {
  for (const text of [
    'PJSIP/800&PJSIP/web800&Custom:DND800',
    'PJSIP/800&PJSIP/web800&Custom:DND800,CustomPresence:800',
    'pjsip/800&Custom:DND800&PJSIP/web800&PJSIP/800',
  ]) {
    const d = hinted([['800', text]], ['800', 'web800']);
    t.same(d.devicesOf('800'), ['PJSIP/800', 'PJSIP/web800'], text);
    t.equal(d.extensionOf('PJSIP/web800'), '800');
    t.equal(d.extensionOf('pjsip/web800'), '800', 'as a queue’s member may be written');
    t.equal(d.isTrunk('PJSIP/web800'), false);
    t.same(d.devicesOf('web800'), ['PJSIP/web800'], 'one of them alone is called by its name');
  }
  t.end();
});

void t.test('a device that several extensions claim', (t) => {
  const group = hinted([
    ['600', 'PJSIP/801&PJSIP/802'],
    ['801', 'PJSIP/801'],
    ['802', 'PJSIP/802&PJSIP/web802'],
    ['900', 'PJSIP/802'],
    ['901', 'PJSIP/801&PJSIP/carrier'],
  ]);
  t.same(
    ['PJSIP/801', 'PJSIP/802', 'PJSIP/web802'].map((device) => group.extensionOf(device)),
    ['801', '802', '802'],
  );
  t.same(group.devicesOf('600'), [], 'a group’s lamp: to hang up 600 would end the calls of all');
  t.same(group.devicesOf('900'), ['PJSIP/802'], 'a second number of 802');
  t.same(group.devicesOf('901'), ['PJSIP/801'], 'a trunk is no phone');
  t.equal(group.extensionOf('PJSIP/carrier'), '');
  const secretary = hinted([
    ['800', 'PJSIP/800&PJSIP/801'],
    ['801', 'PJSIP/801'],
  ]);
  t.same(secretary.devicesOf('800'), ['PJSIP/800'], 'whose lamp shows a colleague’s phone, too');
  t.same(secretary.devicesOf('801'), ['PJSIP/801']);
  const shared = hinted([
    ['810', 'PJSIP/a&PJSIP/door&PJSIP/b'],
    ['811', 'PJSIP/c&PJSIP/door'],
  ]);
  t.equal(shared.extensionOf('PJSIP/door'), '811', 'the hint that watches fewer');
  t.end();
});

void t.test('hints of several contexts', (t) => {
  const hints: Written[] = [
    ['800', 'PJSIP/elsewhere', 'lamps'],
    ['800', 'PJSIP/800&PJSIP/web800', 'ext-local'],
    ['801', 'PJSIP/801', 'lamps'],
    ['801', 'Custom:DND801', 'internal'],
    ['802', 'PJSIP/b', 'ext-local'],
    ['802', 'PJSIP/a', 'internal'],
  ];
  const d = hinted(hints);
  t.same(d.devicesOf('800'), ['PJSIP/800', 'PJSIP/web800'], 'of an internal one');
  t.same(d.devicesOf('801'), ['PJSIP/801'], 'of the one that has a phone');
  t.same(d.devicesOf('802'), ['PJSIP/a'], 'in the order of api.conf, whichever came first');
  list(d, [...hints.slice(0, -1), ['802', 'PJSIP/a', 'internal', '-1']]);
  t.same(d.devicesOf('802'), ['PJSIP/b']);
  t.equal(d.extensionOf('PJSIP/a'), '');
  t.end();
});

void t.test('a hint of nobody’s extension tells no status', (t) => {
  const things = [
    ['701', 'park:701@parkedcalls'],
    ['702', 'Park:702@parkedcalls'],
    ['630', 'Queue:630'],
    ['631', 'Queue:631_avail&Queue:630'],
    ['680', 'confbridge:680'],
    ['681', 'MeetMe:681'],
    ['690', 'Calendar:holidays'],
    ['691', 'SLA:station_line'],
  ] as const;
  for (const [exten, text] of things) {
    t.equal(hinted([[exten, text]]).hintOf(exten), undefined, text);
    t.same(hinted([[exten, text]]).extensions(), []);
  }
  for (const text of [
    'Custom:DND800',
    'PJSIP/800&Custom:DND800',
    'Agent:800',
    '',
    ',CustomPresence:800',
    'Queue:1&SIP/1',
  ]) {
    t.match(hinted([['800', text]]).hintOf('800'), { hint: text });
    t.equal(isPersonal(text), true);
  }
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
  t.equal(list(d, [['830', 'SIP/830']]), true);
  t.equal(d.extensionOf('SIP/830'), '830', 'a hint that comes later counts');
  t.equal(list(d, []), true);
  t.equal(d.extensionOf('SIP/830'), '', 'and one that goes does not');
  t.end();
});

void t.test('an event changes the status of a listed hint, and never its devices', (t) => {
  const d = hinted([['800', 'PJSIP/800']]);
  const told = (hint: string, status: string, exten = '800', context = 'internal'): boolean =>
    d.setStatus(exten, { context, hint, status, statusText: `text ${status}` });
  t.equal(told('PJSIP/800', '8'), true);
  t.match(d.hintOf('800'), { status: '8', statusText: 'text 8' });
  for (const [hint, status, exten, context] of [
    ['Local/0900123@from-internal', '0'],
    ['PJSIP/800&Local/0900123@from-internal', '0'],
    ['', '0'],
    ['PJSIP/800', '-1'],
    ['PJSIP/800', 'x'],
    ['PJSIP/800', '0', '801'],
    ['PJSIP/0900', '0', '800', 'another'],
  ] as const) {
    t.equal(told(hint, status, exten, context), false, `${hint} ${status} shows that the list is outdated`);
    t.same(d.devicesOf('800'), ['PJSIP/800']);
    t.same(d.devicesOf('801'), []);
    t.match(d.hintOf('800'), { status: '8' });
  }
  t.equal(told('park:701@parkedcalls', '0', '701'), true, 'a hint that is nobody’s is not looked for');
  t.end();
});

void t.test('a list tells whether it brings news', (t) => {
  const d = directory();
  const hints: Written[] = [
    ['800', 'PJSIP/800'],
    ['801', 'PJSIP/801'],
  ];
  t.equal(list(d, hints), true);
  t.equal(list(d, hints.toReversed()), false);
  t.equal(list(d, [hints[0]!, ['801', 'PJSIP/801', 'internal', '8']]), false, 'a status is none');
  t.equal(list(d, [hints[0]!, ['801', 'PJSIP/door']]), true);
  t.same(d.devicesOf('801'), ['PJSIP/door']);
  const endpoint = { technology: 'PJSIP', name: '803', address: 'registers' } as const;
  t.equal(d.setEndpoints([endpoint]), true);
  t.equal(d.setEndpoints([endpoint]), false);
  t.equal(d.setEndpoints([{ ...endpoint, address: 'fixed' }]), true);
  t.equal(d.setEndpoints([]), true);
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
  t.same(named.devicesOf('carrier'), ['PJSIP/carrier'], 'a phone with a fixed address then');
  t.same(named.devicesOf('template'), [], 'what can be reached nowhere is nobody’s in any case');
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

void t.test('a device is new once, until the list of endpoints is another', (t) => {
  const directory = new Directory({ extensions: new Map(), trunks: [], internal: ['*'] });
  const listed = (name: string): Endpoint => ({ technology: 'SIP', name, address: 'registers' });
  t.notOk(directory.isNewDevice('SIP/203.0.113.9'), 'nothing is listed yet');
  directory.setEndpoints([listed('800')]);
  t.notOk(directory.isNewDevice('SIP/800'));
  t.ok(directory.isNewDevice('SIP/203.0.113.9'), 'a guest');
  directory.setEndpoints([listed('800')]);
  t.notOk(directory.isNewDevice('SIP/203.0.113.9'), 'no list will name it');
  directory.setEndpoints([listed('800'), listed('801')]);
  t.ok(directory.isNewDevice('SIP/203.0.113.9'));
  for (let n = 0; n < 2_000; n++) directory.isNewDevice(`SIP/guest${n}`);
  t.notOk(directory.isNewDevice('SIP/guest5000'), 'bounded');
  t.end();
});
