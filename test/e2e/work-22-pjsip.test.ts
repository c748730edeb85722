import { runWork } from './work.ts';

runWork('22-pjsip');
