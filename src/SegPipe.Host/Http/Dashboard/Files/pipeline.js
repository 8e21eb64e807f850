// One pipeline: what it is about in a line, its streams, and the graph of one of them.

import { html, say, mark, keep } from './dom.js';
import { StreamCard } from './stream.js';
import { Graph } from './graph.js';
import { Tables } from './tables.js';
import * as text from './text.js';

export class Pipeline {
  #announce;
  #cards = new Map();
  #words = new Map();
  #chosen = null;
  #dropped = null;
  #last = null;
  #phase;
  #error;
  #facts;
  #streams;
  #tabs;
  #graph;
  #drawn;
  #tables;

  constructor(pipeline, announce) {
    this.#announce = announce;
    const id = `p-${pipeline.name}`;
    this.#phase = html('span', { class: 'pill' }, html('span', { class: 'dot' }), html('span', { class: 'word' }));
    this.#error = html('p', { class: 'trouble', hidden: true });
    this.#facts = html('dl', { class: 'facts' });
    this.#streams = html('div', { class: 'streams' });
    this.#tabs = html('div', { class: 'segments', role: 'group', 'aria-label': 'Stream whose graph is shown' });
    this.#graph = new Graph(pipeline.name);
    this.#tables = new Tables();
    this.#drawn = html('div', { class: 'panel' }, html('div', { class: 'panel-head' }, html('h2', {}, 'Graph'), this.#tabs), this.#graph.element);
    this.element = html('section', { class: 'pipeline', 'aria-labelledby': id },
      html('div', { class: 'heading' }, html('h1', { id }, pipeline.name), this.#phase),
      this.#error,
      this.#facts,
      this.#streams,
      this.#drawn,
      this.#tables.element);
  }

  /** Shows a pipeline; `now` gives the server's time. */
  show(pipeline, now) {
    this.#last = pipeline;
    const phase = pipeline.phase === 'ended' && pipeline.error ? 'failed' : pipeline.phase;
    mark(this.#phase, 'data-tone', text.tone(phase));
    say(this.#phase.querySelector('.word'), text.word(phase));
    say(this.#error, pipeline.error ?? '');
    this.#error.hidden = !pipeline.error;
    this.#facts.hidden = this.#drawn.hidden = pipeline.streams.length === 0;
    this.#showFacts(pipeline);
    keep(this.#streams, pipeline.streams, s => s.id, stream => {
      const card = new StreamCard(pipeline.name, stream);
      this.#cards.set(stream.id, card);
      return card.element;
    });
    for (const stream of pipeline.streams) {
      this.#cards.get(stream.id).show(stream, now);
      this.#tell(stream);
    }
    if (!pipeline.streams.some(s => s.id === this.#chosen)) this.#chosen = pipeline.streams[0]?.id;
    this.#showGraph();
  }

  /** Nothing new comes: pictures stay as they are. */
  freeze() {
    for (const card of this.#cards.values()) card.freeze();
  }

  #showFacts(pipeline) {
    const well = pipeline.streams.filter(s => text.tone(s.state.word) === 'ok').length;
    const sinks = pipeline.streams.map(s => s.components.filter(c => c.kind === 'sink'));
    const rates = sinks.map(of => Math.max(...of.map(c => c.frames_per_second ?? 0), 0));
    const ages = sinks.flat().map(c => c.age_ms?.p95).filter(age => age != null);
    const total = pipeline.streams.flatMap(s => s.edges).reduce((sum, edge) => sum + text.dropped(edge), 0);
    const at = performance.now();
    if (!this.#dropped || at - this.#dropped.at > 4000) this.#dropped = { at, total, before: this.#dropped };
    const { before } = this.#dropped;
    const rate = before ? Math.max(0, (total - before.total) / (at - before.at) * 1000) : null;
    const facts = [
      ['Streams at work', `${well} of ${pipeline.streams.length}`, well < pipeline.streams.length && pipeline.phase === 'running' ? 'warn' : null],
      ['Frames out', `${text.fps(rates.reduce((sum, r) => sum + r, 0))} fps`],
      ['Frame age, p95', text.milliseconds(ages.length ? Math.max(...ages) : null)],
      ['Dropped', rate === null ? text.count(total) : `${text.fps(rate)} /s`],
      ['Frame memory', `${text.bytes(pipeline.memory_bytes)}`, null, pipeline.memory_limit_bytes ? `of ${text.bytes(pipeline.memory_limit_bytes)}` : null],
    ];
    keep(this.#facts, facts, f => f[0],
      ([name]) => html('div', { class: 'fact' }, html('dt', {}, name), html('dd', {}, html('span', { class: 'value' }), ' ', html('span', { class: 'of' }))),
      (node, [, value, tone, of]) => {
        mark(node, 'data-tone', tone);
        say(node.querySelector('.value'), value);
        say(node.querySelector('.of'), of ?? '');
      });
  }

  /** Says it when a stream's state has changed. */
  #tell(stream) {
    const before = this.#words.get(stream.id);
    this.#words.set(stream.id, stream.state.word);
    if (before && before !== stream.state.word) this.#announce(`${stream.id}: ${text.word(stream.state.word)}. ${stream.state.detail ?? ''}`);
  }

  #showGraph() {
    const streams = this.#last.streams;
    this.#tabs.hidden = streams.length < 2;
    keep(this.#tabs, streams, s => s.id,
      stream => html('button', { type: 'button', onclick: () => this.#choose(stream.id) }, html('span', { class: 'dot' }), stream.id),
      (button, stream) => {
        mark(button, 'aria-pressed', String(stream.id === this.#chosen));
        mark(button, 'data-tone', text.tone(stream.state.word));
        mark(button, 'title', text.word(stream.state.word));
      });
    const stream = streams.find(s => s.id === this.#chosen);
    this.#graph.show(stream);
    this.#tables.show(stream);
  }

  #choose(id) {
    this.#chosen = id;
    this.#showGraph();
  }
}
