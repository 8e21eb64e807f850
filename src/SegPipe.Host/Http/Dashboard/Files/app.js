// Asks once a second how things are, and shows it.

import { keep } from './dom.js';
import { announce, connected, get, lost, tellVersion } from './shell.js';
import { Pipeline } from './pipeline.js';

const PERIOD = 1000;

const main = document.getElementById('main');
const pipelines = new Map();
let last = null;

function show(state) {
  // Times are compared with the server's clock: the one of a phone may be wrong.
  const skew = Date.parse(state.now) - Date.now();
  tellVersion(state.version);
  document.title = `${state.pipelines.map(p => p.name).join(', ')} · SegPipe`;
  keep(main, state.pipelines, p => p.name, pipeline => {
    const section = new Pipeline(pipeline, announce);
    pipelines.set(pipeline.name, section);
    return section.element;
  });
  for (const pipeline of state.pipelines) pipelines.get(pipeline.name).show(pipeline, () => Date.now() + skew);
  last = state;
}

function freeze() {
  if (last !== null && (last.draining || last.pipelines.every(p => p.phase === 'ended')))
    lost('The run has ended. What you see are its last numbers.', 'idle', 'Ended');
  else
    lost(last === null
      ? 'SegPipe does not answer. Trying again…'
      : 'SegPipe does not answer: it has ended, or the network is down. What you see are the last numbers; trying again…');
  for (const pipeline of pipelines.values()) pipeline.freeze();
}

async function run() {
  while (true) {
    const start = performance.now();
    if (!document.hidden) {
      let state = null;
      try {
        state = await get('/dashboard.json');
      } catch {
        freeze();
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
