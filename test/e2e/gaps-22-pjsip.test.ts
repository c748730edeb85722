import { runGaps } from './gaps.ts';

runGaps('22-pjsip');
