// What lies under the pointer: a node, a link, a dot of the timeline.

const REACH = 10;
let tree = null;

function plantTree() {
  tree = d3.quadtree(nodes.filter((node) => node.x !== undefined), (node) => node.x, (node) => node.y);
}

function nodeAt([x, y]) {
  let best = null;
  let least = Infinity;
  const reach = (unit * 4.4 * 2.4 + REACH) / view.k;
  const [cx, cy] = view.invert([x, y]);
  tree?.visit((quad, x0, y0, x1, y1) => {
    for (let leaf = quad.length ? null : quad; leaf; leaf = leaf.next) {
      const node = leaf.data;
      const away = Math.hypot(node.px - x, node.py - y) - node.r;
      if (!node.hidden && away < (node.on ? REACH : 2) && away < least) [best, least] = [node, away];
    }
    return x0 > cx + reach || x1 < cx - reach || y0 > cy + reach || y1 < cy - reach;
  });
  return best;
}

// The link under the pointer: among those of the chosen node, or among all where they are not too many.
function linkAt([x, y]) {
  const among = state.selected ? [...state.selected.out, ...state.selected.in] : links.length <= 3 * FEW_LINKS ? links : [];
  return among.find((link) => {
    if (!link.on || link.hidden) return false;
    const [bx, by] = bend(link);
    const { from, to } = link;
    if (Math.min(from.px, to.px, bx) > x + 5 || Math.max(from.px, to.px, bx) < x - 5) return false;
    for (let t = 0.1; t < 0.95; t += 0.05) {
      const [a, b, c] = [(1 - t) * (1 - t), 2 * t * (1 - t), t * t];
      if (Math.hypot(a * from.px + b * bx + c * to.px - x, a * from.py + b * by + c * to.py - y) < 5) return true;
    }
    return false;
  });
}

function dotAt([x, y]) {
  let best = null;
  let least = DOT + 6;
  for (const story of inTime) {
    const far = Math.hypot(story.tx - x, story.ty - y);
    if (far < least && !state.groupsOff.has(story.group.value)) [best, least] = [story, far];
  }
  return best;
}
