import t from 'tap';
import { attack } from '../web-attacks.ts';

void t.test('what a stranger on the network sends, to a box with many records', (t) =>
  attack(t, { records: 240_000, keys: 2_001 }),
);
