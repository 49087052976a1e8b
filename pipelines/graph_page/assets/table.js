// All stories as a table that sorts. Only the rows in sight are in the page, so length costs nothing.

const ROW = 38;
const COLUMNS = [
  ["Date", (s) => s.moment, (s) => [s.when_is === "captured" ? el("small", {}, "captured ") : "", Number.isNaN(s.moment) ? "" : day(s.moment)]],
  ["Title", (s) => s.title.toLocaleLowerCase(), (s) => [swatch(s.group), s.seed ? el("b", { class: "star", title: "seed" }, "★") : "", told(s.title, s.lang)]],
  ["Site", (s) => s.site_name || s.site, (s) => [told(s.site_name || s.site)]],
  ["Section", (s) => s.section, (s) => [told(s.section)]],
  ["Links in", (s) => s.in.length, (s) => [String(s.in.length)]],
  ["Links out", (s) => s.complete.links, (s) => [String(s.complete.links)]],
  ["Captured", (s) => s.complete.share ?? 2, (s) => (s.complete.links ? [bar(s.complete), el("span", {}, percent(s.complete.share))] : ["–"])],
  ["Captures", (s) => s.captures.length, (s) => [String(s.captures.length)]],
];
const sorting = { column: 0, down: false };
let rows = [];

function makeTable() {
  const head = el("div", { role: "row", class: "tr head", "aria-rowindex": 1 }, COLUMNS.map(([name], number) =>
    el("div", { role: "columnheader", class: "td" }, el("button", { type: "button", on: { click: () => sortBy(number) } }, name))));
  const body = el("div", { role: "rowgroup", class: "body", tabindex: 0, on: { scroll: fillRows, keydown: tableKeys } }, el("div", { class: "length", role: "presentation" }));
  find("table").replaceChildren(el("div", { role: "table", class: "grid", "aria-label": "Stories" }, el("div", { role: "rowgroup" }, head), body));
}

function sortBy(column) {
  sorting.down = sorting.column === column ? !sorting.down : column > 3;
  sorting.column = column;
  showTable();
}

function showTable() {
  if (find("table").hidden) return;
  const key = COLUMNS[sorting.column][1];
  rows = [...shownStories].sort((a, b) => compare(key(a), key(b)) || a.number - b.number);
  if (sorting.down) rows.reverse();
  find("table").querySelectorAll("[role=columnheader]").forEach((head, number) =>
    head.setAttribute("aria-sort", number !== sorting.column ? "none" : sorting.down ? "descending" : "ascending"));
  find("table").querySelector("[role=table]").setAttribute("aria-rowcount", rows.length + 1);
  find("table").querySelector(".length").style.height = `${rows.length * ROW}px`;
  fillRows();
}

// Stories without a date come last, whichever way.
function compare(a, b) {
  if (Number.isNaN(a) || Number.isNaN(b)) return (Number.isNaN(a) ? 1 : 0) - (Number.isNaN(b) ? 1 : 0);
  return typeof a === "string" ? a.localeCompare(b) : a - b;
}

function fillRows() {
  const body = find("table").querySelector(".body");
  const first = Math.max(0, Math.floor(body.scrollTop / ROW) - 6);
  const last = Math.min(rows.length, first + Math.ceil((printing ? 1e4 : body.clientHeight || 600) / ROW) + 12);
  const made = rows.slice(first, last).map((story, number) => tableRow(story, first + number));
  body.querySelector(".length").replaceChildren(...made);
}

function tableRow(story, place) {
  const row = el("div", { role: "row", class: story === state.selected ? "tr chosen" : "tr", "aria-rowindex": place + 2, "aria-current": story === state.selected && "true", on: { click: () => select(story) } },
    COLUMNS.map(([, , cells]) => el("div", { role: "cell", class: "td" }, cells(story))));
  row.style.transform = `translateY(${place * ROW}px)`;
  return row;
}

function tableKeys(event) {
  const page = Math.floor(event.currentTarget.clientHeight / ROW) - 1;
  const step = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -Infinity, End: Infinity }[event.key];
  if (event.key === "Enter") return find("side").focus();
  if (!step || !rows.length) return;
  event.preventDefault();
  const cursor = Math.max(0, Math.min(rows.length - 1, rows.indexOf(state.selected) + step));
  const body = event.currentTarget;
  if (cursor * ROW < body.scrollTop) body.scrollTop = cursor * ROW;
  if ((cursor + 1) * ROW > body.scrollTop + body.clientHeight) body.scrollTop = (cursor + 1) * ROW - body.clientHeight;
  select(rows[cursor]);
}
