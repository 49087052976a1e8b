// Which stories, targets and links are on. What is off stays in the pictures, faintly, for the context.

const searchable = new Map(
  stories.map((story) => [
    story,
    [story.title, ...story.authors, ...story.uris, story.site, story.site_name || "", story.section].join(" ").toLocaleLowerCase(),
  ]),
);

let shownStories = stories;

function applyFilter() {
  const words = state.words.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  for (const story of stories) story.on = isOn(story, words);
  for (const link of links) {
    link.hidden = state.statusesOff.has(link.status) || state.classesOff.has(link.class) || link.score < state.score;
    link.on = !link.hidden && link.from.on && (link.to.on || !link.to.story);
  }
  for (const target of targets) {
    target.hidden = target.in.every((link) => link.hidden);
    target.on = target.in.some((link) => link.on);
  }
  shownStories = stories.filter((story) => story.on);
}

function isOn(story, words) {
  if (state.groupsOff.has(story.group.value)) return false;
  if (state.period && !(story.moment >= state.period[0] && story.moment <= state.period[1])) return false;
  return words.every((word) => searchable.get(story).includes(word));
}

const isFiltered = () =>
  Boolean(state.words || state.period || state.score || state.statusesOff.size || state.classesOff.size || state.groupsOff.size);

function clearFilter() {
  state.words = "";
  state.period = null;
  state.score = 0;
  for (const off of [state.statusesOff, state.classesOff, state.groupsOff]) off.clear();
  changed("filter");
}
