import { runWork } from './work.ts';

runWork('16-sip');
