import { runConferences } from './conferences.ts';

runConferences('16-pjsip');
