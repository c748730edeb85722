import { runMixed } from './mixed.ts';

runMixed('22-pjsip');
