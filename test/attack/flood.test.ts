import t from 'tap';
import { underFlood } from './flood.ts';

void t.test('honest requests under a flood of forged INVITEs', (t) => underFlood(t, '22-pjsip', 2));
