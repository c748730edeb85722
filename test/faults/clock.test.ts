import t from 'tap';
import { stepClock } from './clock.ts';

void t.test('the clock is stepped forward and back', (t) => stepClock(t, '16-sip', 51, 1));
