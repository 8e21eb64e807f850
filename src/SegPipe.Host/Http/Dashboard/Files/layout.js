// Places a graph's components in ranks: along the ranks from sources to sinks, across them side by side.

const SWEEPS = 6;

/** Ranks: each component stands one beyond the farthest of those that feed it. */
function rank(components, edges) {
  const ranks = new Map();
  const of = id => {
    if (!ranks.has(id)) {
      ranks.set(id, 0);
      ranks.set(id, Math.max(0, ...edges.filter(e => e.to === id).map(e => of(e.producer) + 1)));
    }
    return ranks.get(id);
  };
  for (const component of components) of(component.id);
  return ranks;
}

/** Rows of places: components, and lanes where an edge passes a rank by. */
function rows(components, edges, size) {
  const ranks = rank(components, edges);
  const places = new Map(components.map(c => [c.id, { id: c.id, rank: ranks.get(c.id), across: size.across, before: [], after: [] }]));
  const all = [...places.values()];
  const paths = edges.map(edge => {
    const path = [places.get(edge.producer)];
    for (let r = ranks.get(edge.producer) + 1; r < ranks.get(edge.to); r++) {
      const lane = { lane: true, rank: r, across: size.lane, before: [], after: [] };
      all.push(lane);
      path.push(lane);
    }
    path.push(places.get(edge.to));
    for (let i = 1; i < path.length; i++) {
      path[i - 1].after.push(path[i]);
      path[i].before.push(path[i - 1]);
    }
    return path;
  });
  const table = [];
  for (const place of all) (table[place.rank] ??= []).push(place);
  return { table, paths, places };
}

const mean = list => list.reduce((sum, p) => sum + p.at, 0) / list.length;

/** Puts the places of a row side by side in their order, each as near to where it wants to be as its neighbours let it. */
function settle(row, gap) {
  const wish = row.map(p => p.at);
  for (let i = 1; i < row.length; i++) row[i].at = Math.max(row[i].at, row[i - 1].at + (row[i - 1].across + row[i].across) / 2 + gap);
  // What was pushed aside is shared out, so that a row stays around its wishes.
  const shift = row.reduce((sum, p, i) => sum + wish[i] - p.at, 0) / row.length;
  for (const place of row) place.at += shift;
}

/**
 * Places components (with an id) and edges (producer, to).
 * Gives `at` across and `rank` along for each component, the edges' points, and the extent across.
 */
export function layout(components, edges, size) {
  const { table, paths, places } = rows(components, edges, size);
  for (const row of table) row.forEach((place, i) => { place.at = i * (size.across + size.gap); });
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    const down = sweep % 2 === 0;
    for (const row of down ? table : [...table].reverse()) {
      for (const place of row) {
        const near = down ? place.before : place.after;
        if (near.length) place.at = mean(near);
      }
      row.sort((a, b) => a.at - b.at || Number(Boolean(a.lane)) - Number(Boolean(b.lane)));
      settle(row, size.gap);
    }
  }
  const all = table.flat();
  const least = Math.min(...all.map(p => p.at - p.across / 2));
  for (const place of all) place.at -= least;
  return { ranks: table.length, extent: Math.max(...all.map(p => p.at + p.across / 2)), places, paths };
}
