import { runLists } from './lists.ts';

runLists('16-pjsip');
