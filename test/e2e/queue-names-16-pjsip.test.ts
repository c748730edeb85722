import { runQueueNames } from './queue-names.ts';

runQueueNames('16-pjsip');
