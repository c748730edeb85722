import t from 'tap';
import { filled } from '../../src/web/toolbar/pop-address.ts';

const call = { number: '13800138000', called: '4008', queue: '630', uuid: '1541415929.807' };

void t.test('the address of the customer’s page is filled with what the call has', (t) => {
  t.equal(
    filled('http://crm/?n=${caller}&to=${called}&q=${queue}&id=${uuid}&x=${other}', call),
    'http://crm/?n=13800138000&to=4008&q=630&id=1541415929.807&x=${other}',
  );
  t.end();
});

void t.test('whatever a caller sends as a number stays where it was put', (t) => {
  const template = 'https://crm.example/customers/${caller}/show?q=${queue}#${caller}';
  const evil = [
    '../../logout',
    '..',
    '.',
    '...',
    '?x=1',
    '#x',
    '&q=1',
    '//evil',
    '\\..\\x',
    'a b',
    '.\ud800.',
    '%2e%2e',
  ];
  for (const number of [...evil, '王芳 <b>', 'javascript:alert(1)', '@evil.example']) {
    const { origin, pathname, search } = new URL(filled(template, { ...call, number }));
    t.strictSame([origin, search], ['https://crm.example', '?q=630'], number);
    t.match(pathname, /^\/customers\/[^/]*\/show$/, number);
  }
  t.equal(new URL(filled('http://crm/a/${caller}${queue}', { ...call, number: '.', queue: '.' })).pathname, '/a/');
  t.end();
});
