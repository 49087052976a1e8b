// The side: the chosen story, what the search found, or where to begin.

const hostOf = (uri) => uri.replace(/^https?:\/\//i, "").split(/[/?#]/)[0];
const MANY = 60;

function showSide() {
  const side = find("side");
  const node = state.selected;
  side.replaceChildren(...(node ? (node.story ? storyDetails(node) : targetDetails(node)) : state.words ? searchResults() : beginning()));
}

function back() {
  return el("button", { type: "button", class: "back", on: { click: () => select(null) } }, "‹ Back to the overview");
}

function chooser(node, ...more) {
  const mark = node.story ? swatch(node.group) : glyph(node.status, true);
  return el("button", { type: "button", class: "node", on: { click: () => go(node) } }, mark, el("span", {}, told(short(node.title, 140), node.lang), ...more));
}

function swatch(group) {
  const mark = el("i", { class: "swatch", title: group.label });
  mark.style.backgroundColor = groupColour(group);
  return mark;
}

const soft = (...words) => el("small", {}, ...words);

function storyDetails(story) {
  const about = [story.site_name || story.site, story.section].filter(Boolean);
  return [
    back(),
    el("article", {},
      el("p", { class: "kicker" }, swatch(story.group), told(about.join(" · ")), story.seed ? el("b", { class: "seed" }, "★ seed") : ""),
      el("h2", { dir: "auto", lang: story.lang || undefined }, story.title),
      story.authors.length ? el("p", { class: "by" }, told(story.authors.join(", "))) : "",
      facts(story),
      doors(story),
      completeness(story),
      linkList("Leads to", story.out, (link) => link.to),
      linkList("Linked from", story.in, (link) => link.from),
      captures(story)),
  ];
}

function facts(story) {
  const rows = [
    ["Published", story.when_is === "published" ? date(story) : "no date told", story.when_is === "published" && story.sources?.published],
    story.when_is === "captured" && ["Placed at", `its first capture, ${minute(story.moment)}`],
    lateCapture(story),
    story.modified && ["Modified", story.modified.replace("T", ", "), story.sources?.modified],
    story.lang && ["Language", languageOf(story.lang)],
    story.hops > 0 && story.hops < Infinity && ["From the seed", count(story.hops, "link")],
  ].filter(Boolean);
  return el("dl", {}, rows.map(([name, value, source]) => [el("dt", {}, name), el("dd", {}, value, source ? soft(" ", source) : "")]));
}

function lateCapture(story) {
  const first = Math.min(...story.captures.map(([, datetime]) => Date.parse(datetime)));
  return story.when_is === "published" && story.moment > first + 864e5 && ["Note", "The date told is later than the first capture."];
}

function languageOf(tag) {
  try {
    return `${new Intl.DisplayNames(["en"], { type: "language" }).of(tag)} (${tag})`;
  } catch {
    return tag;
  }
}

function doors(story) {
  const last = story.captures.at(-1);
  return el("p", { class: "doors" },
    last && DATA.replay ? el("a", { href: replayOf(last[0], last[1]), target: "_blank", rel: "noopener noreferrer", class: "door" }, "Open the archived page") : "",
    away(story.uris[0], "Live page ↗"));
}

function completeness(story) {
  const { complete } = story;
  if (!complete.links) return el("p", { class: "quiet" }, "No related links were found on it.");
  const archives = Object.entries(complete.archives);
  return el("section", { class: "complete" },
    el("h3", {}, `${complete.captured} of ${count(complete.links, "related link")} captured`, el("b", {}, percent(complete.share))),
    bar(complete),
    el("ul", { class: "counts" }, STATUSES.filter((s) => complete[s]).map((s) => el("li", { title: STATUS[s].means }, glyph(s), ` ${complete[s]} ${STATUS[s].word}`))),
    archives.length ? el("table", { class: "archives" }, el("caption", {}, "By archive, or by site where no archive was asked"),
      archives.map(([host, counts]) => el("tr", {}, el("th", { scope: "row" }, host || "not told"),
        el("td", {}, STATUSES.filter((s) => counts[s]).map((s) => `${counts[s]} ${STATUS[s].word}`).join(", "))))) : "");
}

function linkList(name, some, end) {
  if (!some.length) return "";
  const list = el("ol", { class: "links" }, some.slice(0, MANY).map((link) => linkRow(link, end(link))));
  const rest = some.length - MANY;
  const more = el("button", { type: "button", class: "more", on: { click: () => {
    list.append(...some.slice(MANY).map((link) => linkRow(link, end(link))));
    more.remove();
  } } }, `Show ${rest} more`);
  return el("section", {}, el("h3", {}, `${name} `, soft(count(some.length, "link"))), list, rest > 0 ? more : "");
}

// A link: where it leads, how the page showed it, how sure it is and why, and what became of it.
function linkRow(link, end) {
  const words = link.text && link.text !== end.title ? [soft("as “", told(short(link.text, 120)), "”")] : [];
  const heading = link.heading ? [soft("under “", told(short(link.heading, 90)), "”")] : [];
  const score = el("meter", { min: 0, max: 1, value: link.score, title: `score ${link.score.toFixed(2)}` }, link.score.toFixed(2));
  const detail = [
    `score ${link.score.toFixed(2)}`,
    link.class === "related" ? "" : CLASSES[link.class] || link.class,
    link.why,
    link.seen > 1 ? `on ${link.seen} captures` : "",
    link.datetime ? `captured ${minute(Date.parse(link.datetime))}` : "",
    link.archive ? `at ${link.archive}` : "",
  ].filter(Boolean);
  return el("li", { class: link.on ? "" : "off" },
    chooser(end, ...[words, heading].flat().map((part) => el("span", { class: "sub" }, part))),
    el("div", { class: "fate" }, score, glyph(link.status), el("span", {}, STATUS[link.status].word), end.story ? soft(date(end)) : soft(hostOf(link.to.uri || link.uri))),
    el("details", { class: "why" }, el("summary", {}, "Why, and where"),
      el("p", {}, detail.join(" · ")),
      link.reasons.length ? el("ul", { class: "reasons" }, link.reasons.map((reason) => el("li", {}, reason))) : "",
      el("p", { class: "uri" }, away(link.uri || link.to.uri || link.to.uris[0], link.uri || link.to.uri || link.to.uris[0]))));
}

function captures(story) {
  const rows = story.captures.map(([uri, datetime, id]) => {
    const when = minute(Date.parse(datetime));
    const replay = replayOf(uri, datetime);
    return el("li", {}, replay ? away(replay, when) : el("time", { datetime }, when), el("span", { class: "uri" }, uri), el("code", {}, id));
  });
  const others = story.uris.filter((uri) => !story.captures.some((capture) => capture[0] === uri));
  return el("section", {},
    el("h3", {}, "Captures ", soft(String(rows.length))),
    el("ul", { class: "captures" }, rows),
    DATA.replay ? "" : el("p", { class: "quiet" }, "To open captures from here, write this page with --replay, the address of a web-archive viewer."),
    others.length ? el("details", { class: "why" }, el("summary", {}, count(others.length, "other address", "other addresses")), el("ul", {}, others.map((uri) => el("li", { class: "uri" }, uri)))) : "");
}

function targetDetails(target) {
  return [
    back(),
    el("article", {},
      el("p", { class: "kicker" }, glyph(target.status), el("b", {}, STATUS[target.status].word), told(hostOf(target.uri))),
      el("h2", { dir: "auto" }, target.title),
      el("p", { class: "quiet" }, target.status === "captured" ? "It is in the collection, and was not read as a story." : `Not captured: ${STATUS[target.status].means}.`),
      el("p", { class: "uri" }, away(target.uri, target.uri)),
      linkList("Linked from", target.in, (link) => link.from)),
  ];
}

function searchResults() {
  const found = shownStories.slice(0, 200);
  const list = found.map((story) => el("li", {}, chooser(story, el("span", { class: "sub" }, date(story)))));
  return [el("h2", { class: "plain" }, count(shownStories.length, "story", "stories"), " found"), el("ol", { class: "plainlist" }, list),
    shownStories.length > 200 ? el("p", { class: "quiet" }, "The first 200 are listed; the table shows all.") : ""];
}

function beginning() {
  const seeds = stories.filter((story) => story.seed && story.on);
  const linked = [...shownStories].filter((story) => story.in.length > 1).sort((a, b) => b.in.length - a.in.length).slice(0, 6);
  const lacking = [...shownStories].filter((story) => story.complete.links > 2 && story.complete.share < 1)
    .sort((a, b) => b.complete.links - b.complete.captured - (a.complete.links - a.complete.captured)).slice(0, 6);
  return [
    pieces("Where it began", seeds.slice(0, 8), (story) => date(story)),
    pieces("Most linked to", linked, (story) => `${count(story.in.length, "story links", "stories link")} to it · ${date(story)}`),
    pieces("Least complete", lacking, (story) => [bar(story.complete), ` ${story.complete.captured} of ${story.complete.links} captured`]),
    legend(),
  ].flat();
}

const pieces = (name, some, sub) =>
  some.length ? [el("section", {}, el("h3", {}, name), el("ol", { class: "plainlist" }, some.map((story) => el("li", {}, chooser(story, el("span", { class: "sub" }, sub(story)))))))] : [];

function legend() {
  const row = (mark, text) => el("li", {}, mark, el("span", {}, text));
  return el("section", { class: "legend" }, el("h3", {}, "How to read it"),
    el("ul", {},
      row(el("i", { class: "swatch wide" }), "A disc is a story; the more stories link to it, the larger. Its green rim is the share of its related links that are captured."),
      row(el("b", { class: "star" }, "★"), `A ${fewSeeds ? "ringed " : ""}star is a seed: where the crawl began.`),
      row(el("span", { class: "arrow", "aria-hidden": true }, "→"), "A line leads from a story to a related one; the surer, the stronger."),
      STATUSES.map((s) => row(glyph(s), s === "captured" ? "captured, but no story was read from it" : `${STATUS[s].word}: ${STATUS[s].means}`)),
      row(el("span", { class: "hollow", "aria-hidden": true }, "⊸"), "In the timeline, a hollow dot with a tail tells no date: it stands at its first capture. What is not captured has no date and is in the network only.")));
}
