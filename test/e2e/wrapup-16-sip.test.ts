import { runWrapups } from './wrapup.ts';

runWrapups('16-sip');
