// What happened lately.

import { html, say, mark, keep } from '/dashboard/dom.js';
import * as text from '/dashboard/text.js';

const tones = { 'segment.done': 'ok', 'job.done': 'ok', 'segment.failed': 'warn', 'job.failed': 'bad', 'worker.ended': 'idle' };

function words(event, name) {
  switch (event.type) {
    case 'segment.done': return `${name}: segment ${event.seg} done in ${event.seconds.toFixed(1)} s`;
    case 'segment.failed': return `${name}: segment ${event.seg} failed at try ${event.attempt}${event.again ? ', is tried again' : ''}: ${event.reason}`;
    case 'job.done': return `${name} is done`;
    case 'job.failed': return `${name} is given up: ${event.reason}`;
    case 'worker.ended': return 'This worker has ended';
    default: return event.type;
  }
}

const key = event => [event.type, event.worker, event.time, event.job, event.seg].join(' ');

export class Events {
  #announce;
  #list = html('ul', { class: 'events' });
  #told = null;

  constructor(announce) {
    this.#announce = announce;
    this.element = html('section', { class: 'panel', hidden: true }, html('div', { class: 'panel-head' }, html('h2', {}, 'Newest events')), this.#list);
  }

  show(events, names, now) {
    this.element.hidden = events.length === 0;
    keep(this.#list, events, key,
      event => html('li', { 'data-tone': event.reason && !event.again ? 'bad' : tones[event.type] },
        html('span', { class: 'dot' }), html('span', { class: 'words' }), html('span', { class: 'who' }, event.worker), html('time', { datetime: event.time })),
      (item, event) => {
        say(item.children[1], words(event, names.get(event.job) ?? event.job));
        say(item.lastElementChild, `${text.duration(now() - Date.parse(event.time))} ago`);
        mark(item.lastElementChild, 'title', event.time);
      });
    const failed = events.filter(e => e.type === 'job.failed');
    for (const event of failed.filter(e => this.#told && !this.#told.has(key(e)))) this.#announce(words(event, names.get(event.job) ?? event.job));
    this.#told = new Set(failed.map(key));
  }
}
