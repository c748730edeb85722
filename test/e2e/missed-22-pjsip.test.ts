import { runMissed } from './missed.ts';

runMissed('22-pjsip');
