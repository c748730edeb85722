import { runWrapups } from './wrapup.ts';

runWrapups('22-pjsip');
