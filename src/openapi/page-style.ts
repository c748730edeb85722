/** How the page looks: one column, and a menu beside it where there is room. */
export const pageStyle = `:root {
  color-scheme: light dark;
  --paper: #fff;
  --shade: #f3f4f6;
  --line: #d0d4da;
  --ink: #1c2128;
  --faint: #57606a;
  --mark: #0b57a4;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #14181d;
    --shade: #1f252c;
    --line: #3a424c;
    --ink: #e4e8ed;
    --faint: #a3adb8;
    --mark: #7db7f5;
  }
}
* { box-sizing: border-box; }
[hidden] { display: none !important; }
html { scroll-padding-top: 0.5rem; }
body {
  margin: 0;
  background: var(--paper);
  color: var(--ink);
  font: 1rem/1.5 system-ui, sans-serif;
  overflow-wrap: break-word;
}
a { color: var(--mark); }
:focus-visible { outline: 2px solid var(--mark); outline-offset: 2px; }
code, pre, kbd { font: 0.9em/1.45 ui-monospace, monospace; }
.skip { position: absolute; left: -100vw; }
.skip:focus { left: 0.5rem; top: 0.5rem; z-index: 2; padding: 0.25rem 0.5rem; background: var(--paper); }
header {
  display: flex;
  flex-wrap: wrap;
  align-items: center;
  gap: 0.25rem 1.5rem;
  padding: 0.5rem 1rem;
  background: var(--paper);
  border-bottom: 1px solid var(--line);
}
header h1 { margin: 0; font-size: 1.15rem; }
header small { color: var(--faint); font-weight: normal; }
header p { margin: 0; }
.search { display: flex; flex: 1 1 16rem; align-items: center; gap: 0.5rem; }
.search label, .search output { color: var(--faint); white-space: nowrap; }
.search input {
  flex: 1;
  min-width: 4rem;
  max-width: 28rem;
  padding: 0.35rem 0.6rem;
  border: 1px solid var(--line);
  border-radius: 0.35rem;
  background: var(--shade);
  color: inherit;
  font: inherit;
}
kbd { padding: 0 0.35em; border: 1px solid var(--line); border-radius: 0.25rem; }
main { max-width: 56rem; padding: 0.5rem 1rem 4rem; }
nav { padding: 0.5rem 1rem 0; }
nav ul { margin: 0; padding: 0; list-style: none; }
nav > ul { display: flex; flex-wrap: wrap; gap: 0.25rem 1rem; }
nav ul ul { display: none; }
h2 { margin: 2rem 0 0.25rem; font-size: 1.3rem; }
h4 { margin: 1rem 0 0.25rem; font-size: 1rem; }
.group > p { margin: 0 0 0.75rem; color: var(--faint); }
.operation { margin: 0.4rem 0; border: 1px solid var(--line); border-radius: 0.4rem; }
.operation > summary { padding: 0.45rem 0.75rem; cursor: pointer; border-radius: 0.4rem; }
.operation > summary:hover, .operation[open] > summary { background: var(--shade); }
.path { font-weight: 600; overflow-wrap: anywhere; }
.about { display: block; color: var(--faint); }
.method {
  display: inline-block;
  min-width: 3.2em;
  padding: 0 0.4em;
  border: 1px solid var(--mark);
  border-radius: 0.25rem;
  color: var(--mark);
  font: 600 0.75em/1.5 ui-monospace, monospace;
  text-align: center;
}
.inside { padding: 0 0.75rem 0.75rem; }
dl { margin: 0.25rem 0; }
dt { margin-top: 0.35rem; }
dt code { font-weight: 600; overflow-wrap: anywhere; }
dd { margin: 0 0 0 1.25rem; color: var(--faint); }
dd:empty { display: none; }
.type { color: var(--faint); font-size: 0.9em; }
.status { font-family: ui-monospace, monospace; }
pre {
  margin: 0.4rem 0;
  padding: 0.6rem 0.75rem;
  overflow-x: auto;
  border-radius: 0.35rem;
  background: var(--shade);
}
@media (min-width: 40rem) {
  html { scroll-padding-top: 4.5rem; }
  header { position: sticky; top: 0; z-index: 1; }
}
@media (min-width: 64rem) {
  body { display: grid; grid-template-columns: 19rem minmax(0, 1fr); }
  header { grid-column: 1 / -1; }
  nav {
    position: sticky;
    top: 3.4rem;
    align-self: start;
    max-height: calc(100vh - 3.4rem);
    overflow-y: auto;
    padding-bottom: 2rem;
    border-right: 1px solid var(--line);
    font-size: 0.9rem;
  }
  nav > ul { display: block; }
  nav > ul > li { margin-top: 0.75rem; }
  nav > ul > li > a { font-weight: 600; }
  nav ul ul { display: block; }
  nav ul ul a { text-decoration: none; overflow-wrap: anywhere; }
  nav ul ul a:hover { text-decoration: underline; }
  .about { display: inline; }
}
@media print {
  header, nav { display: none; }
}
`;
