// The graph's numbers as tables: for those who read rather than look.

import { html, say, mark, keep } from './dom.js';
import * as text from './text.js';

const stageColumns = [
  ['Component', c => c.id],
  ['Type', c => `${c.type} (${c.kind})`],
  ['Frames/s', c => text.fps(c.frames_per_second)],
  ['Busy', c => text.percent(c.utilization)],
  ['Time p50', c => text.milliseconds(c.processing_ms?.p50)],
  ['p95', c => text.milliseconds(c.processing_ms?.p95)],
  ['p99', c => text.milliseconds(c.processing_ms?.p99)],
  ['Age p50', c => text.milliseconds(c.age_ms?.p50)],
  ['p95', c => text.milliseconds(c.age_ms?.p95)],
  ['p99', c => text.milliseconds(c.age_ms?.p99)],
  ['Frames', c => text.count(c.frames)],
];

const edgeColumns = [
  ['From', e => e.from],
  ['To', e => e.to],
  ['Carries', e => e.kind],
  ['When full', e => e.when_full.replaceAll('_', ' ')],
  ['Frames/s', e => text.fps(e.frames_per_second)],
  ['Waiting', e => `${e.depth} of ${e.capacity}`],
  ['Dropped: full', e => text.count(e.dropped_full)],
  ['stale', e => text.count(e.dropped_stale)],
  ['to key frame', e => text.count(e.dropped_keyframe)],
  ['at the end', e => text.count(e.dropped_shutdown)],
  ['Blocked', e => `${e.blocked_seconds.toFixed(1)} s`],
];

class Table {
  #columns;
  #body = html('tbody');

  constructor(title, columns, name) {
    this.#columns = columns;
    this.element = html('div', { class: 'panel' },
      html('div', { class: 'panel-head' }, html('h2', {}, title)),
      html('div', { class: 'scroll', role: 'region', 'aria-label': title, tabindex: '0' },
        html('table', { class: name }, html('thead', {}, html('tr', {}, ...columns.map(([name]) => html('th', { scope: 'col' }, name)))), this.#body)));
  }

  show(rows, key) {
    keep(this.#body, rows, key,
      () => html('tr', {}, ...this.#columns.map((_, i) => html(i === 0 ? 'th' : 'td', i === 0 ? { scope: 'row' } : {}))),
      (row, item) => this.#columns.forEach(([, value], i) => say(row.children[i], value(item))));
  }
}

export class Tables {
  #stages = new Table('Components', stageColumns, 'components');
  #edges = new Table('Edges', edgeColumns, 'edges');

  constructor() {
    this.element = html('div', { class: 'tables' }, this.#stages.element, this.#edges.element);
  }

  show(stream) {
    mark(this.element, 'hidden', stream ? null : true);
    if (!stream) return;
    this.#stages.show(stream.components, c => c.id);
    this.#edges.show(stream.edges, e => `${e.from} ${e.to}`);
  }
}
