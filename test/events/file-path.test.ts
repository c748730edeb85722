import t from 'tap';
import { filePathOf } from '../../src/events/file-path.ts';

void t.test(
  'contract §4.14: filePath names the file below the recording folder, whatever MixMonitor was given',
  (t) => {
    const monitor = '/var/spool/asterisk/monitor';
    const cases: [string, string][] = [
      [`${monitor}/q630-1.2.wav`, 'q630-1.2.wav'],
      [`${monitor}/2026/11/22/q630.wav`, '2026/11/22/q630.wav'],
      [`${monitor}//2026/./q630.gsm`, '2026/q630.gsm'],
      ['q630-1.2.wav', 'q630-1.2.wav'],
      ['2026/11/q630.wav', '2026/11/q630.wav'],
      // Elsewhere: nothing is served, the name is for people.
      ['/recordings/q630.wav', 'q630.wav'],
      [`${monitor}/../voicemail/msg0000.wav`, 'msg0000.wav'],
      ['../voicemail/msg0000.wav', 'msg0000.wav'],
      [`${monitor}-old/q630.wav`, 'q630.wav'],
      // Asterisk writes these under another name than it was given.
      [`${monitor}/q630.wav49`, 'q630.WAV'],
      [`${monitor}/q630`, 'q630.raw'],
      // Characters with a meaning in URLs are encoded.
      [`${monitor}/O'Brien "Bob" \\ 100%? #1\n.wav`, `O'Brien "Bob" %5C 100%25%3F %231%0A.wav`],
    ];
    for (const [file, wanted] of cases) {
      t.equal(filePathOf(file, monitor), wanted, file);
      t.equal(filePathOf(file, `${monitor}/`), wanted, `${file}, folder with a slash`);
    }
    t.end();
  },
);
