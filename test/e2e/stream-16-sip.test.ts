import { runStream } from './stream.ts';

runStream('16-sip');
