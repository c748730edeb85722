import t from 'tap';
import { built, compareBacklogs } from '../backlog.ts';

void t.test('undelivered records of days', (t) => compareBacklogs(t, '22-pjsip', [1_000, 100_000], built));
