// Everything put together: what stands at the top, who draws when, and the start.

function showHead() {
  const { total } = DATA;
  const sites = new Set(stories.map((story) => story.site)).size;
  const span = inTime.length ? [...new Set([day(inTime[0].moment), day(inTime.at(-1).moment)])].join(" – ") : "";
  find("name").textContent = DATA.collection;
  find("summary").textContent = [count(stories.length, "story", "stories"), sites && `from ${count(sites, "site")}`, span].filter(Boolean).join(" · ");
  if (!total.links) return;
  find("total").append(
    el("p", {}, el("b", {}, percent(total.share)), ` of ${count(total.links, "related link")} captured`),
    bar(total),
    el("ul", { class: "counts" }, STATUSES.filter((s) => total[s]).map((s) => el("li", { title: STATUS[s].means }, glyph(s), ` ${total[s].toLocaleString("en")} ${STATUS[s].word}`))));
}

function showView() {
  find("stage").dataset.view = state.view;
  find("table").hidden = state.view !== "table";
  for (const picture of [network, timeline]) picture.box.hidden = !["both", picture.box.id].includes(state.view);
  overview.box.hidden = !inTime.length || state.view === "network";
  resize();
}

function resize() {
  const before = [network.width, network.height];
  for (const picture of [network, timeline, overview]) picture.resize();
  if (arranged && network.width && !(before[0] === network.width && before[1] === network.height)) refit(before);
  followPeriod();
  showPeriod();
  for (const picture of [network, timeline, overview]) picture.ask();
  fillRowsIfShown();
}

// Another size shows the same middle; the first size shows everything.
function refit([width, height]) {
  if (!width) return d3.select(network.over).call(networkZoom.transform, fitting());
  const moved = d3.zoomIdentity.translate(view.x + (network.width - width) / 2, view.y + (network.height - height) / 2).scale(view.k);
  d3.select(network.over).call(networkZoom.transform, moved);
}

const fillRowsIfShown = () => find("table").hidden || fillRows();

listen((what) => {
  if (what.has("view")) showView();
  if (what.has("filter")) {
    followPeriod();
    showPeriod();
  }
  showControls(what);
  if (what.has("view") || what.has("filter") || what.has("selection") || what.has("colour")) showTable();
  if (what.has("selection") || what.has("colour")) showSide();
  else if (what.has("filter")) showSideLater();
  if (what.has("selection") && !state.hovered) fillTip(null, null);
  document.body.classList.toggle("chosen", Boolean(state.selected));
  for (const picture of [network, timeline, overview]) picture.ask();
});

// While a filter moves the side waits until it rests.
let sideLater = 0;
function showSideLater() {
  clearTimeout(sideLater);
  sideLater = setTimeout(showSide, 120);
}

function showProgress(share) {
  const progress = find("progress");
  progress.hidden = false;
  progress.setAttribute("aria-valuenow", Math.round(100 * share));
  progress.querySelector("i").style.width = `${100 * share}%`;
  progress.querySelector("span").textContent = `Arranging ${count(stories.length, "story", "stories")} …`;
}

function showNetwork() {
  arranged = true;
  plantTree();
  find("progress").hidden = true;
  if (network.width) d3.select(network.over).call(networkZoom.transform, fitting());
  if (state.selected) go(state.selected);
  changed("layout");
  requestAnimationFrame(() => (document.body.dataset.ready = "true"));
}

function showEmpty() {
  document.body.classList.add("nothing");
  find("empty").hidden = false;
  find("empty").append(
    el("h2", {}, "No story yet"),
    el("p", {}, `The collection “${DATA.collection}” holds no page that was read as a story, so there is nothing to draw.`),
    el("p", {}, "Crawl one, and write this page again:"),
    el("pre", {}, `scrapy crawl story -a seeds=URL -a collection=${DATA.collection}\nscrapy collection graph ${DATA.collection} --html`),
    el("p", {}, `Where a crawl has run and no story came of it, collections/${DATA.collection}/reports/seeds.txt says why.`));
  document.body.dataset.ready = "true";
}

// On paper it is light, whatever the screen is.
function forPrint(begins) {
  printing = begins;
  showGroups();
  showSide();
  for (const picture of [network, timeline, overview]) {
    picture.ask();
    picture.now();
  }
}

function start() {
  showHead();
  if (!stories.length) return showEmpty();
  readHash();
  makeControls();
  makeGroups(state.colour);
  makeTable();
  makeExport();
  handle();
  changed("view", "filter", "colour", "selection", "look");
  addEventListener("resize", resize);
  addEventListener("hashchange", () => {
    readHash();
    changed("view", "filter", "selection");
  });
  darkly.addEventListener("change", () => changed("look", "colour"));
  addEventListener("beforeprint", () => forPrint(true));
  addEventListener("afterprint", () => forPrint(false));
  arrange(showProgress, showNetwork);
}

start();
