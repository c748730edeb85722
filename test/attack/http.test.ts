import t from 'tap';
import { attack, pages } from './web-attacks.ts';

void t.test('what a stranger on the network sends', (t) => attack(t, { records: 4_000, keys: 300 }));

void t.test('what a page of another site has a browser send', pages);
