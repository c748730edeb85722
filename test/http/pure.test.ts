import assert from 'node:assert/strict';
import fc from 'fast-check';
import { hostname } from 'node:os';
import t from 'tap';
import { failure, success } from '../../src/http/answer.ts';
import { acceptedDays, authenticate, tokenOf } from '../../src/http/auth.ts';
import { corsHeaders, preflightHeaders } from '../../src/http/cors.ts';
import { mergeFields, parseForm, parseJson, readParams } from '../../src/http/fields.ts';
import { isLoopback, isOwnHost, isOwnOrigin } from '../../src/http/host.ts';
import * as params from '../../src/http/params.ts';
import { parseRange } from '../../src/http/range.ts';
import { route, routeTable } from '../../src/http/route.ts';
import { Router } from '../../src/http/router.ts';
import { Throttle } from '../../src/http/throttle.ts';

void t.test('contract §2: the token is md5 of WEBKEY and day', (t) => {
  // printf %s 'asjdfjklkasdf2018-11-08' | md5sum
  t.equal(tokenOf('asjdfjklkasdf', '2018-11-08'), '12e43b491f2a66422d5ed7f683e06f7e');
  t.strictSame(acceptedDays(new Date(2024, 1, 29, 23, 59, 59)), ['2024-02-28', '2024-02-29', '2024-03-01']);
  t.strictSame(acceptedDays(new Date(2025, 0, 1, 0, 0, 0)), ['2024-12-31', '2025-01-01', '2025-01-02']);
  t.end();
});

void t.test('contract §2: both headers, the neighbouring days, and no other', (t) => {
  const now = new Date(2026, 10, 22, 12);
  const verdict = (headers: Record<string, string>, webkey = 'k'): string => authenticate(webkey, headers, now);
  for (const day of ['2026-11-21', '2026-11-22', '2026-11-23']) {
    t.equal(verdict({ authorization: tokenOf('k', day) }), 'right', day);
    t.equal(verdict({ authentication: ` ${tokenOf('k', day).toUpperCase()} ` }), 'right', day);
  }
  for (const day of ['2026-11-20', '2026-11-24', '2025-11-22', '']) {
    t.equal(verdict({ authorization: tokenOf('k', day) }), 'wrong', day);
  }
  t.equal(verdict({ authorization: 'Basic eDp5', authentication: tokenOf('k', '2026-11-22') }), 'right');
  t.equal(verdict({}), 'missing');
  t.equal(verdict({ authorization: '' }), 'wrong');
  t.equal(verdict({ authorization: tokenOf('', '2026-11-22') }), 'wrong');
  t.equal(verdict({ authorization: `${tokenOf('k', '2026-11-22')}0` }), 'wrong');
  t.equal(verdict({}, ''), 'open', 'contract §1.1');
  fc.assert(fc.property(fc.string(), (text) => verdict({ authorization: text }) === 'wrong'));
  t.end();
});

void t.test('each sender has a budget of distinct wrong tokens', (t) => {
  const throttle = new Throttle({ burst: 3, interval: 1000, size: 4 });
  const wrong = (remote: string, token: string, now = 0): number => throttle.wrong(remote, token, now);
  for (const token of ['a', 'b', 'c']) t.equal(wrong('10.0.0.1', token), 0);
  t.equal(wrong('10.0.0.1', 'd'), 1);
  t.equal(wrong('::ffff:10.0.0.1', 'e'), 1, 'the same address over IPv6');
  for (let again = 0; again < 100; again++) t.equal(wrong('10.0.0.1', 'b'), 0, 'one that was counted costs nothing');
  t.equal(wrong('10.0.0.1', 'd'), 1, 'one that was refused was not counted');
  t.equal(wrong('10.0.0.2', 'd'), 0, 'nobody else pays');
  t.equal(wrong('10.0.0.1', 'd', 1000), 0, 'one a second');
  t.equal(wrong('10.0.0.1', 'e', 1001), 1);
  t.equal(wrong('10.0.0.1', 'a', 1001), 0, 'the first ones are known still');
  for (let second = 2; second < 60; second++) t.equal(wrong('10.0.0.1', `x${second}`, second * 1000), 0);
  t.equal(wrong('10.0.0.1', 'a', 59_001), 1, 'those of long ago are not');
  for (const token of ['a', 'b', 'c', 'd']) wrong('2001:db8:1:2::5', token);
  t.equal(wrong('2001:db8:1:2::6', 'e'), 1, 'a network of IPv6 is one sender');
  for (const other of ['a', 'b', 'c', 'd']) wrong(other, 'a');
  t.equal(wrong('2001:db8:1:2::5', 'e'), 0, 'forgotten: no more than size are remembered');
  t.end();
});

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

void t.test('CORS', (t) => {
  t.strictSame(corsHeaders('', 'http://crm'), {});
  t.equal(corsHeaders('*', 'http://crm')['Access-Control-Allow-Origin'], '*');
  t.strictSame(corsHeaders('http://a,http://crm', 'http://evil'), { Vary: 'Origin' });
  t.match(corsHeaders('http://a,http://crm', 'http://crm'), {
    'Access-Control-Allow-Origin': 'http://crm',
    Vary: 'Origin',
  });
  t.match(preflightHeaders('POST, OPTIONS', { 'access-control-request-headers': 'authorization,x-requested-with' }), {
    'Access-Control-Allow-Methods': 'POST, OPTIONS',
    'Access-Control-Allow-Headers': 'authorization,x-requested-with',
  });
  t.match(preflightHeaders('POST', { 'access-control-request-headers': 'é' }), {
    'Access-Control-Allow-Headers': /Authentication/,
  });
  t.match(preflightHeaders('POST', { 'access-control-request-private-network': 'true' }), {
    'Access-Control-Allow-Private-Network': 'true',
  });
  t.end();
});

void t.test('fields of forms and JSON', (t) => {
  const form = (text: string): unknown => Object.fromEntries(parseForm(text));
  t.strictSame(form('queue=630&member=808&state=on'), { queue: ['630'], member: ['808'], state: ['on'] });
  t.strictSame(form('&a&b=&=c&a=1%2B2+3&a=%E5%AF%86&d=e=f'), {
    a: ['', '1+2 3', '密'],
    b: [''],
    '': ['c'],
    d: ['e=f'],
  });
  for (const bad of ['a=%', 'a=%zz', '%ff=1', 'a=%c3%28', 'a=%ED%A0%80']) {
    t.throws(() => parseForm(bad), { status: 400, message: 'bad percent-encoding' }, bad);
  }
  t.strictSame(Object.fromEntries(parseJson('{"a":1,"b":["x"],"__proto__":"c"}').entries())['a'], [1]);
  for (const bad of ['', '{', '[]', '"a"', '1', 'null', '{"a":1}x', "{'a':1}"]) {
    t.throws(() => parseJson(bad), { status: 400, message: /JSON/ }, bad);
  }
  const merged = mergeFields(parseForm('a=1&b=2'), parseForm('b=3'));
  t.strictSame(
    [...merged],
    [
      ['a', ['1']],
      ['b', ['2', '3']],
    ],
  );
  t.end();
});

void t.test('parameters are checked by name before anything happens', (t) => {
  const declared = { queue: params.queue, state: params.state, limitSec: params.optional(params.limitSec) };
  const read = (text: string): unknown => readParams(declared, parseForm(text));
  const json = (value: unknown): unknown => readParams(declared, parseJson(JSON.stringify(value)));
  t.strictSame(read('queue=630&state=on&extra=1&extra=2'), { queue: '630', state: 'on', limitSec: undefined });
  t.strictSame(read('queue=630&state=off&limitSec=86400'), { queue: '630', state: 'off', limitSec: 86400 });
  t.strictSame(read('queue=630&state=off&limitSec='), { queue: '630', state: 'off', limitSec: undefined });
  t.strictSame(json({ queue: 630, state: 'on', limitSec: 5, extra: [{}] }), { queue: '630', state: 'on', limitSec: 5 });
  t.throws(() => read('state=on'), { status: 400, message: 'missing parameter: queue' });
  t.throws(() => read('queue=&state=on'), { status: 400, message: 'missing parameter: queue' });
  t.throws(() => read('queue=630&queue=630&state=on'), { status: 400, message: 'parameter queue is given 2 times' });
  t.throws(() => read('queue=630&state=ON'), { status: 400, message: 'parameter state must be on or off' });
  for (const limitSec of ['0', '86401', '-1', '1.5', '1e3', '0x10', ' 1', '00000001']) {
    t.throws(
      () => json({ queue: '1', state: 'on', limitSec }),
      { status: 400, message: /^parameter limitSec must be a whole number from 1 to 86400$/ },
      limitSec,
    );
  }
  for (const queue of [['630'], { a: 1 }, true, null, 1.5, 2 ** 53]) {
    t.throws(() => json({ queue, state: 'on' }), { status: 400, message: 'parameter queue must be a string' });
  }
  t.end();
});

void t.test('the patterns let nothing through that means something to Asterisk', (t) => {
  const dst = params.dst(() => false);
  const features = params.dst(() => true);
  const ok = (param: params.Param<unknown>, text: string): boolean => param.read(text) !== undefined;
  for (const text of ['808', 'a.b_c-D', '8'.repeat(40)]) t.ok(ok(params.extension, text), text);
  for (const text of [
    '8'.repeat(41),
    '8 8',
    '808\n',
    '808\r\nAction: x',
    '8&9',
    '8,9',
    '8/9',
    '８',
    '808@x',
    '8;9',
    '8\0',
  ]) {
    for (const param of [params.extension, params.queue, params.blacklistNumber, dst, features])
      t.notOk(ok(param, text), JSON.stringify(text));
  }
  t.ok(
    ok(params.blacklistNumber, '+86*1#') &&
      !ok(params.blacklistNumber, 'a') &&
      !ok(params.blacklistNumber, '1'.repeat(41)),
  );
  t.ok(ok(dst, '+8613800138000') && !ok(dst, '*55800') && !ok(dst, '1'.repeat(33)));
  t.ok(ok(features, '*55800#') && !ok(features, '*55/800'));
  t.match(features.allowed, /\* #/);
  t.notMatch(dst.pattern, /\*/);
  for (const param of [params.extension, params.blacklistNumber, params.state, params.limitSec, dst, features]) {
    const pattern = new RegExp(`^(?:${param.pattern})$`);
    fc.assert(fc.property(fc.string(), (text) => text === '' || !ok(param, text) || pattern.test(text)));
  }
  t.end();
});

void t.test('contract §4: shapes and the order of their keys', (t) => {
  t.equal(JSON.stringify(success('m', [1]).body), '{"status":"success","message":"m","data":[1]}');
  t.equal(JSON.stringify(success('m').body), '{"status":"success","message":"m"}');
  t.equal(
    JSON.stringify(success(undefined, ['123456']).body),
    '{"status":"success","data":["123456"]}',
    'contract §4.12',
  );
  t.equal(JSON.stringify(failure(404, 'm').body), '{"status":"error","message":"m"}');
  t.end();
});

void t.test('the route table', (t) => {
  const handle = (): ReturnType<typeof success> => success('x');
  const routes = [
    route({ methods: ['GET', 'POST'], path: '/a', summary: 'A', handle }),
    route({ methods: ['DELETE'], path: '/a', summary: 'D', params: { number: params.blacklistNumber }, handle }),
    route({ methods: ['GET'], path: '/m/*', summary: 'M', access: 'open', handle }),
  ];
  const router = new Router(routes);
  t.equal(router.match('/a').allow, 'GET, POST, DELETE, HEAD, OPTIONS');
  t.equal(router.match('/a').route('HEAD'), routes[0]);
  t.equal(router.match('/a').route('DELETE'), routes[1]);
  t.equal(router.match('/m/x/%2e').rest, 'x/%2e');
  t.match(
    t.throws(() => router.match('/a').route('PUT')),
    { status: 405, headers: { Allow: 'GET, POST, DELETE, HEAD, OPTIONS' } },
  );
  for (const path of ['/', '/a/', '/A', '/m', '//a', '/%61', '/__proto__'])
    t.throws(() => router.match(path), { message: 'no such path' }, path);
  t.throws(() => new Router([...routes, ...routes]), { message: 'two routes for GET /a' });
  t.strictSame(
    routeTable(routes).map(({ method, path }) => `${method} ${path}`),
    ['GET /a', 'POST /a', 'DELETE /a', 'GET /m/*'],
  );
  t.match(routeTable(routes)[2], {
    params: [{ name: 'number', required: true, pattern: '[0-9+*#]{1,40}' }],
    access: 'contract',
  });
  t.end();
});

void t.test('Range (RFC 9110 §14)', (t) => {
  t.strictSame(parseRange('bytes=0-3', 10), { start: 0, end: 3 });
  t.strictSame(parseRange('bytes=4-', 10), { start: 4, end: 9 });
  t.strictSame(parseRange('bytes=-3', 10), { start: 7, end: 9 });
  t.strictSame(parseRange('bytes=-30', 10), { start: 0, end: 9 });
  t.strictSame(parseRange('bytes=0-999', 10), { start: 0, end: 9 });
  for (const none of ['bytes=10-', 'bytes=10-20', 'bytes=-0']) t.equal(parseRange(none, 10), 'none', none);
  t.equal(parseRange('bytes=0-', 0), 'none');
  for (const all of [
    undefined,
    '',
    'bytes=',
    'bytes=-',
    'bytes=3-2',
    'bytes=0-1,4-5',
    'lines=0-1',
    'bytes=a-b',
    `bytes=${'9'.repeat(400)}-`,
  ]) {
    t.equal(parseRange(all, 10), 'all', String(all));
  }
  fc.assert(
    fc.property(fc.string(), fc.nat(), fc.nat(), fc.nat(), (text, from, to, size) => {
      for (const header of [text, `bytes=${text}`, `bytes=${from}-${to}`]) {
        const range = parseRange(header, size);
        if (typeof range === 'object') assert.ok(0 <= range.start && range.start <= range.end && range.end < size);
      }
    }),
  );
  t.end();
});
