// What stands around every page's content: the state of the connection, the banner, and what is read aloud.

import { html, say, mark } from './dom.js';

const PATIENCE = 10000;

const banner = document.getElementById('banner');
const link = document.getElementById('link');
const linkText = document.getElementById('link-text');
const announcer = document.getElementById('announcer');

/** Fetches a JSON document; fails where there is none within ten seconds. */
export async function get(path) {
  const answer = await fetch(path, { cache: 'no-store', signal: AbortSignal.timeout(PATIENCE) });
  if (!answer.ok) throw new Error(answer.statusText);
  return answer.json();
}

/** Has a text read aloud to those who cannot see the page. */
export function announce(text) {
  announcer.append(html('p', {}, text));
  while (announcer.children.length > 5) announcer.firstElementChild.remove();
}

/** Tells the server's version, without its commit. */
export function tellVersion(version) {
  say(document.getElementById('version'), version.split('+')[0]);
}

/** Shows that the server answers, and a trouble that it tells of. */
export function connected(trouble = '') {
  shell('ok', 'Live', trouble, null);
}

/** Shows that the server does not answer, and dims what it said last. */
export function lost(text, tone = 'bad', state = 'No answer') {
  shell(tone, state, text, true);
}

function shell(tone, state, text, dim) {
  mark(link, 'data-tone', tone);
  say(linkText, state);
  say(banner, text);
  banner.hidden = !text;
  mark(document.body, 'data-lost', dim);
}
