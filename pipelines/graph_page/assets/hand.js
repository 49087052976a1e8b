// Hand and keys on the two pictures: point, choose, follow.

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
