import t from 'tap';
import { runDisks } from './full.ts';

void t.test('the disk takes nothing', (t) => runDisks(t, '22-pjsip', 42, 3_000, false));
