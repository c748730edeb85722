import { runBrowser } from './browser.ts';

runBrowser('22-pjsip');
