// Asks every two seconds how far the jobs are and who works on them, and shows it.

import { html } from '/dashboard/dom.js';
import { announce, connected, get, lost, tellVersion } from '/dashboard/shell.js';
import { Facts } from './facts.js';
import { Batches } from './batches.js';
import { Workers } from './workers.js';
import { Events } from './events.js';

const PERIOD = 2000;

const main = document.getElementById('main');
const facts = new Facts();
const batches = new Batches(wake);
const workers = new Workers(announce);
const events = new Events(announce);
let heard = false;
let woken = null;

main.append(html('div', { class: 'pipeline', hidden: true }, html('h1', { class: 'unseen' }, 'Jobs and workers'), facts.element, batches.element, workers.element, events.element));

/** Asks now. */
function wake() {
  woken?.();
}

function show(jobs, others) {
  // Times are compared with the server's clock: the one of a phone may be wrong.
  const skew = Date.parse(jobs.now) - Date.now();
  const now = () => Date.now() + skew;
  const names = new Map(jobs.batches.flatMap(b => b.jobs.map(j => [j.job, j.name])));
  tellVersion(jobs.version);
  facts.show(jobs, others);
  batches.show(jobs, now);
  workers.show(others, names, now);
  events.show(others.events, names, now);
  main.lastElementChild.hidden = false;
  document.title = `${facts.title} · SegPipe`;
  heard = true;
}

/** What the server says that it cannot tell. */
function trouble(jobs, others) {
  return [
    others.broker === false ? 'The broker does not answer: what other workers do is not known. Videos are shown as their storage tells.' : null,
    jobs.error ? `Storage cannot be read: ${jobs.error}` : null,
  ].filter(Boolean).join(' ');
}

async function run() {
  while (true) {
    if (!document.hidden) {
      let answers = null;
      try {
        answers = await Promise.all([get(`/api/jobs${batches.query}`), get('/api/workers')]);
      } catch {
        lost(heard
          ? 'SegPipe does not answer: it has ended, or the network is down. What you see is what it said last; trying again…'
          : 'SegPipe does not answer. Trying again…');
      }
      if (answers) {
        connected(trouble(...answers));
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
