// The drawing of one stream's graph, with what goes on in it. Left to right where there is room, else top to bottom.

import { html, svg, say, mark } from './dom.js';
import { layout } from './layout.js';
import * as text from './text.js';

const NODE = { width: 122, height: 62 };
const LONG = { along: NODE.width, step: NODE.width + 80, across: NODE.height, lane: 44, gap: 22 };
const HIGH = { along: NODE.height, step: NODE.height + 58, across: NODE.width, lane: 92, gap: 14 };
const MARGIN = 8;
const BUSY = 0.9;
const narrow = matchMedia('(max-width: 720px)');

/** A text that fits into a number of characters. */
const clip = (words, length) => (words.length > length ? `${words.slice(0, length - 1)}…` : words);

export class Graph {
  #drawing = svg('svg', { role: 'img' });
  #box;
  #stream = null;
  #shape = null;
  #nodes = new Map();
  #labels = [];
  #lost = new Map();

  constructor(pipeline) {
    this.#box = html('div', { class: 'scroll graph', role: 'region', 'aria-label': `Graph of ${pipeline}; its numbers are in the tables below`, tabindex: '0' }, this.#drawing);
    this.element = this.#box;
    narrow.addEventListener('change', () => this.show(this.#stream));
  }

  show(stream) {
    this.#stream = stream;
    this.#box.hidden = !stream;
    if (!stream) return;
    const shape = JSON.stringify([narrow.matches, stream.id, stream.components.map(c => c.id), stream.edges.map(e => [e.from, e.to])]);
    if (shape !== this.#shape) this.#draw(stream);
    this.#shape = shape;
    for (const component of stream.components) this.#update(this.#nodes.get(component.id), component);
    stream.edges.forEach((edge, i) => this.#label(this.#labels[i], edge, `${stream.id} ${edge.from} ${edge.to}`));
    this.#nameIt(stream);
  }

  #draw(stream) {
    const upright = narrow.matches;
    const size = upright ? HIGH : LONG;
    const ids = new Set(stream.components.map(c => c.id));
    // An edge names an output; what stands in the drawing is its component.
    const edges = stream.edges.map(e => ({ ...e, producer: ids.has(e.from) ? e.from : e.from.slice(0, e.from.lastIndexOf('.')) }));
    const plan = layout(stream.components, edges, size);
    const along = place => place.rank * size.step;
    const point = (main, across) => (upright ? [across + MARGIN, main + MARGIN] : [main + MARGIN, across + MARGIN]);
    const [width, height] = point((plan.ranks - 1) * size.step + size.along, plan.extent).map(v => v + MARGIN);
    mark(this.#drawing, 'viewBox', `0 0 ${width} ${height}`);
    mark(this.#drawing, 'width', width);
    mark(this.#drawing, 'height', height);
    // A drawing that is a little too wide is made smaller, one that is much too wide is scrolled.
    this.#drawing.style.minWidth = `${upright ? width : Math.round(width * 0.8)}px`;

    const lines = svg('g', { class: 'lines' });
    const labels = svg('g', { class: 'labels' });
    const nodes = svg('g', { class: 'nodes' });
    this.#labels = edges.map((edge, i) => {
      const path = plan.paths[i];
      const ways = path.slice(1).map((to, j) => this.#way(path[j], to, j + 1 === path.length - 1 ? this.#port(plan.paths, path) : 0, { along, size, point }));
      const line = svg('path', { class: 'line', d: ways.map((w, j) => (j === 0 ? `M${w.from} ${w.curve}` : w.curve)).join(' ') });
      lines.append(line);
      const [x, y] = path.length > 2 ? point(along(path[1]) + size.along / 2, path[1].at) : ways[0].middle;
      const label = svg('text', { x, y, class: upright ? 'label upright' : 'label' }, ...['fps', 'depth', 'lost'].map((name, j) => svg('tspan', { class: name, x, dy: j === 0 ? -5 : 13 })));
      labels.append(label);
      return { line, label };
    });
    this.#nodes = new Map(stream.components.map(component => {
      const place = plan.places.get(component.id);
      const [x, y] = point(along(place), place.at - size.across / 2);
      const node = this.#node(component, x, y);
      nodes.append(node.group);
      return [component.id, node];
    }));
    this.#drawing.replaceChildren(svg('title'), svg('desc'), lines, nodes, labels);
  }

  /** Where an edge ends at a component that several edges feed. */
  #port(paths, path) {
    const rivals = paths.filter(p => p.at(-1) === path.at(-1)).sort((a, b) => a.at(-2).at - b.at(-2).at);
    return (rivals.indexOf(path) - (rivals.length - 1) / 2) * 14;
  }

  #way(from, to, port, { along, size, point }) {
    const start = along(from) + size.along;
    const end = along(to) + (to.lane ? 0 : -3);
    const half = (start + end) / 2;
    const across = to.at + port;
    const pass = to.lane ? ` L${point(along(to) + size.along, across)}` : '';
    return {
      from: point(start, from.at),
      curve: `C${point(half, from.at)} ${point(half, across)} ${point(end, across)}${pass}`,
      // Nearer to its end, where edges of one output have parted.
      middle: point(half, from.at + (across - from.at) * 0.65),
    };
  }

  #node(component, x, y) {
    const rate = svg('text', { class: 'rate', x: NODE.width - 11, y: 39 });
    const busy = svg('rect', { class: 'busy', x: 11, y: 49, width: 0, height: 4, rx: 2 });
    const title = svg('title');
    const group = svg('g', { class: `node ${component.kind}`, transform: `translate(${x} ${y})` },
      title,
      svg('rect', { class: 'box', width: NODE.width, height: NODE.height, rx: 9 }),
      svg('text', { class: 'id', x: 11, y: 21 }, clip(component.id, 13)),
      svg('text', { class: 'type', x: 11, y: 39 }, clip(component.type, 12)),
      rate,
      svg('rect', { class: 'idle', x: 11, y: 49, width: NODE.width - 22, height: 4, rx: 2 }),
      busy);
    return { group, rate, busy, title };
  }

  #update(node, component) {
    const { state, detail } = component.condition;
    const tone = { ok: 'ok', recoverable_error: 'warn', permanent_error: 'bad', starting: 'wait' }[state] ?? 'idle';
    mark(node.group, 'data-tone', tone);
    mark(node.group, 'data-busy', component.utilization >= BUSY ? true : null);
    say(node.rate, component.utilization == null ? component.kind : text.percent(component.utilization));
    mark(node.busy, 'width', ((component.utilization ?? 0) * (NODE.width - 22)).toFixed(1));
    mark(node.group.querySelector('.idle'), 'visibility', component.utilization == null ? 'hidden' : null);
    say(node.title, `${component.id}: ${component.type} ${component.kind}, ${state.replaceAll('_', ' ')}${detail ? `, ${detail}` : ''}; ${text.fps(component.frames_per_second)} frames a second`);
  }

  #label({ line, label }, edge, key) {
    const lost = text.dropped(edge);
    const losing = lost > (this.#lost.get(key) ?? lost);
    this.#lost.set(key, lost);
    const [rate, depth, drops] = label.children;
    say(rate, `${text.fps(edge.frames_per_second)} fps`);
    say(depth, `${edge.depth}/${edge.capacity} waiting`);
    say(drops, lost > 0 ? `${text.count(lost)} dropped` : '');
    mark(label, 'data-losing', losing ? true : null);
    mark(line, 'data-full', edge.depth >= edge.capacity ? true : null);
    mark(line, 'data-losing', losing ? true : null);
  }

  /** A sentence for those who cannot see the drawing. */
  #nameIt(stream) {
    say(this.#drawing.querySelector('title'), `Graph of ${stream.id}`);
    say(this.#drawing.querySelector('desc'), stream.edges.map(e => `${e.from} feeds ${e.to}`).join(', '));
  }
}
