import { runSecond } from './second.ts';

runSecond('16-pjsip');
