import t from 'tap';
import { stepClock } from '../clock.ts';
import { limited, runDisks } from '../full.ts';

void t.test('the disk takes nothing for a while', (t) => runDisks(t, '16-sip', 1641, 15_000));

void t.test('the clock is stepped forward and back', (t) => stepClock(t, '16-sip', 1651, 3));

void t.test('no file may grow for a while', (t) => limited(t, '16-sip', { seed: 1661 }, 15_000));
