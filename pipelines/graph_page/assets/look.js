// Colours and marks. A status has a colour and a form of its own, so either is enough.

// They differ in lightness too, so that those who see no red and green tell neighbours apart.
const HUES = {
  light: ["#0b6fb3", "#e0951a", "#00553f", "#d77fb4", "#43308a", "#45aee0", "#875818", "#cf4529"],
  dark: ["#4fa3e3", "#f0b04a", "#1f9476", "#f2b8d8", "#8069dc", "#a8def7", "#b98a4a", "#f07a5c"],
};
const INK = {
  light: { paper: "#fdfcf9", ink: "#1d2228", soft: "#626a73", line: "#d9d6cd", link: "#5d6875", other: "#8d949c", focus: "#111418", halo: "#fdfcf9", band: "#f3f1ea" },
  dark: { paper: "#15181c", ink: "#eceae4", soft: "#a3abb4", line: "#343a41", link: "#8b97a5", other: "#7b838c", focus: "#ffffff", halo: "#15181c", band: "#1b1f24" },
};
const STATUS = {
  captured: { word: "captured", means: "it is in the collection", light: "#00795f", dark: "#3cc3a2", dash: [] },
  dead: { word: "dead", means: "it answered with an error, or not at all", light: "#b3311f", dark: "#f0836a", dash: [2, 3] },
  missing: { word: "missing", means: "the archive has no copy of that time", light: "#b26a00", dark: "#f0b040", dash: [6, 4] },
  pending: { word: "pending", means: "it waits and was not asked for yet", light: "#5a57b5", dark: "#aaa4f5", dash: [8, 3, 2, 3] },
  "out-of-scope": { word: "out of scope", means: "the crawl was not to go there", light: "#69717a", dark: "#9aa3ad", dash: [1, 4] },
};
const CLASSES = { related: "related story", related_ext: "related story elsewhere", inline: "link in the text", promo: "promotion", other: "other", self: "itself" };
const GROUPS = 8;

const darkly = matchMedia("(prefers-color-scheme: dark)");
const still = matchMedia("(prefers-reduced-motion: reduce)");
let printing = false;
const tone = () => (darkly.matches && !printing ? "dark" : "light");
const ink = () => INK[tone()];
const statusColour = (status) => STATUS[status][tone()];

// The path of a target's mark around (x, y): a form for each status, filled or stroked as `mark` says.
function markPath(pen, status, x, y, r) {
  if (status === "captured") pen.rect(x - r * 0.8, y - r * 0.8, r * 1.6, r * 1.6);
  else if (status === "dead") {
    pen.moveTo(x - r, y - r);
    pen.lineTo(x + r, y + r);
    pen.moveTo(x + r, y - r);
    pen.lineTo(x - r, y + r);
  } else if (status === "out-of-scope") {
    pen.moveTo(x, y - r * 1.25);
    pen.lineTo(x + r * 1.25, y);
    pen.lineTo(x, y + r * 1.25);
    pen.lineTo(x - r * 1.25, y);
    pen.closePath();
  } else if (status === "missing") {
    for (const begin of [0.1, 2.2, 4.3]) {
      pen.moveTo(x + r * Math.cos(begin), y + r * Math.sin(begin));
      pen.arc(x, y, r, begin, begin + 1.45);
    }
  } else {
    pen.moveTo(x + r, y);
    pen.arc(x, y, r, 0, 2 * Math.PI);
    pen.moveTo(x + r * 0.3, y);
    pen.arc(x, y, r * 0.3, 0, 2 * Math.PI);
  }
}

const SVG = "http://www.w3.org/2000/svg";

// The mark of a status for lists and legends.
function glyph(status, label) {
  const svg = document.createElementNS(SVG, "svg");
  const path = document.createElementNS(SVG, "path");
  const pen = d3.path();
  markPath(pen, status, 7, 7, 4.2);
  path.setAttribute("d", pen.toString());
  svg.setAttribute("viewBox", "0 0 14 14");
  svg.setAttribute("class", `glyph ${status}`);
  if (label) {
    svg.setAttribute("role", "img");
    svg.setAttribute("aria-label", STATUS[status].word);
  } else svg.setAttribute("aria-hidden", "true");
  svg.append(path);
  return svg;
}

// A bar of all statuses, for a story or for all, with its words for those who do not see it.
function bar(complete) {
  const text = STATUSES.filter((s) => complete[s]).map((s) => `${complete[s]} ${STATUS[s].word}`).join(", ");
  const parts = STATUSES.filter((s) => complete[s]).map((s) => {
    const part = el("i", { class: `part ${s}`, title: `${complete[s]} ${STATUS[s].word}` });
    part.style.flexGrow = complete[s];
    return part;
  });
  return el("span", { class: "bar", role: "img", "aria-label": text || "no related links" }, parts);
}

// What colours tell apart: the stories by `name` ("site" or "section"), the most frequent first.
let groups = [];
function labelOf(name, value) {
  return name === "lang" && value ? languageOf(value) : name === "site" ? (value || "").replace(/^www\d?\./, "") : value;
}

function makeGroups(name) {
  const counts = d3.rollup(stories, (all) => all.length, (story) => labelOf(name, story[name]));
  const ranked = [...counts].filter(([value]) => value).sort((a, b) => b[1] - a[1] || d3.ascending(a[0], b[0]));
  const own = ranked.length > GROUPS ? ranked.slice(0, GROUPS - 1) : ranked;
  groups = own.map(([value, number], hue) => ({ value, label: value, number, hue }));
  const rest = stories.length - d3.sum(groups, (group) => group.number);
  if (rest) {
    const names = ranked.length - own.length;
    const label = names ? `${names} others` : `no ${name === "lang" ? "language" : name} told`;
    groups.push({ value: null, label, number: rest, hue: -1 });
  }
  const of = new Map(groups.map((group) => [group.value, group]));
  for (const story of stories) story.group = of.get(labelOf(name, story[name])) || of.get(null);
}
const groupColour = (group) => (group.hue < 0 ? ink().other : HUES[tone()][group.hue]);
