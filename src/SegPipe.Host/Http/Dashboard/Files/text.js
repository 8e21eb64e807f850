// Numbers and words for people.

const NONE = '–';

/** Frames a second. */
export function fps(value) {
  if (value == null) return NONE;
  return value < 10 ? value.toFixed(1) : value < 100 ? (Math.round(value * 10) / 10).toFixed(1) : Math.round(value).toString();
}

/** Milliseconds, as seconds from one second on. */
export function milliseconds(value) {
  if (value == null) return NONE;
  if (value >= 10000) return `${Math.round(value / 1000)} s`;
  if (value >= 1000) return `${(value / 1000).toFixed(1)} s`;
  if (value >= 10) return `${Math.round(value)} ms`;
  return value < 0.05 ? '< 0.1 ms' : `${value.toFixed(1)} ms`;
}

/** A share of one, in per cent. */
export function percent(share, digits = 0) {
  return share == null ? NONE : `${(share * 100).toFixed(digits)} %`;
}

/** A count that may be large. */
export function count(value) {
  if (value < 10000) return value.toString();
  const [unit, size] = value < 1e6 ? ['k', 1e3] : value < 1e9 ? ['M', 1e6] : ['G', 1e9];
  return `${(value / size).toFixed(value / size < 100 ? 1 : 0)}${unit}`;
}

/** Bytes in binary units. */
export function bytes(value) {
  if (value == null) return NONE;
  if (value < 1024 ** 2) return `${Math.round(value / 1024)} KiB`;
  return value < 1024 ** 3 ? `${Math.round(value / 1024 ** 2)} MiB` : `${(value / 1024 ** 3).toFixed(1)} GiB`;
}

/** A length of time in its largest unit. */
export function duration(ms) {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 90) return `${seconds} s`;
  if (seconds < 5400) return `${Math.round(seconds / 60)} min`;
  return seconds < 172800 ? `${Math.round(seconds / 3600)} h` : `${Math.round(seconds / 86400)} days`;
}

const words = {
  starting: ['Starting', 'wait'],
  connecting: ['Connecting', 'wait'],
  connected: ['Connected', 'ok'],
  running: ['Running', 'ok'],
  stalled: ['Stalled', 'warn'],
  reconnecting: ['Reconnecting', 'warn'],
  degraded: ['Output in trouble', 'warn'],
  stopping: ['Finishing', 'wait'],
  draining: ['Finishing', 'wait'],
  ended: ['Ended', 'idle'],
  failed: ['Failed', 'bad'],
  waiting: ['Waiting', 'idle'],
  planning: ['Reading', 'wait'],
  segments: ['Working', 'ok'],
  joining: ['Joining', 'wait'],
  done: ['Done', 'ok'],
  partial: ['With gaps', 'warn'],
};

/** A state's name. */
export const word = state => words[state]?.[0] ?? state;

/** A state's colour: ok, wait, warn, bad or idle. */
export const tone = state => words[state]?.[1] ?? 'idle';

/** A stream's state in a few words that change as time goes by. */
export function condition(state, now) {
  const since = duration(now - Date.parse(state.since));
  if (state.word === 'stalled') return `Stalled for ${since}`;
  if (state.word !== 'reconnecting') return word(state.word);
  const left = state.retry_at ? Math.ceil((Date.parse(state.retry_at) - now) / 1000) : 0;
  return left > 0 ? `Reconnecting in ${left} s` : 'Reconnecting now';
}

/** Frames that an edge has lost. */
export const dropped = edge => edge.dropped_full + edge.dropped_stale + edge.dropped_keyframe + edge.dropped_shutdown;
