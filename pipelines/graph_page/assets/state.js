// What the reader has chosen. Whoever changes it calls `changed`; whoever shows it listens.

const state = {
  selected: null,
  hovered: null,
  hoveredLink: null,
  view: "both",
  colour: "site",
  period: null,
  words: "",
  score: 0,
  statusesOff: new Set(),
  classesOff: new Set(),
  groupsOff: new Set(),
};

const listeners = [];
const listen = (listener) => listeners.push(listener);

// `what` is a set of: selection, filter, view, colour, look, size, layout.
function changed(...what) {
  const names = new Set(what);
  if (names.has("filter") || names.has("colour")) applyFilter();
  for (const listener of listeners) listener(names);
  if (!names.has("layout") && !names.has("size")) writeHash();
}

function select(node) {
  if (state.selected === node) return;
  state.selected = node;
  state.hovered = state.hoveredLink = null;
  changed("selection");
  if (node) say(`${node.title}. ${node.story ? date(node) : STATUS[node.status].word}`);
}

// The address keeps the story, the view and the period, so that a place in the page can be sent.
function writeHash() {
  const parts = new URLSearchParams();
  if (state.selected?.story) parts.set("story", state.selected.id.replace("urn:clew:story:", ""));
  if (state.view !== "both") parts.set("view", state.view);
  if (state.period) parts.set("period", state.period.map((moment) => new Date(moment).toISOString().slice(0, 16)).join("/"));
  if (state.words) parts.set("find", state.words);
  const hash = parts.toString();
  if (hash !== location.hash.slice(1)) history.replaceState(null, "", "#" + hash);
}

function readHash() {
  const parts = new URLSearchParams(location.hash.slice(1));
  const story = parts.get("story");
  state.selected = (story && (byId.get(story) || byId.get("urn:clew:story:" + story))) || null;
  state.view = VIEWS.some(([name]) => name === parts.get("view")) ? parts.get("view") : "both";
  const period = (parts.get("period") || "").split("/").map((text) => Date.parse(text + "Z"));
  state.period = period.length === 2 && period[0] < period[1] ? period : null;
  state.words = parts.get("find") || "";
}

const VIEWS = [["both", "Both"], ["network", "Network"], ["timeline", "Timeline"], ["table", "Table"]];
