// A stream's picture. It is asked for only while it can be seen.

import { html, say, mark } from './dom.js';

const REST = 2000;

export class Preview {
  #base;
  #stream;
  #image = html('img', { alt: '', hidden: true });
  #note = html('p', { class: 'note' }, 'Waiting for a picture…');
  #preview = null;
  #number = 0;
  #seen = false;
  #paused = false;
  #flows = true;
  #wake = () => {};

  constructor(pipeline, stream) {
    this.#base = `/pipelines/${encodeURIComponent(pipeline)}/preview/${encodeURIComponent(stream)}/`;
    this.#stream = stream;
    this.element = html('div', { class: 'picture' }, this.#image, this.#note);
    new IntersectionObserver(entries => {
      this.#seen = entries.at(-1).isIntersecting;
      this.#wake();
    }).observe(this.element);
    document.addEventListener('visibilitychange', () => this.#wake());
    this.#run();
  }

  /** The output that is shown. */
  get output() {
    return this.#preview?.output;
  }

  /** Shows another output, or none. */
  watch(preview) {
    [this.#preview, this.#number] = [preview, 0];
    this.#say();
    this.#wake();
  }

  /** Stops asking, or goes on. */
  pause(paused) {
    this.#paused = paused;
    this.#say();
    this.#wake();
  }

  /** Whether new pictures can be expected. */
  flows(flows) {
    if (flows === this.#flows) return;
    this.#flows = flows;
    this.#say();
    this.#wake();
  }

  #say() {
    const stale = !this.#flows || this.#paused;
    mark(this.element, 'data-stale', stale && !this.#image.hidden ? true : null);
    say(this.#note, this.#paused ? 'Paused' : !this.#preview ? 'Nothing to be shown' : this.#image.hidden ? 'Waiting for a picture…' : stale ? 'Last picture' : '');
    this.#note.hidden = this.#note.textContent === '';
  }

  async #run() {
    while (true) {
      if (!this.#preview || !this.#seen || this.#paused || document.hidden) {
        await new Promise(resolve => { this.#wake = resolve; });
        continue;
      }
      const start = performance.now();
      const answered = await this.#next(this.#preview);
      const period = answered && this.#flows ? 1000 / this.#preview.max_fps : REST;
      await this.#sleep(period - (performance.now() - start));
    }
  }

  #sleep(ms) {
    return new Promise(resolve => {
      this.#wake = resolve;
      setTimeout(resolve, Math.max(0, ms));
    });
  }

  /** Fetches the next picture, where there is one by now; false where the server did not answer. */
  async #next(preview) {
    try {
      const file = `${encodeURIComponent(preview.output)}.${preview.kind === 'labels' ? 'png' : 'jpg'}`;
      const answer = await fetch(`${this.#base}${file}?after=${this.#number}`, { cache: 'no-store', signal: AbortSignal.timeout(10000) });
      if (answer.status !== 200) return answer.status === 204;
      const picture = await answer.blob();
      if (preview !== this.#preview) return true;
      await this.#put(URL.createObjectURL(picture), Number(answer.headers.get('X-Preview-Number')));
      return true;
    } catch {
      return false;
    }
  }

  /** Decoded before it is shown, so that nothing flickers. */
  async #put(url, number) {
    const old = this.#image.src;
    const next = new Image();
    next.src = url;
    await next.decode();
    this.#image.src = url;
    this.#image.alt = `${this.#stream}: newest picture of ${this.#preview.output}`;
    this.#image.hidden = false;
    mark(this.#image, 'data-number', number);
    this.#number = number;
    this.element.style.aspectRatio = `${next.naturalWidth} / ${next.naturalHeight}`;
    if (old) URL.revokeObjectURL(old);
    this.#say();
  }
}
