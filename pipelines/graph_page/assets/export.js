// The pictures as files: PNG at twice the size, or SVG whose lines and titles can be edited.

const SAVE_GAP = 12;

function savedParts() {
  return [network, timeline].filter((picture) => picture.width && picture.height && !picture.box.hidden);
}

function saveSvg() {
  const parts = savedParts();
  const width = d3.max(parts, (part) => part.width);
  const height = d3.sum(parts, (part) => part.height + SAVE_GAP);
  const pen = new SvgPen(width, height);
  let top = 0;
  for (const part of parts) {
    pen.beginFrame(top, part);
    part.draw.base(pen, part);
    part.draw.over(pen, part);
    top += part.height + SAVE_GAP;
  }
  hand(new Blob([pen.toString()], { type: "image/svg+xml" }), "svg");
}

function savePng() {
  const parts = savedParts();
  const canvas = document.createElement("canvas");
  canvas.width = 2 * d3.max(parts, (part) => part.width);
  canvas.height = 2 * d3.sum(parts, (part) => part.height + SAVE_GAP);
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  pen.fillStyle = ink().paper;
  pen.fillRect(0, 0, canvas.width, canvas.height);
  let top = 0;
  for (const part of parts) {
    pen.save();
    pen.setTransform(2, 0, 0, 2, 0, 2 * top);
    pen.beginPath();
    pen.rect(0, 0, part.width, part.height);
    pen.clip();
    part.draw.base(pen, part);
    part.draw.over(pen, part);
    pen.restore();
    top += part.height + SAVE_GAP;
  }
  canvas.toBlob((blob) => hand(blob, "png"), "image/png");
}

function hand(blob, ending) {
  const address = URL.createObjectURL(blob);
  el("a", { href: address, download: `${DATA.collection}.${ending}` }).click();
  setTimeout(() => URL.revokeObjectURL(address), 60000);
  find("save").open = false;
  say("The picture is saved");
}

function makeExport() {
  const does = { png: savePng, svg: saveSvg };
  for (const button of document.querySelectorAll("[data-save]")) button.addEventListener("click", () => does[button.dataset.save]());
}
