// The network: stories as discs, what is not captured as marks, related links from story to story.

let view = d3.zoomIdentity;
let arranged = false;
const network = new Picture(find("network"), drawNetwork, drawNetworkOver);
const unit = Math.max(2.7, 7.2 - 1.35 * Math.log10(Math.max(stories.length, 1)));
const FEW_STORIES = 800;

// Where a node is on the canvas now, and how large.
function place(node) {
  node.px = view.applyX(node.x);
  node.py = view.applyY(node.y);
  const zoomed = Math.min(2.4, Math.max(0.55, Math.pow(view.k, 0.55))) * Math.min(1, Math.sqrt(network.width / 800));
  node.r = zoomed * (node.story ? Math.min(unit * 4.4, unit * (1 + 0.42 * Math.sqrt(node.in.length))) : unit * 0.72);
}

const touches = (link, node) => link.from === node || link.to === node;
const nearby = (node) => new Set([node, ...node.out.filter((l) => !l.hidden).map((l) => l.to), ...node.in.filter((l) => !l.hidden).map((l) => l.from)]);

function drawNetwork(pen, size) {
  pen.fillStyle = ink().paper;
  pen.fillRect(0, 0, size.width, size.height);
  if (!arranged) return;
  nodes.forEach(place);
  const near = state.selected && nearby(state.selected);
  const clear = (node) => node.on && (!near || near.has(node));
  const inside = (node) => node.px > -60 && node.py > -60 && node.px < size.width + 60 && node.py < size.height + 60;
  drawLinks(pen, links.filter((link) => !link.hidden), (link) => link.on && (!near || touches(link, state.selected)));
  drawTargets(pen, targets.filter((node) => !node.hidden && inside(node)), clear);
  drawStories(pen, stories.filter(inside), clear);
  const named = labelled(size, clear);
  drawLabels(pen, named.map(labelOfNode), size, (near ? [...near] : named).map(({ px, py, r }) => [px - r, py - r, px + r, py + r]));
}

function drawTargets(pen, some, clear) {
  for (const full of [false, true]) {
    for (const status of STATUSES) {
      pen.globalAlpha = full ? 0.95 : 0.14;
      pen.strokeStyle = pen.fillStyle = statusColour(status);
      pen.lineWidth = some.length > FEW_STORIES ? 1 : 1.4;
      pen.beginPath();
      for (const node of some) if (node.status === status && clear(node) === full) markPath(pen, status, node.px, node.py, node.r);
      if (status === "captured") pen.fill();
      else pen.stroke();
    }
  }
  pen.globalAlpha = 1;
}

function drawStories(pen, some, clear) {
  for (const full of [false, true]) {
    const here = some.filter((story) => clear(story) === full);
    pen.globalAlpha = full ? 1 : 0.13;
    for (const group of groups) {
      pen.fillStyle = groupColour(group);
      disc(pen, here.filter((story) => story.group === group), 0);
      pen.fill();
    }
    if (full) drawRims(pen, here);
    drawSeeds(pen, here.filter((story) => story.seed));
  }
  pen.globalAlpha = 1;
}

function disc(pen, some, more) {
  pen.beginPath();
  for (const { px, py, r } of some) {
    pen.moveTo(px + r + more, py);
    pen.arc(px, py, r + more, 0, 2 * Math.PI);
  }
}

// A rim of paper parts discs that touch; around larger ones an arc shows how complete the story is.
function drawRims(pen, some) {
  if (some.length <= FEW_STORIES) {
    pen.strokeStyle = ink().paper;
    pen.lineWidth = 1.2;
    disc(pen, some, 0);
    pen.stroke();
  }
  const large = some.filter((story) => story.r > 4.6 && story.complete.links);
  for (const [colour, whole] of [[ink().line, true], [statusColour("captured"), false]]) {
    pen.strokeStyle = colour;
    pen.lineWidth = 1.8;
    pen.beginPath();
    for (const { px, py, r, complete } of large) {
      const share = whole ? 1 : complete.share;
      pen.moveTo(px, py - r - 2.6);
      if (share) pen.arc(px, py, r + 2.6, -Math.PI / 2, -Math.PI / 2 + share * 2 * Math.PI);
    }
    pen.stroke();
  }
}

function drawSeeds(pen, seeds) {
  if (fewSeeds) {
    pen.strokeStyle = ink().focus;
    pen.lineWidth = 1.6;
    disc(pen, seeds, 6);
    pen.stroke();
  }
  pen.fillStyle = ink().paper;
  pen.beginPath();
  for (const { px, py, r } of seeds) if (fewSeeds || r > 5) star(pen, px, py, Math.max(r * 0.62, 3));
  pen.fill();
}

function star(pen, x, y, r) {
  for (let point = 0; point < 10; point++) {
    const angle = -Math.PI / 2 + (point * Math.PI) / 5;
    const reach = point % 2 ? r * 0.44 : r;
    pen[point ? "lineTo" : "moveTo"](x + reach * Math.cos(angle), y + reach * Math.sin(angle));
  }
  pen.closePath();
}

function labelled(size, clear) {
  const most = Math.round((size.width * size.height) / 24000);
  const inView = (node) => node.px > 0 && node.py > 0 && node.px < size.width && node.py < size.height;
  const weight = (node) => (node === state.selected ? 1e6 : node.seed && fewSeeds ? 1e5 : 0) + node.in.length;
  const chosen = (state.selected ? [...nearby(state.selected)] : stories).filter((node) => clear(node) && inView(node));
  return chosen
    .sort((a, b) => weight(b) - weight(a) || a.number - b.number)
    .slice(0, most);
}

const labelOfNode = (node) => ({ text: short(node.title, 38), x: node.px, y: node.py, far: node.r + 13, strong: node === state.selected });

// What the pointer is on: the node with its links, or one link.
function drawNetworkOver(pen, size) {
  if (!arranged) return;
  const node = state.hovered || state.selected;
  const held = state.hovered ? [...state.hovered.out, ...state.hovered.in].filter((link) => !link.hidden) : [];
  if (state.hoveredLink) held.push(state.hoveredLink);
  const look = { colour: ink().focus, alpha: 0.85, width: 1.4, dash: [] };
  strokeLinks(pen, held, look);
  fillArrows(pen, held, look);
  pen.globalAlpha = 1;
  if (!node) return;
  pen.strokeStyle = ink().focus;
  pen.lineWidth = 2.2;
  disc(pen, [node], node.seed && fewSeeds ? 9 : 5);
  pen.stroke();
  if (state.hovered && state.hovered !== state.selected) drawLabels(pen, [{ text: short(node.title, 60), x: node.px, y: node.py, far: node.r + 14, strong: true }], size);
}

// The transform that shows all of it, or some of it.
function fitting(some = nodes, most = 3) {
  const size = network;
  const shown = some.filter((node) => !node.hidden && node.x !== undefined);
  const [x0, x1] = d3.extent(shown, (node) => node.x);
  const [y0, y1] = d3.extent(shown, (node) => node.y);
  const room = Math.min(46, size.width / 10);
  const top = find("groups").offsetHeight + 10;
  const k = Math.min(most, (size.width - 2 * room) / Math.max(x1 - x0, 1), (size.height - top - 2 * room) / Math.max(y1 - y0, 1));
  return d3.zoomIdentity.translate(size.width / 2, (size.height + top) / 2).scale(Math.max(k, 0.02)).translate(-(x0 + x1) / 2, -(y0 + y1) / 2);
}
