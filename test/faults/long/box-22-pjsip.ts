import t from 'tap';
import { stepClock } from '../clock.ts';
import { runDisks } from '../full.ts';

void t.test('the disk takes nothing for a while', (t) => runDisks(t, '22-pjsip', 2241, 15_000));

void t.test('the clock is stepped forward and back', (t) => stepClock(t, '22-pjsip', 2251, 3));
