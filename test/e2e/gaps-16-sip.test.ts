import { runGaps } from './gaps.ts';

runGaps('16-sip');
