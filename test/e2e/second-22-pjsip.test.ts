import { runSecond } from './second.ts';

runSecond('22-pjsip');
