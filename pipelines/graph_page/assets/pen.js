// A pen that draws SVG with the words of a canvas, as far as the pictures use them.

class SvgPen {
  constructor(width, height) {
    this.root = document.createElementNS(SVG, "svg");
    for (const [name, value] of Object.entries({ width, height, viewBox: `0 0 ${width} ${height}` })) this.root.setAttribute(name, value);
    Object.assign(this, { at: this.root, globalAlpha: 1, lineWidth: 1, fillStyle: "#000", strokeStyle: "#000", font: "12px sans-serif", textAlign: "start", lineJoin: "miter", lineCap: "butt", direction: "ltr" });
    this.dash = [];
    this.beginPath();
    this.measure = document.createElement("canvas").getContext("2d");
  }

  // What is drawn from here on stands `top` from above, and inside the frame only.
  beginFrame(top, { width, height }) {
    this.at = document.createElementNS(SVG, "svg");
    for (const [name, value] of Object.entries({ y: top, width, height, overflow: "hidden" })) this.at.setAttribute(name, value);
    this.root.append(this.at);
  }

  beginPath() {
    this.path = d3.path();
  }

  moveTo(...to) {
    this.path.moveTo(...to.map(tenth));
  }

  lineTo(...to) {
    this.path.lineTo(...to.map(tenth));
  }

  quadraticCurveTo(...to) {
    this.path.quadraticCurveTo(...to.map(tenth));
  }

  arc(x, y, r, ...angles) {
    this.path.arc(tenth(x), tenth(y), tenth(r), ...angles);
  }

  rect(...box) {
    this.path.rect(...box.map(tenth));
  }

  closePath() {
    this.path.closePath();
  }

  setLineDash(dash) {
    this.dash = dash;
  }

  fill() {
    this.#put("path", { d: this.path.toString(), fill: this.fillStyle });
  }

  stroke() {
    this.#put("path", { d: this.path.toString(), fill: "none", ...this.#strokes() });
  }

  fillRect(x, y, width, height) {
    this.#put("rect", { x, y, width, height, fill: this.fillStyle });
  }

  fillText(text, x, y) {
    this.#text(text, x, y, { fill: this.fillStyle });
  }

  strokeText(text, x, y) {
    this.#text(text, x, y, { fill: "none", "stroke-linejoin": "round", ...this.#strokes() });
  }

  measureText(text) {
    this.measure.font = this.font;
    return this.measure.measureText(text);
  }

  #strokes() {
    return { stroke: this.strokeStyle, "stroke-width": this.lineWidth, "stroke-dasharray": this.dash.join(" ") || undefined };
  }

  #text(text, x, y, more) {
    const anchor = { center: "middle", right: "end" }[this.textAlign] || "start";
    const [, weight, size, family] = /^(?:(\d+) )?([\d.]+)px (.*)$/.exec(this.font);
    const style = { "font-size": size, "font-family": family, "font-weight": weight, "text-anchor": anchor, "dominant-baseline": "central" };
    this.#put("text", { x: tenth(x), y: tenth(y), ...style, ...more }).textContent = text;
  }

  #put(name, attributes) {
    const element = document.createElementNS(SVG, name);
    const all = { ...attributes, opacity: this.globalAlpha < 1 ? this.globalAlpha : undefined };
    for (const [key, value] of Object.entries(all)) if (value !== undefined) element.setAttribute(key, value);
    this.at.append(element);
    return element;
  }

  toString() {
    return new XMLSerializer().serializeToString(this.root);
  }
}

const tenth = (number) => Math.round(number * 10) / 10;
