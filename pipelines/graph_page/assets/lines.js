// The links of the network as lines, a batch for each look.

const FEW_LINKS = 1500;
// Above twice that the lines are hairlines: up to one pixel wide a processor draws them three times as fast.

function drawLinks(pen, all, clear) {
  const faint = [];
  const many = !state.selected && all.length > 2 * FEW_LINKS;
  const batches = new Map();
  for (const link of all) {
    if (!clear(link)) faint.push(link);
    else {
      const far = many && Math.abs(link.from.px - link.to.px) + Math.abs(link.from.py - link.to.py) > 170;
      const strength = link.score < 0.5 || far ? 0 : link.score < 0.8 ? 1 : 2;
      const key = link.status + strength;
      if (!batches.has(key)) batches.set(key, { status: link.status, strength, links: [] });
      batches.get(key).links.push(link);
    }
  }
  if (faint.length < 4 * FEW_LINKS) strokeLinks(pen, faint, { colour: ink().link, alpha: 0.09, width: 0.7, dash: [] });
  const alpha = state.selected ? 0.9 : Math.min(0.75, 22 / Math.sqrt(all.length || 1));
  for (const { status, strength, links: some } of batches.values()) {
    const colour = status === "captured" ? ink().link : statusColour(status);
    const look = { colour, alpha: alpha * (many ? [0.25, 0.7, 1] : [0.5, 0.75, 1])[strength], width: many ? 1 : 0.6 + 0.4 * strength + (state.selected ? 0.5 : 0), dash: many ? [] : STATUS[status].dash };
    strokeLinks(pen, some, look);
    if (some.length <= FEW_LINKS && !many) fillArrows(pen, some, look);
  }
  pen.globalAlpha = 1;
}

// Links bend to their right, so that two stories that link to each other show two lines.
const bend = ({ from, to }) => [(from.px + to.px) / 2 + 0.13 * (to.py - from.py), (from.py + to.py) / 2 - 0.13 * (to.px - from.px)];

function strokeLinks(pen, some, { colour, alpha, width, dash }) {
  pen.strokeStyle = colour;
  pen.globalAlpha = alpha;
  pen.lineWidth = width;
  pen.setLineDash(dash);
  pen.beginPath();
  for (const link of some) {
    pen.moveTo(link.from.px, link.from.py);
    pen.quadraticCurveTo(...bend(link), link.to.px, link.to.py);
  }
  pen.stroke();
  pen.setLineDash([]);
}

// Where arrows end: outside of the rings that a node may have.
function rimOf(node) {
  if (node === state.selected) return node.r + (node.seed && fewSeeds ? 11 : 7);
  if (node.seed && fewSeeds) return node.r + 7.5;
  return node.r + (node.story && node.r > 4.6 ? 4.2 : 1.5);
}

function fillArrows(pen, some, { colour, alpha, width }) {
  pen.fillStyle = colour;
  pen.globalAlpha = Math.min(1, alpha + 0.15);
  pen.beginPath();
  for (const link of some) {
    const [bx, by] = bend(link);
    const angle = Math.atan2(link.to.py - by, link.to.px - bx);
    const far = Math.hypot(link.to.px - link.from.px, link.to.py - link.from.py);
    const rim = rimOf(link.to);
    if (far < rim + link.from.r + 6) continue;
    const long = Math.min(4.5 + 2 * width, 2.4 * link.to.r + 1.5);
    const [x, y] = [link.to.px - rim * Math.cos(angle), link.to.py - rim * Math.sin(angle)];
    pen.moveTo(x, y);
    pen.lineTo(x - long * Math.cos(angle - 0.38), y - long * Math.sin(angle - 0.38));
    pen.lineTo(x - long * Math.cos(angle + 0.38), y - long * Math.sin(angle + 0.38));
    pen.closePath();
  }
  pen.fill();
}
