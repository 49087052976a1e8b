// Hand and keys on the two pictures: pan, zoom, point, choose.

const REACH = 10;
const networkZoom = d3.zoom().scaleExtent([0.02, 12]).on("zoom", zoomed).on("end", () => sharpenLater());
const timelineZoom = d3.zoom().scaleExtent([1, 1e6]).on("zoom", timeZoomed);
let tree = null;

function zoomed(event) {
  view = event.transform;
  if (links.length > 2 * FEW_LINKS && network.ratio > 1) network.sharpen(1);
  network.ask();
}

// On fine screens a large picture moves coarse, and is drawn sharp when it rests.
let sharpening = 0;
function sharpenLater() {
  clearTimeout(sharpening);
  if (network.ratio >= Math.min(devicePixelRatio || 1, 2)) return;
  sharpening = setTimeout(() => {
    network.resize();
    network.ask();
  }, 120);
}

function timeZoomed(event) {
  if (!event.sourceEvent) return;
  const all = d3.scaleUtc(extent, [gutter(timeline), timeline.width - 14]);
  const [from, to] = event.transform.rescaleX(all).domain().map(Number);
  state.period = to - from > 0.98 * (extent[1] - extent[0]) ? null : [Math.max(from, extent[0]), Math.min(to, extent[1])];
  soon("filter");
}

// The zoom of the timeline as the period says, where something else chose that.
function followPeriod() {
  if (!timeline.width) return;
  const [left, right] = [gutter(timeline), timeline.width - 14];
  const all = d3.scaleUtc(extent, [left, right]);
  const [from, to] = state.period || usual;
  const k = (extent[1] - extent[0]) / (to - from);
  d3.select(timeline.over).call(timelineZoom.transform, d3.zoomIdentity.translate(left - k * all(from), 0).scale(k));
}

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

function point(node, link, event) {
  if (node !== state.hovered || link !== state.hoveredLink) {
    state.hovered = node;
    state.hoveredLink = link;
    network.ask("over");
    timeline.ask("over");
    network.over.style.cursor = timeline.over.style.cursor = node || link ? "pointer" : "grab";
    fillTip(node, link);
  }
  moveTip(event);
}

function fillTip(node, link) {
  const tip = find("tip");
  tip.hidden = !(node || link);
  if (node) tip.replaceChildren(...tipOf(node));
  else if (link) tip.replaceChildren(...tipOfLink(link));
}

function tipOf(node) {
  if (!node.story) return [el("b", {}, told(short(node.title, 120))), el("div", { class: "soft" }, glyph(node.status), ` ${STATUS[node.status].word} · ${hostOf(node.uri)}`)];
  const about = [date(node), node.site_name || node.site, node.section].filter(Boolean).join(" · ");
  const { links: all, captured } = node.complete;
  return [
    el("b", {}, told(short(node.title, 160), node.lang)),
    el("div", { class: "soft" }, told(about)),
    node.authors.length ? el("div", { class: "soft" }, told(node.authors.join(", "))) : "",
    all ? el("div", { class: "tipbar" }, bar(node.complete), ` ${captured} of ${all} related links captured`) : el("div", { class: "soft" }, "no related links"),
  ].filter(Boolean);
}

function tipOfLink(link) {
  return [
    el("b", {}, told(link.text || link.to.title)),
    el("div", { class: "soft" }, link.heading ? ["under “", told(short(link.heading, 80)), "” · "] : "", `score ${link.score.toFixed(2)} · `, glyph(link.status), ` ${STATUS[link.status].word}`),
    el("div", { class: "soft" }, told(short(link.from.title, 60)), " → ", told(short(link.to.title, 60))),
  ];
}

function moveTip(event) {
  const tip = find("tip");
  if (tip.hidden || !event) return;
  const { clientX: x, clientY: y } = event;
  tip.style.left = `${Math.max(6, Math.min(x + 16, innerWidth - tip.offsetWidth - 8))}px`;
  tip.style.top = `${y + 20 + tip.offsetHeight > innerHeight ? y - tip.offsetHeight - 14 : y + 20}px`;
}

function watchPointer(picture, at, linkUnder) {
  const over = picture.over;
  over.addEventListener("pointermove", (event) => {
    if (event.buttons) return point(null, null);
    const here = d3.pointer(event);
    const node = at(here);
    point(node, node ? null : linkUnder(here) || null, event);
  });
  over.addEventListener("pointerleave", () => point(null, null));
  over.addEventListener("click", (event) => {
    const here = d3.pointer(event);
    const node = at(here);
    select(node || linkUnder(here)?.to || null);
    if (node) find("side").scrollTop = 0;
  });
}

// Arrow keys: along links to the left and right, through time up and down. To a link's end and back again
// is the next link's turn, so that every link of a story can be reached.
let along = { from: null, side: "", place: 0, to: null };
function follow(side) {
  const here = state.selected;
  if (!here) return go(stories.find((story) => story.seed) || inTime[0] || stories[0]);
  if (along.to === here && side !== along.side) return go(along.from);
  const ends = here[side].filter((link) => link.on).map((link) => (side === "out" ? link.to : link.from));
  if (!ends.length) return;
  const place = along.from === here && along.side === side ? (along.place + 1) % ends.length : 0;
  along = { from: here, side, place, to: ends[place] };
  go(ends[place]);
}

function throughTime(step) {
  const shown = inTime.filter((story) => story.on);
  const place = shown.indexOf(state.selected);
  const next = shown[place < 0 ? (step > 0 ? 0 : shown.length - 1) : place + step];
  if (next) go(next);
}

// Choose a node and show it with all that it is linked with, where that is out of sight or small.
function go(node) {
  select(node);
  if (!arranged || !network.width) return;
  const ends = [...nearby(node)];
  const [x0, x1] = d3.extent(ends, (end) => view.applyX(end.x));
  const [y0, y1] = d3.extent(ends, (end) => view.applyY(end.y));
  const inSight = x0 > 10 && y0 > 10 && x1 < network.width - 10 && y1 < network.height - 10;
  if (!inSight || Math.max(x1 - x0, y1 - y0) < network.width / 4) moveTo(fitting(ends, 2));
}

function moveTo(transform) {
  const over = d3.select(network.over);
  if (still.matches || links.length > 4 * FEW_LINKS) over.call(networkZoom.transform, transform);
  else over.transition().duration(380).call(networkZoom.transform, transform);
}

const zoomBy = (factor) => d3.select(network.over).call(networkZoom.scaleBy, factor);
const zoomTimeBy = (factor) => {
  const [from, to] = state.period || usual;
  const [middle, half] = [(from + to) / 2, ((to - from) / 2) * factor];
  const period = [Math.max(extent[0], middle - half), Math.min(extent[1], middle + half)];
  state.period = period[0] <= extent[0] && period[1] >= extent[1] ? null : period;
  changed("filter");
};

function keys(event) {
  const time = event.currentTarget === timeline.over;
  const does = {
    ArrowRight: () => (time ? throughTime(1) : follow("out")),
    ArrowLeft: () => (time ? throughTime(-1) : follow("in")),
    ArrowDown: () => throughTime(1),
    ArrowUp: () => throughTime(-1),
    Enter: () => find("side").focus(),
    "+": () => (time ? zoomTimeBy(0.6) : zoomBy(1.5)),
    "=": () => (time ? zoomTimeBy(0.6) : zoomBy(1.5)),
    "-": () => (time ? zoomTimeBy(1.6) : zoomBy(1 / 1.5)),
    0: () => (time ? ((state.period = null), changed("filter")) : moveTo(fitting())),
  }[event.key];
  if (!does || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  does();
}

function handle() {
  d3.select(network.over).call(networkZoom).on("dblclick.zoom", null);
  d3.select(timeline.over).call(timelineZoom).on("dblclick.zoom", null);
  watchPointer(network, nodeAt, linkAt);
  watchPointer(timeline, dotAt, () => null);
  for (const { over } of [network, timeline]) over.addEventListener("keydown", keys);
}
