// Pan and zoom of the network; the wheel and the hand on the timeline, which choose a period there.

const networkZoom = d3.zoom().scaleExtent([0.02, 12]).on("zoom", zoomed).on("end", () => sharpenLater());
const timelineZoom = d3.zoom().scaleExtent([1, 1e6]).on("zoom", timeZoomed);

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
