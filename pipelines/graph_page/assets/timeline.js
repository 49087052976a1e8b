// The timeline: time runs to the right, a lane for each colour, a dot for each story.
//
// A full dot stands where the page says that it was published. A hollow one with a tail is a story that
// tells no date: it stands at its first capture, and was published at some time before.

const timeline = new Picture(find("timeline"), drawTimeline, drawTimelineOver);
const AXIS = 24;
const DOT = stories.length > 800 ? 3.2 : stories.length > 150 ? 4 : 5.2;

// All of time that stories are at; and the stretch that 98 of 100 are in, where strays would squeeze the rest.
const extent = widened(inTime.length ? [inTime[0].moment, inTime.at(-1).moment] : [0, 1]);
const usual = (() => {
  const [a, b] = widened([quantileOf(0.01), quantileOf(0.99)]);
  return (extent[1] - extent[0]) / (b - a) > 3 ? [a, b] : extent;
})();

function widened([a, b]) {
  const more = Math.max((b - a) * 0.03, 36e5);
  return [a - more, b + more];
}

const gutter = (size) => Math.min(150, Math.max(76, size.width * 0.15));
const timeScale = (size) => d3.scaleUtc(state.period || usual, [gutter(size), size.width - 14]);

function drawTimeline(pen, size) {
  pen.fillStyle = ink().paper;
  pen.fillRect(0, 0, size.width, size.height);
  const scale = timeScale(size);
  const near = state.selected && nearby(state.selected);
  const clear = (story) => story.on && (!near || near.has(story));
  const lanes = stack(size, scale);
  drawLanes(pen, size, lanes);
  drawAxis(pen, size, scale);
  for (const { group, here } of lanes) drawDots(pen, here, groupColour(group), clear, size);
  drawStrays(pen, size, scale);
  const dotBoxes = inTime.map(({ tx, ty }) => [tx - DOT, ty - DOT, tx + DOT, ty + DOT]);
  if (stories.length <= 40) drawLabels(pen, dotLabels(clear), size, dotBoxes);
}

// The lanes with their heights, and in each the dots side by side: as near to the middle as there is room.
function stack(size, scale) {
  const kept = groups.filter((group) => !state.groupsOff.has(group.value));
  const weights = kept.map((group) => 1.2 + Math.sqrt(group.number / stories.length) * kept.length);
  const room = size.height - AXIS;
  let top = 0;
  return kept.map((group, place) => {
    const height = (room * weights[place]) / d3.sum(weights);
    const lane = { group, top, height, here: inTime.filter((story) => story.group === group) };
    top += height;
    dodge(lane, scale);
    return lane;
  });
}

function dodge({ top, height, here }, scale) {
  const columns = d3.group(here, (story) => Math.round(scale(story.moment) / (2 * DOT + 0.6)));
  for (const column of columns.values()) {
    const step = Math.min(2 * DOT + 0.8, (height - 2 * DOT - 4) / Math.max(column.length, 1));
    column.forEach((story, place) => {
      const side = place % 2 ? -1 : 1;
      story.tx = scale(story.moment);
      story.ty = top + height / 2 + side * Math.ceil(place / 2) * step;
    });
  }
}

function drawLanes(pen, size, lanes) {
  pen.textBaseline = "middle";
  pen.textAlign = "left";
  lanes.forEach(({ group, top, height }, place) => {
    if (place % 2 === 0) {
      pen.fillStyle = ink().band;
      pen.fillRect(0, top, size.width, height);
    }
    pen.fillStyle = groupColour(group);
    pen.fillRect(0, top + 2, 3, height - 4);
    pen.fillStyle = ink().ink;
    pen.font = `12px ${SANS}`;
    pen.fillText(fitted(pen, group.label, gutter(size) - 22), 10, top + height / 2);
  });
}

function fitted(pen, text, width) {
  while (text.length > 3 && pen.measureText(text).width > width) text = text.slice(0, -2).trimEnd() + "…";
  return text;
}

const TICKS = [[d3.utcMinute, "%H:%M:%S"], [d3.utcDay, "%H:%M"], [d3.utcMonth, "%-d %b"], [d3.utcYear, "%b"]].map(([step, form]) => [step, d3.utcFormat(form)]);
const yearText = d3.utcFormat("%Y");
const tickText = (tick) => (TICKS.find(([step]) => step(tick) < tick) || [0, yearText])[1](tick);

function drawAxis(pen, size, scale) {
  const y = size.height - AXIS;
  pen.font = `11.5px ${SANS}`;
  pen.textAlign = "center";
  pen.lineWidth = 1;
  const ticks = scale.ticks(Math.max(2, Math.floor(size.width / 110)));
  pen.strokeStyle = ink().line;
  pen.beginPath();
  for (const tick of ticks) {
    pen.moveTo(scale(tick), 0);
    pen.lineTo(scale(tick), y + 4);
  }
  pen.moveTo(0, y);
  pen.lineTo(size.width, y);
  pen.stroke();
  pen.fillStyle = ink().soft;
  for (const tick of ticks) pen.fillText(tickText(tick), scale(tick), y + 14);
}

function drawDots(pen, here, colour, clear, size) {
  const shown = here.filter((story) => story.tx > -20 && story.tx < size.width + 20 && story.tx >= gutter(size) - 8);
  for (const full of [false, true]) {
    const some = shown.filter((story) => clear(story) === full);
    pen.globalAlpha = full ? 1 : 0.15;
    pen.fillStyle = pen.strokeStyle = colour;
    dots(pen, some.filter((story) => story.when_is === "published"), DOT);
    pen.fill();
    const undated = some.filter((story) => story.when_is !== "published");
    pen.lineWidth = 1.5;
    dots(pen, undated, DOT - 0.8);
    for (const { tx, ty } of undated) {
      pen.moveTo(tx - DOT, ty);
      pen.lineTo(tx - DOT - 6, ty);
    }
    pen.stroke();
    pen.strokeStyle = ink().focus;
    dots(pen, some.filter((story) => story.seed && fewSeeds), DOT + 3);
    pen.stroke();
  }
  pen.globalAlpha = 1;
}

function dots(pen, some, r) {
  pen.beginPath();
  for (const { tx, ty } of some) {
    pen.moveTo(tx + r, ty);
    pen.arc(tx, ty, r, 0, 2 * Math.PI);
  }
}

// How many stories lie to the left and to the right of what is shown.
function drawStrays(pen, size, scale) {
  const [from, to] = scale.domain().map(Number);
  const before = d3.bisector((story) => story.moment).left(inTime, from);
  const after = inTime.length - d3.bisector((story) => story.moment).right(inTime, to);
  pen.font = `11px ${SANS}`;
  pen.fillStyle = ink().soft;
  pen.textAlign = "left";
  if (before) pen.fillText(`◂ ${before.toLocaleString("en")} earlier`, gutter(size), 9);
  pen.textAlign = "right";
  if (after) pen.fillText(`${after.toLocaleString("en")} later ▸`, size.width - 8, 9);
}

function dotLabels(clear) {
  return inTime.filter(clear).map((story) => ({ text: short(story.title, 30), x: story.tx, y: story.ty, far: DOT + 10 }));
}

// The chosen story with arcs to its related ones, and the one at the pointer.
function drawTimelineOver(pen, size) {
  const node = state.hovered?.story ? state.hovered : state.selected?.story ? state.selected : null;
  if (!node || node.tx === undefined) return;
  pen.strokeStyle = ink().focus;
  pen.lineWidth = 1.1;
  pen.globalAlpha = 0.65;
  pen.beginPath();
  for (const link of [...node.out, ...node.in]) {
    if (link.hidden || !link.to.story || link.to.tx === undefined || link.from.tx === undefined) continue;
    const lift = Math.min(60, 12 + Math.abs(link.to.tx - link.from.tx) * 0.22);
    pen.moveTo(link.from.tx, link.from.ty);
    pen.quadraticCurveTo((link.from.tx + link.to.tx) / 2, Math.min(link.from.ty, link.to.ty) - lift, link.to.tx, link.to.ty);
  }
  pen.stroke();
  pen.globalAlpha = 1;
  pen.lineWidth = 2.2;
  dots(pen, [node], DOT + 4);
  pen.stroke();
  drawLabels(pen, [{ text: short(node.title, 60), x: node.tx, y: node.ty, far: DOT + 13, strong: true }], size);
}
