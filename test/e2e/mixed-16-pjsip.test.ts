import { runMixed } from './mixed.ts';

runMixed('16-pjsip');
