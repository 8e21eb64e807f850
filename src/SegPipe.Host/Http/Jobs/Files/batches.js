// Batches and their videos.

import { html, say, mark, keep } from '/dashboard/dom.js';
import * as text from '/dashboard/text.js';

const ALL = 2000;
const columns = ['Video', 'State', 'Segments', '', 'Pictures', 'fps', 'Left'];

const last = path => path.replace(/\/+$/, '').split('/').at(-1) || path;
const grouped = value => value.toLocaleString('en-US').replaceAll(',', '\u202f');

/** A bar with what is finished, and what is finished or in work. */
function bar() {
  return html('span', { class: 'bar', 'aria-hidden': 'true' }, html('span', { class: 'under-way' }), html('span', { class: 'made' }));
}

function fillBar(node, made, all, under = made) {
  const share = part => (all > 0 ? `${Math.min(100, part / all * 100).toFixed(1)}%` : '0%');
  node.firstElementChild.style.width = share(under);
  node.lastElementChild.style.width = share(made);
}

class Row {
  #name = html('span', { class: 'name' });
  #reason = html('span', { class: 'reason', hidden: true });
  #advice = html('span', { class: 'advice', hidden: true });
  #pill = html('span', { class: 'pill' }, html('span', { class: 'dot' }), html('span', { class: 'word' }));
  #bar = bar();
  #cells = columns.slice(4).map(() => html('td'));
  #segments = html('td');

  constructor() {
    this.element = html('tr', {},
      html('th', { scope: 'row' }, this.#name, this.#reason, this.#advice),
      html('td', {}, this.#pill), this.#segments, html('td', {}, this.#bar), ...this.#cells);
  }

  show(job) {
    const ended = job.state === 'done' || job.failure;
    const { failure } = job;
    say(this.#name, job.name);
    mark(this.#name, 'title', job.input);
    say(this.#reason, failure ? `${failure.segment == null ? '' : `Segment ${failure.segment}: `}${failure.message}` : job.lost > 0 ? `${grouped(job.lost)} pictures were lost` : '');
    this.#reason.hidden = !this.#reason.textContent;
    mark(this.#reason, 'data-tone', failure && job.state === 'failed' ? 'bad' : 'warn');
    say(this.#advice, failure?.advice ?? '');
    this.#advice.hidden = !failure?.advice;
    mark(this.#pill, 'data-tone', text.tone(job.state));
    say(this.#pill.lastElementChild, text.word(job.state));
    say(this.#segments, job.segments > 0 ? `${job.done_segments} / ${job.segments}` : '–');
    mark(this.#segments, 'title', job.running_segments > 0 ? `${job.running_segments} in work` : null);
    this.#bar.hidden = job.segments === 0;
    mark(this.#bar, 'data-tone', failure ? 'bad' : job.state === 'done' ? 'ok' : null);
    fillBar(this.#bar, job.done_segments, job.segments, job.frames > 0 ? job.done_frames / job.frames * job.segments : 0);
    const [pictures, rate, left] = this.#cells;
    say(pictures, job.frames > 0 ? job.state === 'done' ? grouped(job.frames) : `${grouped(job.done_frames)} / ${grouped(job.frames)}` : '–');
    say(rate, job.fps == null ? '' : text.fps(job.fps));
    say(left, ended || job.left_seconds == null ? '' : text.duration(job.left_seconds * 1000));
  }
}

class Batch {
  #title = html('h2');
  #path = html('p', { class: 'path' });
  #pill = html('span', { class: 'pill' }, html('span', { class: 'dot' }), html('span', { class: 'word' }));
  #kind = html('span', { class: 'tag' });
  #sum = html('p', { class: 'sum' });
  #bar = bar();
  #error = html('p', { class: 'trouble', hidden: true });
  #body = html('tbody');
  #details;
  #more;
  #rows = new Map();

  constructor(batch, all) {
    this.#more = html('button', { type: 'button', class: 'plain', onclick: all });
    this.#details = html('details', { open: batch.jobs.some(j => j.state !== 'done') }, html('summary', {}, 'Videos'),
      html('div', { class: 'scroll', role: 'region', 'aria-label': `Videos of ${last(batch.folder)}`, tabindex: '0' },
        html('table', { class: 'videos' }, html('thead', {}, html('tr', {}, ...columns.map(name => html('th', { scope: 'col' }, name || html('span', { class: 'unseen' }, 'Progress'))))), this.#body)),
      html('div', { class: 'more' }, this.#more));
    this.element = html('section', { class: 'panel batch' },
      html('div', { class: 'panel-head' }, html('div', { class: 'what' }, html('div', { class: 'line' }, this.#title, this.#pill, this.#kind), this.#path), this.#sum),
      this.#bar, this.#error, this.#details);
  }

  show(batch) {
    const videos = Object.values(batch.states).reduce((a, b) => a + b, 0);
    const done = batch.states.done ?? 0;
    const ended = done + (batch.states.failed ?? 0) + (batch.states.partial ?? 0);
    const state = batch.fps != null ? 'segments' : ended === videos ? ended === done ? 'done' : 'ended' : batch.states.planning ? 'planning' : 'waiting';
    say(this.#title, last(batch.folder));
    say(this.#path, `${batch.folder} · ${last(batch.pipeline)}`);
    mark(this.#pill, 'data-tone', text.tone(state));
    say(this.#pill.lastElementChild, text.word(state));
    say(this.#kind, [batch.class ? `class ${batch.class}` : null, batch.high ? 'goes before' : null].filter(Boolean).join(', '));
    this.#kind.hidden = !this.#kind.textContent;
    say(this.#sum, [
      `${grouped(done)} of ${grouped(videos)} videos`,
      ended > done ? `${grouped(ended - done)} given up` : null,
      batch.fps != null ? `${text.fps(batch.fps)} fps` : null,
      batch.left_seconds != null && state === 'segments' ? `${text.duration(batch.left_seconds * 1000)} left` : null,
    ].filter(Boolean).join(' · '));
    // Videos that nobody has looked at count as long as the others.
    const known = batch.jobs.length ? videos - (batch.states.waiting ?? 0) - (batch.states.planning ?? 0) : 0;
    const all = batch.frames * (known > 0 ? Math.max(1, videos / known) : 1);
    fillBar(this.#bar, ended === videos ? 1 : batch.done_frames, ended === videos ? 1 : all);
    mark(this.#bar, 'data-tone', state === 'done' ? 'ok' : null);
    say(this.#error, batch.error ?? '');
    this.#error.hidden = !batch.error;
    keep(this.#body, batch.jobs, j => j.job,
      job => {
        const row = new Row();
        this.#rows.set(job.job, row);
        return row.element;
      },
      (_, job) => this.#rows.get(job.job).show(job));
    this.#more.hidden = batch.further === 0;
    say(this.#more, `Show ${grouped(batch.further)} more`);
  }
}

export class Batches {
  #wake;
  #list = html('div', { class: 'batches' });
  #empty = html('div', { class: 'panel nothing' });
  #further = html('p', { class: 'further', hidden: true });
  #sections = new Map();
  #all = false;

  /** `wake` is called when something else is to be asked for. */
  constructor(wake) {
    this.#wake = wake;
    this.#empty.append(
      html('p', { class: 'first' }, 'There are no jobs yet.'),
      html('p', {}, 'Submit some videos, and they show up here:'),
      html('p', {}, html('code', {}, 'segpipe submit PIPELINE.yaml VIDEOS… --out DIR')),
      html('p', {}, 'DIR has to lie in a folder that this worker may see (--allow), at most two levels below it.'));
    this.element = html('div', {}, this.#empty, this.#list, this.#further);
  }

  /** What is to be asked for. */
  get query() {
    return this.#all ? `?limit=${ALL}` : '';
  }

  show(jobs) {
    this.element.hidden = jobs.looked_at == null;
    this.#empty.hidden = jobs.batches.length > 0 || jobs.error != null;
    this.#further.hidden = jobs.further === 0;
    say(this.#further, `${jobs.further} older batches are not shown.`);
    keep(this.#list, jobs.batches, b => b.folder,
      batch => {
        const section = new Batch(batch, () => {
          this.#all = true;
          this.#wake();
        });
        this.#sections.set(batch.folder, section);
        return section.element;
      },
      (_, batch) => this.#sections.get(batch.folder).show(batch));
  }
}
