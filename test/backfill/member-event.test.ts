import t from 'tap';
import { readMemberEvent } from '../../src/backfill/member-event.ts';

const at = 1795595009_000;

void t.test('lines of members, as Asterisk 16 and 22 write them', (t) => {
  const table: readonly (readonly [line: string, wanted: unknown])[] = [
    ['1795595009|NONE|NONE|NONE|QUEUESTART|', { at, type: 'started' }],
    [
      '1795595009|MANAGER|630|PJSIP/801|ADDMEMBER|',
      { at, type: 'added', queue: '630', member: 'PJSIP/801', reason: undefined },
    ],
    ['1795595009|MANAGER|630|Anna|ADDMEMBER|PAUSED', { at, type: 'added', queue: '630', member: 'Anna', reason: '' }],
    [
      '1795595009|1795595009.12|Sales 王|SIP/801|ADDMEMBER|',
      { at, type: 'added', queue: 'Sales 王', member: 'SIP/801', reason: undefined },
    ],
    ['1795595009|MANAGER|630|PJSIP/801|REMOVEMEMBER|', { at, type: 'removed', queue: '630', member: 'PJSIP/801' }],
    ['1795595009|NONE|630|Anna|PAUSE|lunch', { at, type: 'paused', queue: '630', member: 'Anna', reason: 'lunch' }],
    ['1795595009|NONE|630|Anna|PAUSE|a|b', { at, type: 'paused', queue: '630', member: 'Anna', reason: 'a|b' }],
    ['1795595009|NONE|630|Anna|UNPAUSE|', { at, type: 'ready', queue: '630', member: 'Anna' }],
    ['1795595009.25|NONE|630|Anna|UNPAUSE|lunch', { at: at + 250, type: 'ready', queue: '630', member: 'Anna' }],
  ];
  for (const [line, wanted] of table) t.strictSame(readMemberEvent(line), wanted, line);
  t.end();
});

void t.test('what tells of nobody', (t) => {
  const lines = [
    '',
    'x',
    '1795595009|1795595009.1|630|NONE|ENTERQUEUE||85322361|1',
    '1795595009|1795595009.1|630|PJSIP/801|CONNECT|2|1795595009.2|1',
    '1795595009|NONE|NONE|Anna|PAUSEALL|lunch',
    '1795595009|NONE|NONE|Anna|UNPAUSEALL|',
    '1795595009|1795595009.1|630|Anna|PAUSE|lunch',
    '1795595009|MANAGER||Anna|ADDMEMBER|',
    '1795595009|MANAGER|630|NONE|REMOVEMEMBER|',
    '17|MANAGER|630|Anna|REMOVEMEMBER|',
    'now|NONE|NONE|NONE|QUEUESTART|',
  ];
  for (const line of lines) t.equal(readMemberEvent(line), undefined, line);
  t.end();
});
