/** What the page does: it searches, opens what a link leads to, and puts its own address into the samples. */
export const pageScript = `'use strict';
const search = document.getElementById('search');
const operations = [...document.querySelectorAll('.operation')].map((block) => ({
  block,
  text: block.textContent.toLowerCase(),
  head: block.querySelector('summary').textContent.toLowerCase(),
}));
const groups = document.querySelectorAll('.group');
const lines = document.querySelectorAll('nav ul ul a');

function find() {
  const words = search.value.toLowerCase().split(/\\s+/).filter(Boolean);
  const inHead = operations.filter(({ head }) => words.every((word) => head.includes(word)));
  const found = inHead.length > 0 ? inHead : operations.filter(({ text }) => words.every((word) => text.includes(word)));
  const blocks = new Set(found.map(({ block }) => block));
  for (const { block } of operations) block.hidden = !blocks.has(block);
  for (const group of groups) group.hidden = group.querySelector('.operation:not([hidden])') === null;
  for (const line of lines) {
    line.parentElement.hidden = document.getElementById(line.hash.slice(1)).hidden;
  }
  document.querySelector('.search output').value = words.length === 0 ? '' : String(found.length);
  return found;
}

function openTarget() {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (target === null || !target.matches('.operation')) return;
  if (target.hidden) {
    search.value = '';
    find();
  }
  target.open = true;
  target.scrollIntoView();
}

search.addEventListener('input', find);
search.addEventListener('keydown', (event) => {
  if (event.key === 'Escape') {
    search.value = '';
    find();
  } else if (event.key === 'Enter') {
    const [first] = find();
    if (first === undefined) return;
    // Else the same key would fold it again.
    event.preventDefault();
    first.block.open = true;
    first.block.querySelector('summary').focus();
  }
});
document.addEventListener('keydown', (event) => {
  if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey || event.target === search) return;
  event.preventDefault();
  search.focus();
  search.select();
});
addEventListener('hashchange', openTarget);
for (const place of document.querySelectorAll('.origin')) place.textContent = location.origin;
document.querySelector('.search').hidden = false;
find();
openTarget();
`;
