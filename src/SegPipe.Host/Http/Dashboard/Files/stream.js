// One stream: its picture, its state, its numbers and its classes.

import { html, say, mark, keep } from './dom.js';
import { Preview } from './preview.js';
import * as text from './text.js';

const FEW = 12;
/** States in which pictures come. */
const flowing = new Set(['connected', 'running', 'degraded', 'stopping']);
const roles = { overlay: 'Overlay', mask: 'Mask', original: 'Original' };

/** A pipeline's only stream bears its name, which stands above already. */
const named = (pipeline, stream) => (stream.id === pipeline ? stream.components.filter(c => c.kind === 'source').map(c => c.id).join(', ') : stream.id);

export class StreamCard {
  #state = html('span', { class: 'pill' }, html('span', { class: 'dot' }), html('span', { class: 'word' }));
  #detail = html('p', { class: 'detail' });
  #choices;
  #facts = html('dl', { class: 'numbers' });
  #bar = html('div', { class: 'shares', 'aria-hidden': 'true' });
  #legend;
  #more = html('ul', { class: 'legend' });
  #rest;
  #preview;
  #pause;

  constructor(pipeline, stream) {
    this.#preview = new Preview(pipeline, stream.id);
    this.#choices = html('div', { class: 'segments', role: 'group', 'aria-label': `Picture of ${stream.id}` });
    this.#pause = html('button', { type: 'button', class: 'plain', onclick: () => this.#toggle() }, 'Pause');
    this.#legend = html('ul', { class: 'legend', 'aria-label': `Classes of ${stream.id}` });
    this.#rest = html('details', { class: 'rest', hidden: true }, html('summary', {}), this.#more);
    const id = `s-${pipeline}-${stream.id}`;
    this.element = html('article', { class: 'stream panel', 'aria-labelledby': id },
      html('div', { class: 'panel-head' }, html('h2', { id }, named(pipeline, stream)), this.#state),
      this.#preview.element,
      html('div', { class: 'controls' }, this.#choices, this.#pause),
      this.#detail,
      this.#facts,
      this.#bar,
      this.#legend,
      this.#rest);
  }

  /** Shows the stream; `now` gives the server's time. */
  show(stream, now) {
    const { state } = stream;
    mark(this.element, 'data-tone', text.tone(state.word));
    mark(this.element, 'data-state', state.word);
    mark(this.#state, 'data-tone', text.tone(state.word));
    say(this.#state.querySelector('.word'), text.condition(state, now()));
    say(this.#detail, state.detail ?? '');
    this.#detail.hidden = !state.detail;
    this.#showChoices(stream);
    this.#showNumbers(stream);
    this.#showClasses(stream.classes);
    this.#preview.flows(flowing.has(state.word));
  }

  /** Nothing new comes. */
  freeze() {
    this.#preview.flows(false);
  }

  #toggle() {
    const paused = !this.#pause.hasAttribute('data-on');
    mark(this.#pause, 'data-on', paused);
    say(this.#pause, paused ? 'Resume' : 'Pause');
    this.#preview.pause(paused);
  }

  #showChoices(stream) {
    const order = Object.keys(roles);
    const previews = [...stream.previews].sort((a, b) => order.indexOf(a.role) - order.indexOf(b.role));
    // The last picture that is painted is what people want to see first.
    if (!previews.some(p => p.output === this.#preview.output)) this.#choose(previews[0]);
    keep(this.#choices, previews, p => p.output,
      preview => html('button', { type: 'button', title: `What ${preview.output} puts out`, onclick: () => this.#choose(preview) }),
      (button, preview) => {
        const alone = previews.filter(p => p.role === preview.role).length === 1;
        say(button, alone ? roles[preview.role] : preview.output);
        mark(button, 'aria-pressed', String(preview.output === this.#preview.output));
      });
  }

  #choose(preview) {
    this.#preview.watch(preview);
    for (const button of this.#choices.children) mark(button, 'aria-pressed', String(button.dataset.key === preview?.output));
  }

  #showNumbers(stream) {
    const sources = stream.components.filter(c => c.kind === 'source');
    const sinks = stream.components.filter(c => c.kind === 'sink');
    const oldest = sinks.filter(c => c.age_ms).sort((a, b) => b.age_ms.p95 - a.age_ms.p95)[0]?.age_ms;
    const numbers = [
      ['In', `${text.fps(Math.max(0, ...sources.map(c => c.frames_per_second ?? 0)))} fps`],
      ['Out', `${text.fps(Math.max(0, ...sinks.map(c => c.frames_per_second ?? 0)))} fps`],
      ['Dropped', text.count(stream.edges.reduce((sum, e) => sum + text.dropped(e), 0))],
      ...(stream.live ? [['Reconnects', text.count(sources.reduce((sum, c) => sum + c.restarts, 0))]] : []),
      ['Age p50', text.milliseconds(oldest?.p50)],
      ['Age p95', text.milliseconds(oldest?.p95)],
      ['Age p99', text.milliseconds(oldest?.p99)],
    ];
    mark(this.#facts, 'data-live', stream.live ? true : null);
    keep(this.#facts, numbers, n => n[0], ([name]) => html('div', {}, html('dt', {}, name), html('dd')), (node, [, value]) => say(node.lastElementChild, value));
  }

  #showClasses(classes) {
    const all = classes ?? [];
    keep(this.#bar, all.filter(c => c.share >= 0.002), c => c.id, () => html('span'), (part, c) => {
      part.style.flexGrow = c.share;
      part.style.backgroundColor = c.color;
    });
    this.#bar.hidden = all.length === 0;
    this.#list(this.#legend, all.slice(0, FEW));
    this.#list(this.#more, all.slice(FEW));
    this.#rest.hidden = all.length <= FEW;
    say(this.#rest.firstElementChild, `${all.length - FEW} more`);
  }

  #list(list, classes) {
    keep(list, classes, c => c.id,
      c => html('li', {}, html('span', { class: 'swatch', 'aria-hidden': 'true' }), html('span', { class: 'name' }, c.name), html('span', { class: 'share' })),
      (item, c) => {
        item.firstElementChild.style.backgroundColor = c.color;
        say(item.lastElementChild, text.percent(c.share, c.share < 0.0995 ? 1 : 0));
      });
  }
}
