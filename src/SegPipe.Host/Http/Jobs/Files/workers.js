// Who works on what.

import { html, say, mark, keep } from '/dashboard/dom.js';
import * as text from '/dashboard/text.js';

const doing = { plan: 'reads', join: 'joins' };

const epoch = stream => (stream.epoch > 0 ? ` (epoch ${stream.epoch})` : '');

function works(item, names) {
  const name = names.get(item.job) ?? item.job;
  return item.kind === 'segment'
    ? [name, `segment ${item.seg}`, `${text.count(item.frames)} pictures`, item.fps > 0 ? `${text.fps(item.fps)} fps` : null].filter(Boolean).join(' · ')
    : `${doing[item.kind] ?? item.kind} ${name}`;
}

function state(worker, now) {
  if (worker.silent) return [`Silent for ${text.duration(now - Date.parse(worker.last_seen))}`, 'warn'];
  if (worker.ending) return ['Ending', 'wait'];
  return worker.work.length + worker.streams.length > 0 ? ['Working', 'ok'] : ['Idle', 'idle'];
}

export class Workers {
  #announce;
  #body = html('tbody');
  #note = html('p', { class: 'hint' });
  #states = new Map();

  constructor(announce) {
    this.#announce = announce;
    const columns = ['Worker', 'State', 'Class', 'Slots', 'Works on', 'Running for'];
    this.element = html('section', { class: 'panel' },
      html('div', { class: 'panel-head' }, html('h2', {}, 'Workers'), this.#note),
      html('div', { class: 'scroll', role: 'region', 'aria-label': 'Workers', tabindex: '0' },
        html('table', { class: 'workers' }, html('thead', {}, html('tr', {}, ...columns.map(name => html('th', { scope: 'col' }, name)))), this.#body)));
  }

  show({ workers, broker }, names, now) {
    say(this.#note, broker == null ? 'This process alone works on it.' : 'Others show up within five seconds.');
    keep(this.#body, workers, w => w.name,
      () => html('tr', {},
        html('th', { scope: 'row' }, html('span', { class: 'name' }), html('span', { class: 'advice' })),
        html('td', {}, html('span', { class: 'pill' }, html('span', { class: 'dot' }), html('span', { class: 'word' }))),
        html('td'), html('td'), html('td', {}, html('ul', { class: 'works' })), html('td')),
      (row, worker) => this.#row(row, worker, names, now()));
  }

  #row(row, worker, names, now) {
    const [head, status, kind, slots, works_on, since] = row.children;
    const [word, tone] = state(worker, now);
    say(head.firstElementChild, worker.name);
    say(head.lastElementChild, [worker.self ? 'this one' : null, worker.name.startsWith(worker.host) ? null : worker.host, worker.version.split('+')[0]].filter(Boolean).join(' · '));
    mark(status.firstElementChild, 'data-tone', tone);
    say(status.querySelector('.word'), word);
    say(kind, worker.slots > 0 ? worker.class : '–');
    say(slots, worker.slots > 0 ? `${worker.work.filter(w => w.kind === 'segment').length} / ${worker.slots}` : '–');
    mark(row, 'data-silent', worker.silent);
    const lines = [
      ...worker.work.map(item => [`${item.kind} ${item.job} ${item.seg ?? ''}`, works(item, names)]),
      ...worker.streams.map(stream => [`stream ${stream.id}`, `stream ${stream.id}${epoch(stream)}`]),
      ...(worker.capacity == null ? [] : [['capacity', `${worker.streams.length} of at most ${worker.capacity} streams`]]),
    ];
    keep(works_on.firstElementChild, lines, l => l[0], ([key]) => html('li', { class: key === 'capacity' ? 'advice' : null }), (item, [, words]) => say(item, words));
    say(since, text.duration(now - Date.parse(worker.since)));
    const before = this.#states.get(worker.name);
    this.#states.set(worker.name, worker.silent);
    if (before === false && worker.silent) this.#announce(`Worker ${worker.name} is silent.`);
  }
}
