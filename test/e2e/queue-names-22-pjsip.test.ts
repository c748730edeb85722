import { runQueueNames } from './queue-names.ts';

runQueueNames('22-pjsip');
