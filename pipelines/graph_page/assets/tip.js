// A few words beside the pointer.

function point(node, link, event) {
  if (node !== state.hovered || link !== state.hoveredLink) {
    state.hovered = node;
    state.hoveredLink = link;
    network.ask("over");
    timeline.ask("over");
    network.over.style.cursor = timeline.over.style.cursor = node || link ? "pointer" : "grab";
    fillTip(node, link);
  }
  moveTip(event);
}

function fillTip(node, link) {
  const tip = find("tip");
  tip.hidden = !(node || link);
  if (node) tip.replaceChildren(...tipOf(node));
  else if (link) tip.replaceChildren(...tipOfLink(link));
}

function tipOf(node) {
  if (!node.story) return [el("b", {}, told(short(node.title, 120))), el("div", { class: "soft" }, glyph(node.status), ` ${STATUS[node.status].word} · ${hostOf(node.uri)}`)];
  const about = [date(node), node.site_name || node.site, node.section].filter(Boolean).join(" · ");
  const { links: all, captured } = node.complete;
  return [
    el("b", {}, told(short(node.title, 160), node.lang)),
    el("div", { class: "soft" }, told(about)),
    node.authors.length ? el("div", { class: "soft" }, told(node.authors.join(", "))) : "",
    all ? el("div", { class: "tipbar" }, bar(node.complete), ` ${captured} of ${all} related links captured`) : el("div", { class: "soft" }, "no related links"),
  ].filter(Boolean);
}

function tipOfLink(link) {
  return [
    el("b", {}, told(link.text || link.to.title)),
    el("div", { class: "soft" }, link.heading ? ["under “", told(short(link.heading, 80)), "” · "] : "", `score ${link.score.toFixed(2)} · `, glyph(link.status), ` ${STATUS[link.status].word}`),
    el("div", { class: "soft" }, told(short(link.from.title, 60)), " → ", told(short(link.to.title, 60))),
  ];
}

function moveTip(event) {
  const tip = find("tip");
  if (tip.hidden || !event) return;
  const { clientX: x, clientY: y } = event;
  tip.style.left = `${Math.max(6, Math.min(x + 16, innerWidth - tip.offsetWidth - 8))}px`;
  tip.style.top = `${y + 20 + tip.offsetHeight > innerHeight ? y - tip.offsetHeight - 14 : y + 20}px`;
}
