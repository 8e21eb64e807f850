// Asks once a second how things are, and shows it.

import { html, say, mark, keep } from './dom.js';
import { Pipeline } from './pipeline.js';

const PERIOD = 1000;
const PATIENCE = 10000;

const main = document.getElementById('main');
const banner = document.getElementById('banner');
const link = document.getElementById('link');
const linkText = document.getElementById('link-text');
const announcer = document.getElementById('announcer');
const pipelines = new Map();
let last = null;

/** Has a text read aloud to those who cannot see the page. */
function announce(text) {
  announcer.append(html('p', {}, text));
  while (announcer.children.length > 5) announcer.firstElementChild.remove();
}

function show(state) {
  // Times are compared with the server's clock: the one of a phone may be wrong.
  const skew = Date.parse(state.now) - Date.now();
  say(document.getElementById('version'), state.version.split('+')[0]);
  document.title = `${state.pipelines.map(p => p.name).join(', ')} · SegPipe`;
  keep(main, state.pipelines, p => p.name, pipeline => {
    const section = new Pipeline(pipeline, announce);
    pipelines.set(pipeline.name, section);
    return section.element;
  });
  for (const pipeline of state.pipelines) pipelines.get(pipeline.name).show(pipeline, () => Date.now() + skew);
  last = state;
}

function connected() {
  mark(link, 'data-tone', 'ok');
  say(linkText, 'Live');
  banner.hidden = true;
  mark(document.body, 'data-lost', null);
}

function lost() {
  const ended = last !== null && (last.draining || last.pipelines.every(p => p.phase === 'ended'));
  mark(link, 'data-tone', ended ? 'idle' : 'bad');
  say(linkText, ended ? 'Ended' : 'No answer');
  say(banner, ended
    ? 'The run has ended. What you see are its last numbers.'
    : last === null
      ? 'SegPipe does not answer. Trying again…'
      : 'SegPipe does not answer: it has ended, or the network is down. What you see are the last numbers; trying again…');
  banner.hidden = false;
  mark(document.body, 'data-lost', true);
  for (const pipeline of pipelines.values()) pipeline.freeze();
}

async function ask() {
  const answer = await fetch('/dashboard.json', { cache: 'no-store', signal: AbortSignal.timeout(PATIENCE) });
  if (!answer.ok) throw new Error(answer.statusText);
  return answer.json();
}

async function run() {
  while (true) {
    const start = performance.now();
    if (!document.hidden) {
      let state = null;
      try {
        state = await ask();
      } catch {
        lost();
      }
      if (state) {
        connected();
        show(state);
      }
    }
    await new Promise(resolve => setTimeout(resolve, Math.max(100, PERIOD - (performance.now() - start))));
  }
}

run();
