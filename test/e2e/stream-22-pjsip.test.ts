import { runStream } from './stream.ts';

runStream('22-pjsip');
