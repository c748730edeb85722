import { runRecordings } from './recordings.ts';

runRecordings('22-pjsip');
