import fc from 'fast-check';
import t from 'tap';
import type { AnyActionName } from '../../src/ami/actions.ts';
import { encode } from '../../src/ami/encode.ts';
import { AmiError } from '../../src/ami/errors.ts';

void t.test('an action as Asterisk reads it: one line per value, in order', (t) => {
  t.equal(
    encode('Originate', 'id-1', { Channel: 'SIP/808', Async: 'true', Variable: ['a=1', 'b=呼叫'] }),
    'Action: Originate\r\nActionID: id-1\r\nChannel: SIP/808\r\nAsync: true\r\nVariable: a=1\r\nVariable: b=呼叫\r\n\r\n',
  );
  t.equal(encode('Ping', 'id-2'), 'Action: Ping\r\nActionID: id-2\r\n\r\n');
  t.end();
});

void t.test('of the files of Asterisk a few may be read, one section at a time: others hold passwords', (t) => {
  t.match(
    encode('GetConfig', 'id', { Filename: 'cdr_manager.conf', Category: 'general' }),
    'Filename: cdr_manager.conf',
  );
  for (const fields of [
    {},
    { Filename: 'manager.conf' },
    { Filename: 'manager.conf', Category: '' },
    { Filename: 'pjsip.conf', Category: '800' },
    { Filename: ['manager.conf', 'pjsip.conf'], Category: '800' },
    { Filename: '../asterisk/sip.conf', Category: 'general' },
  ]) {
    t.throws(
      () => encode('GetConfig', 'id', fields),
      { name: 'AmiError', kind: 'refused-action' },
      JSON.stringify(fields),
    );
  }
  t.end();
});

void t.test('CR, LF or NUL anywhere is refused, and the value is not repeated', (t) => {
  for (const bad of ['\r', '\n', '\0', 'geheim\r\nAction: Command', 'a\nb'])
    for (const send of [
      () => encode('QueueAdd', 'id', { Queue: bad }),
      () => encode('QueueAdd', 'id', { Variable: ['ok', bad] }),
      () => encode('QueueAdd', `id${bad}`),
      () => encode('QueueAdd', 'id', { [`Queue${bad}`]: 'x' }),
    ])
      t.throws(send, { name: 'AmiError', kind: 'refused-value' }, JSON.stringify(bad));
  try {
    encode('Login', 'id', { Secret: 'geheim\r\n' });
    t.fail('accepted');
  } catch (error) {
    t.notMatch(String((error as Error).stack), 'geheim');
  }
  t.end();
});

void t.test('whatever is accepted is the lines that were asked for, and no more', (t) => {
  const value = fc.oneof(fc.string(), fc.string({ unit: 'grapheme' }), fc.constantFrom('\r\n', 'a\nAction: Command'));
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.oneof(value, fc.array(value))), (fields) => {
      let sent;
      try {
        sent = encode('Getvar', 'id', fields);
      } catch (error) {
        return error instanceof AmiError && error.kind === 'refused-value';
      }
      const count = Object.values(fields).flat().length;
      const lines = sent.split(/\r\n|\r|\n/);
      return lines.length === count + 4 && lines.filter((line) => /^action(id)?:/i.test(line)).length === 2;
    }),
    { numRuns: 500 },
  );
  t.pass('500 actions');
  t.end();
});

void t.test('over-long lines and too many lines are refused, as long as Asterisk takes are not', (t) => {
  const fits = 1024 - 'Variable: \r\n'.length;
  t.match(encode('Getvar', 'id', { Variable: 'x'.repeat(fits) }), /x\r\n\r\n$/);
  t.throws(() => encode('Getvar', 'id', { Variable: 'x'.repeat(fits + 1) }), {
    name: 'AmiError',
    kind: 'refused-value',
  });
  t.throws(
    () => encode('Getvar', 'id', { Variable: 'ü'.repeat(fits / 2 + 1) }),
    { name: 'AmiError', kind: 'refused-value' },
    'bytes count',
  );
  t.match(encode('Getvar', 'id', { Variable: Array<string>(126).fill('x') }), /x\r\n\r\n$/);
  t.throws(() => encode('Getvar', 'id', { Variable: Array<string>(127).fill('x') }), {
    name: 'AmiError',
    kind: 'refused-value',
  });
  t.end();
});

void t.test('only actions of the list, and an Originate only asynchronous', (t) => {
  for (const name of ['Command', 'command', 'QueuePause\r\nAction: Command', 'originate', 'Bridge', '', 'constructor'])
    t.throws(
      () => encode(name as AnyActionName, 'id'),
      { name: 'AmiError', kind: 'refused-action' },
      JSON.stringify(name),
    );
  for (const fields of [{}, { Async: 'false' }, { async: 'true' }, { Async: ['true', 'false'] }])
    t.throws(
      () => encode('Originate', 'id', fields),
      { name: 'AmiError', kind: 'refused-action' },
      JSON.stringify(fields),
    );
  for (const field of ['Action', 'ActionID', 'action', 'actionid'])
    t.throws(() => encode('Ping', 'id', { [field]: 'Command' }), { name: 'AmiError', kind: 'refused-value' }, field);
  t.end();
});
