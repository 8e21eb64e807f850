// The whole in a line of numbers.

import { html, say, mark, keep } from '/dashboard/dom.js';
import * as text from '/dashboard/text.js';

const sum = (list, value) => list.reduce((total, item) => total + value(item), 0);
const count = (states, ...names) => sum(names, name => states[name] ?? 0);

export class Facts {
  element = html('dl', { class: 'facts' });

  /** What the page is called now. */
  title = 'Jobs';

  show(jobs, { broker, dead_letters: dead, workers }) {
    const videos = sum(jobs.batches, b => sum(Object.values(b.states), n => n));
    const done = sum(jobs.batches, b => count(b.states, 'done'));
    const failed = sum(jobs.batches, b => count(b.states, 'failed'));
    const partial = sum(jobs.batches, b => count(b.states, 'partial'));
    const running = jobs.batches.filter(b => b.fps != null);
    const left = running.every(b => b.left_seconds != null) ? Math.max(0, ...running.map(b => b.left_seconds)) : null;
    const silent = workers.filter(w => w.silent).length;
    const seen = jobs.looked_at != null;
    const facts = [
      ...(seen ? [
        ['Videos done', text.count(done), null, `of ${text.count(videos)}`],
        ['Given up', text.count(failed), failed > 0 ? 'bad' : null],
        ...(partial > 0 ? [['With gaps', text.count(partial), 'warn']] : []),
        ['Speed', running.length ? `${text.fps(sum(running, b => b.fps))} fps` : '–'],
        ['Time left', running.length && left != null ? text.duration(left * 1000) : '–'],
      ] : []),
      ['Workers', text.count(workers.length - silent), silent > 0 ? 'warn' : null, silent > 0 ? `and ${silent} silent` : null],
      ...(workers.some(w => w.capacity != null) ? [['Streams owned', text.count(sum(workers.filter(w => !w.silent), w => w.streams.length))]] : []),
      ...(broker != null && seen ? [['Dead letters', dead == null ? '–' : text.count(dead), dead > 0 ? 'bad' : null]] : []),
    ];
    this.title = seen ? `${done} of ${videos} videos` : 'Workers';
    keep(this.element, facts, f => f[0],
      ([name]) => html('div', { class: 'fact' }, html('dt', {}, name), html('dd', {}, html('span', { class: 'value' }), ' ', html('span', { class: 'of' }))),
      (node, [, value, tone, of]) => {
        mark(node, 'data-tone', tone);
        say(node.querySelector('.value'), value);
        say(node.querySelector('.of'), of ?? '');
      });
  }
}
