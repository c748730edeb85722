import t from 'tap';
import { setups } from '../../lab/setup.ts';
import { underFlood } from '../flood.ts';

for (const setup of setups)
  void t.test(`honest requests under a flood of forged INVITEs, ${setup}`, (t) => underFlood(t, setup, 6));
