import { runMissed } from './missed.ts';

runMissed('16-sip');
