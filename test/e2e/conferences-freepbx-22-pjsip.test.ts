import { runConferences } from './conferences.ts';

runConferences('22-pjsip', 'freepbx');
