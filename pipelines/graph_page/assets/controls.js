// Search, views, colours and filters: the bar above the pictures.

function makeControls() {
  const search = find("search");
  search.addEventListener("input", () => {
    state.words = search.value;
    state.selected = null;
    changed("filter", "selection");
    say(`${count(shownStories.length, "story", "stories")} found`);
  });
  search.addEventListener("keydown", (event) => event.key === "Enter" && shownStories.length && go(shownStories[0]));
  find("views").append(...VIEWS.map(([name, word]) => el("button", { type: "button", "data-view": name, on: { click: () => { state.view = name; changed("view"); } } }, word)));
  makeColourChoice();
  document.addEventListener("click", closeMenus);
  document.addEventListener("keydown", everywhere);
  find("ask").addEventListener("click", () => find("help").showModal());
  for (const button of document.querySelectorAll("[data-zoom]"))
    button.addEventListener("click", () => ({ in: () => zoomBy(1.5), out: () => zoomBy(1 / 1.5), fit: () => moveTo(fitting()) })[button.dataset.zoom]());
  makeHelp();
}

function makeColourChoice() {
  const names = [["site", "by site"], ["section", "by section"], ["lang", "by language"]];
  const differing = names.filter(([name]) => new Set(stories.map((story) => story[name])).size > 1);
  state.colour = (differing[0] || names[0])[0];
  const choice = find("colour");
  choice.append(...(differing.length ? differing : names.slice(0, 1)).map(([name, word]) => el("option", { value: name }, word)));
  choice.parentElement.hidden = differing.length < 2;
  choice.addEventListener("change", () => {
    state.colour = choice.value;
    state.groupsOff.clear();
    makeGroups(state.colour);
    changed("colour");
  });
}

function closeMenus(event) {
  for (const menu of document.querySelectorAll("details.menu[open]")) if (!menu.contains(event.target)) menu.open = false;
}

function everywhere(event) {
  if (event.key === "Escape") {
    const open = document.querySelector("details.menu[open]");
    if (open) open.open = false;
    else if (!find("help").open) select(null);
  }
  const typing = /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName);
  if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "/") {
    event.preventDefault();
    find("search").focus();
  }
  if (event.key === "?") find("help").showModal();
}

function showControls(what) {
  if (find("search").value !== state.words) find("search").value = state.words;
  for (const button of find("views").children) button.setAttribute("aria-pressed", button.dataset.view === state.view);
  find("colour").value = state.colour;
  if (what.has("filter") || what.has("colour") || what.has("look")) {
    if (!find("sheet").contains(document.activeElement) || !find("sheet").children.length) showSheet();
    else showFiltering();
    showGroups();
  }
  showFiltering();
}

function showFiltering() {
  find("filtering").textContent = isFiltered() ? `${shownStories.length.toLocaleString("en")} of ${stories.length.toLocaleString("en")}` : "";
}

// The colours with their names; each can be taken out.
function showGroups() {
  find("groups").replaceChildren(...groupToggles());
}

const groupToggles = () =>
  groups.map((group) => toggle(state.groupsOff, group.value, [swatch(group), told(group.label), el("small", {}, group.number.toLocaleString("en"))]));

function toggle(off, value, children) {
  const button = el("button", { type: "button", class: "toggle", "aria-pressed": String(!off.has(value)) }, children);
  button.addEventListener("click", () => {
    if (!off.delete(value)) off.add(value);
    button.setAttribute("aria-pressed", String(!off.has(value)));
    changed("filter");
  });
  return button;
}

function showSheet() {
  const statuses = d3.rollup(links, (all) => all.length, (link) => link.status);
  const classes = d3.rollup(links, (all) => all.length, (link) => link.class);
  const statusRow = STATUSES.filter((s) => statuses.get(s)).map((s) => toggle(state.statusesOff, s, [glyph(s), STATUS[s].word, el("small", {}, statuses.get(s).toLocaleString("en"))]));
  const classRow = [...classes].map(([name, number]) => toggle(state.classesOff, name, [CLASSES[name] || name, el("small", {}, number.toLocaleString("en"))]));
  find("sheet").replaceChildren(
    field("What became of the links", statusRow),
    groups.length > 1 ? field({ site: "Sites", section: "Sections", lang: "Languages" }[state.colour], groupToggles()) : "",
    classes.size > 1 ? field("Kind of link", classRow) : "",
    field("Score of the links", [scoreSlider()]),
    field("Period", periodInputs()),
    el("button", { type: "button", class: "clear", on: { click: () => { clearFilter(); showSheet(); } } }, "Show everything again"));
}

const field = (name, children) => el("fieldset", {}, el("legend", {}, name), children);

function scoreSlider() {
  const told = el("output", {}, state.score ? `at least ${state.score.toFixed(2)}` : "all");
  const slider = el("input", { type: "range", min: 0, max: 1, step: 0.05, value: state.score, "aria-label": "Least score" });
  slider.addEventListener("input", () => {
    state.score = Number(slider.value);
    told.textContent = state.score ? `at least ${state.score.toFixed(2)}` : "all";
    soon("filter");
  });
  return el("label", { class: "slider" }, slider, told);
}

function periodInputs() {
  const iso = (moment) => new Date(moment).toISOString().slice(0, 10);
  const inputs = ["from", "to"].map((name, end) => el("input", { type: "date", "aria-label": name, value: state.period ? iso(state.period[end]) : "", min: iso(extent[0]), max: iso(extent[1]) }));
  for (const input of inputs) {
    input.addEventListener("change", () => {
      const from = Date.parse(inputs[0].value || iso(extent[0]));
      const to = Date.parse(inputs[1].value || iso(extent[1])) + 864e5 - 1;
      state.period = (inputs[0].value || inputs[1].value) && from < to ? [from, to] : null;
      changed("filter");
    });
  }
  return [inputs[0], " to ", inputs[1]];
}

function makeHelp() {
  const keysOf = [["/", "search"], ["← →", "in the network: along links, back and forth"], ["↑ ↓", "the story before, the story after"], ["+ − 0", "closer, farther, all of it"], ["Enter", "from a picture to the details"], ["Esc", "let go"], ["?", "this page of help"]];
  find("help").append(
    el("h2", {}, "Reading this page"),
    el("p", {}, "The network shows which story leads on to which; related stories lie close together, and older ones lean to the left. The timeline shows when they were. Choose a story in either, and its links stand out in both. Drag on the low strip under the timeline, or turn the wheel over the timeline, to choose a period."),
    legend(),
    el("h3", {}, "Keys"),
    el("dl", {}, keysOf.map(([key, does]) => [el("dt", {}, el("kbd", {}, key)), el("dd", {}, does)])),
    el("p", { class: "quiet" }, "This file is complete: it asks no server for anything, and works without a network. Drawn with D3 (ISC licence, © Mike Bostock)."),
    el("form", { method: "dialog" }, el("button", {}, "Close")));
}
