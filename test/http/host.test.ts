import { hostname } from 'node:os';
import t from 'tap';
import { isLoopback, isOwnHost, isOwnOrigin, networkOf } from '../../src/http/host.ts';

void t.test('Host: addresses, localhost, the own name and configured ones', (t) => {
  const names = ['crm.local', 'box'];
  for (const host of [
    '192.168.12.183',
    '192.168.12.183:8000',
    '127.0.0.1:8000',
    '[::1]',
    '[fe80::1]:8000',
    'localhost:8000',
    'LOCALHOST',
    'CRM.local.:80',
    'box',
    hostname(),
  ]) {
    t.ok(isOwnHost(host, names), host);
  }
  for (const host of [
    '',
    'evil.example',
    'evil.example:8000',
    '127.0.0.1.evil.example',
    'localhost.evil',
    '[evil]',
    '::1',
    'a@127.0.0.1',
    '127.0.0.1:',
    'box crm',
    '256.1.1.1',
  ]) {
    t.notOk(isOwnHost(host, names), host);
  }
  t.ok(isOwnOrigin('http://192.168.12.183:8000', '192.168.12.183:8000'));
  t.notOk(isOwnOrigin('http://192.168.12.183', '192.168.12.183:8000'));
  t.notOk(isOwnOrigin('null', '192.168.12.183'));
  t.ok(isLoopback('127.0.0.1') && isLoopback('::ffff:127.0.0.1') && isLoopback('::1'));
  t.notOk(isLoopback('192.168.12.127') || isLoopback('1.127.0.0'));
  t.end();
});

void t.test('networks of addresses', (t) => {
  t.equal(networkOf('192.168.1.2'), '192.168.1.2');
  t.equal(networkOf('::ffff:192.168.1.2'), '192.168.1.2');
  t.equal(networkOf('2001:db8:1:2:3:4:5:6'), '2001:db8:1:2');
  t.equal(networkOf('2001:db8::a:b:c:d'), '2001:db8:0:0');
  t.equal(networkOf('2001:db8::'), '2001:db8:0:0');
  t.equal(networkOf('fe80::1%eth0'), 'fe80:0:0:0');
  t.equal(networkOf('::1'), '0:0:0:0');
  t.equal(networkOf(''), '');
  t.end();
});
