// Asks every two seconds how far the jobs are and who works on them, and shows it.

import { html, say, mark } from '/dashboard/dom.js';
import { Facts } from './facts.js';
import { Batches } from './batches.js';
import { Workers } from './workers.js';
import { Events } from './events.js';

const PERIOD = 2000;
const PATIENCE = 10000;

const main = document.getElementById('main');
const banner = document.getElementById('banner');
const link = document.getElementById('link');
const linkText = document.getElementById('link-text');
const announcer = document.getElementById('announcer');

const facts = new Facts();
const batches = new Batches(wake);
const workers = new Workers(announce);
const events = new Events(announce);
let heard = false;
let woken = null;

main.append(html('div', { class: 'pipeline', hidden: true }, html('h1', { class: 'unseen' }, 'Jobs and workers'), facts.element, batches.element, workers.element, events.element));

/** Has a text read aloud to those who cannot see the page. */
function announce(text) {
  announcer.append(html('p', {}, text));
  while (announcer.children.length > 5) announcer.firstElementChild.remove();
}

/** Asks now. */
function wake() {
  woken?.();
}

async function get(path) {
  const answer = await fetch(path, { cache: 'no-store', signal: AbortSignal.timeout(PATIENCE) });
  if (!answer.ok) throw new Error(answer.statusText);
  return answer.json();
}

function show(jobs, others) {
  // Times are compared with the server's clock: the one of a phone may be wrong.
  const skew = Date.parse(jobs.now) - Date.now();
  const now = () => Date.now() + skew;
  const names = new Map(jobs.batches.flatMap(b => b.jobs.map(j => [j.job, j.name])));
  say(document.getElementById('version'), jobs.version.split('+')[0]);
  facts.show(jobs, others);
  batches.show(jobs, now);
  workers.show(others, names, now);
  events.show(others.events, names, now);
  main.lastElementChild.hidden = false;
  document.title = `${facts.title} · SegPipe`;
  heard = true;
}

function connected(jobs, others) {
  mark(link, 'data-tone', 'ok');
  say(linkText, 'Live');
  const trouble = [
    others.broker === false ? 'The broker does not answer: what other workers do is not known. Videos are shown as their storage tells.' : null,
    jobs.error ? `Storage cannot be read: ${jobs.error}` : null,
  ].filter(Boolean).join(' ');
  say(banner, trouble);
  banner.hidden = !trouble;
  mark(document.body, 'data-lost', null);
}

function lost() {
  mark(link, 'data-tone', 'bad');
  say(linkText, 'No answer');
  say(banner, heard
    ? 'SegPipe does not answer: it has ended, or the network is down. What you see is what it said last; trying again…'
    : 'SegPipe does not answer. Trying again…');
  banner.hidden = false;
  mark(document.body, 'data-lost', true);
}

async function run() {
  while (true) {
    if (!document.hidden) {
      let answers = null;
      try {
        answers = await Promise.all([get(`/api/jobs${batches.query}`), get('/api/workers')]);
      } catch {
        lost();
      }
      if (answers) {
        connected(...answers);
        show(...answers);
      }
    }
    await new Promise(resolve => {
      woken = resolve;
      setTimeout(resolve, PERIOD);
    });
  }
}

run();
