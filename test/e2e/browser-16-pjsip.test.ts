import { runBrowser } from './browser.ts';

runBrowser('16-pjsip');
