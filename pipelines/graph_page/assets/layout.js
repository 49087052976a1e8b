// Where the nodes of the network stand: D3's forces, from a fixed beginning, a fixed number of steps.
// So a graph has one picture. The steps are taken in slices, and the page stays at the reader's hand.
//
// Related stories pull each other; older ones lean to the left. What only one story links to takes no
// part: it is set around its story afterwards.

const SLICE = 24; // ms

function arrange(onProgress, onEnd) {
  const moving = nodes.filter((node) => node.story || node.in.length > 1);
  const among = new Set(moving);
  const pulls = links.filter((link) => among.has(link.to)).map((link) => ({ source: link.from, target: link.to, score: link.score }));
  const steps = moving.length > 1500 ? 110 : 260;
  const forces = simulation(moving, pulls, steps);
  let step = 0;
  const slice = () => {
    const end = performance.now() + SLICE;
    while (step < steps && performance.now() < end) {
      forces.tick();
      step++;
    }
    if (step < steps) {
      onProgress(step / steps);
      setTimeout(slice);
    } else {
      fill(moving);
      settle(moving);
      onEnd();
    }
  };
  slice();
}

function simulation(moving, pulls, steps) {
  weigh(pulls);
  const alone = moving.filter(isAlone).length;
  const spread = 34 * Math.sqrt(moving.length - 0.85 * alone);
  moving.forEach((node, number) => {
    const angle = number * 2.399963;
    node.lean = Number.isNaN(node.moment) ? null : spread * leaning(node);
    node.x = (node.lean ?? 0) + 30 * Math.cos(angle);
    node.y = (spread / 2) * Math.sin(angle) * Math.sqrt((number % 97) / 97);
  });
  return d3
    .forceSimulation(moving)
    .stop()
    .alphaDecay(1 - Math.pow(0.002, 1 / steps))
    .velocityDecay(0.35)
    .force("link", d3.forceLink(pulls).distance((pull) => 56 - 30 * pull.weight).strength((pull) => 0.08 + 0.9 * pull.weight))
    .force("charge", d3.forceManyBody().strength((node) => (isAlone(node) ? -9 : -60) - 14 * Math.min(leaves(node), 12)).theta(1).distanceMax(700))
    .force("collide", d3.forceCollide((node) => 9 + 2 * Math.sqrt(node.in.length) + 2.2 * Math.sqrt(leaves(node))).iterations(1))
    .force("x", d3.forceX((node) => node.lean ?? node.x).strength((node) => (node.lean === null ? 0 : 0.07)))
    .force("y", d3.forceY(0).strength(0.1));
}

const isAlone = (node) => node.in.length + node.out.length === leaves(node);

// -1 to 1: half by the date, half by the turn, so that years in which nothing was written leave no hole.
function leaning({ moment }) {
  const [first, last] = [quantileOf(0.02), quantileOf(0.98)];
  const date = last > first ? Math.min(1, Math.max(0, (moment - first) / (last - first))) : 0.5;
  const turn = (d3.bisector((story) => story.moment).center(inTime, moment) + 0.5) / inTime.length;
  return date + turn - 1;
}

const quantileOf = (part) => (inTime.length ? d3.quantileSorted(inTime, part, (story) => story.moment) : 0);

// Links among stories that share others are what holds a thread together; a link across threads pulls less.
function weigh(pulls) {
  const around = new Map();
  for (const { source, target } of pulls) {
    for (const [a, b] of [[source, target], [target, source]]) {
      if (!around.has(a)) around.set(a, new Set());
      around.get(a).add(b);
    }
  }
  for (const pull of pulls) {
    const [few, many] = [around.get(pull.source), around.get(pull.target)].sort((a, b) => a.size - b.size);
    let shared = 0;
    for (const node of few) if (many.has(node)) shared++;
    pull.weight = ((0.5 + shared) / (0.5 + few.size)) * (0.4 + 0.6 * pull.score);
  }
}

function leaves(node) {
  node.leaves ??= node.out.filter((link) => !link.to.story && link.to.in.length === 1).length;
  return node.leaves;
}

// The forces know nothing of the window: what is too flat for it is drawn out.
function fill(moving) {
  const [x0, x1] = d3.extent(moving, (node) => node.x);
  const [y0, y1] = d3.extent(moving, (node) => node.y);
  const flat = ((x1 - x0) / (y1 - y0)) * (network.height / network.width) * 0.8;
  if (flat > 1) for (const node of moving) node.y *= Math.min(flat, 2.4);
}

// Single targets stand in rings around their story, on the side that looks away from the rest first.
function settle(moving) {
  const cx = d3.mean(moving, (node) => node.x) || 0;
  const cy = d3.mean(moving, (node) => node.y) || 0;
  for (const node of moving) {
    const around = node.out.map((link) => link.to).filter((to) => !to.story && to.in.length === 1);
    const outward = Math.atan2(node.y - cy, node.x - cx);
    const first = 13 + 2 * Math.sqrt(node.in.length);
    around.forEach((target, number) => {
      const ring = Math.floor(number / 12);
      const here = Math.min(12, around.length - ring * 12);
      const step = Math.min(0.52, (2 * Math.PI) / Math.max(here, 1));
      const angle = outward + step * ((number % 12) - (here - 1) / 2) + ring * 0.26;
      target.x = node.x + (first + ring * 8) * Math.cos(angle);
      target.y = node.y + (first + ring * 8) * Math.sin(angle);
    });
  }
}
