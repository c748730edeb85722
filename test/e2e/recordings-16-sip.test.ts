import { runRecordings } from './recordings.ts';

runRecordings('16-sip');
