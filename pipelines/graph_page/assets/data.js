"use strict";
// The document that the page holds -> stories, targets and links that know each other.

const DATA = JSON.parse(document.getElementById("data").textContent);
const STATUSES = DATA.statuses.slice(0, 5);

const stories = DATA.stories.map((told, number) => ({
  ...told,
  number,
  story: true,
  title: told.title || told.uris[0],
  complete: { links: 0, captured: 0, share: 0, archives: {}, ...told.complete },
  authors: told.authors || [],
  site: told.site || "",
  section: told.section || "",
  moment: told.when ? Date.parse(told.when) : NaN,
  out: [],
  in: [],
  on: true,
}));

// What links lead to and no story was made of: captured without being an article, or not captured.
const targets = DATA.targets.map((uri, number) => ({
  number: stories.length + number,
  story: false,
  uri,
  title: uri,
  status: "pending",
  moment: NaN,
  out: [],
  in: [],
  on: true,
}));

const nodes = [...stories, ...targets];
const byId = new Map(stories.map((story) => [story.id, story]));

const links = DATA.links.rows.map((row) => {
  const link = Object.fromEntries(DATA.links.columns.map((name, place) => [name, row[place]]));
  link.from = nodes[link.from];
  link.to = nodes[link.to];
  link.status = DATA.statuses[link.status];
  link.class = DATA.classes[link.class];
  link.heading = DATA.headings[link.heading];
  link.archive = DATA.archives[link.archive];
  link.reasons = link.reasons.map((number) => DATA.reasons[number]);
  link.on = true;
  link.from.out.push(link);
  link.to.in.push(link);
  return link;
});

for (const target of targets) {
  target.status = STATUSES.find((status) => target.in.some((link) => link.status === status)) || "pending";
  const named = target.in.find((link) => link.text);
  if (named) target.title = named.text;
}
for (const story of stories) story.out.sort((a, b) => a.position - b.position || b.score - a.score);

const inTime = stories.filter((story) => !Number.isNaN(story.moment)).sort((a, b) => a.moment - b.moment);

// A few seeds are marked loudly; where most stories are seeds, that would say nothing.
const fewSeeds = stories.filter((story) => story.seed).length <= Math.max(12, stories.length / 10);

// Links away from the nearest seed; Infinity where no way leads from one.
function measureHops() {
  for (const node of nodes) node.hops = Infinity;
  const queue = stories.filter((story) => story.seed);
  for (const seed of queue) seed.hops = 0;
  for (let at = 0; at < queue.length; at++) {
    for (const { to } of queue[at].out) {
      if (to.hops === Infinity) {
        to.hops = queue[at].hops + 1;
        queue.push(to);
      }
    }
  }
}
measureHops();
