// Two canvases in a box: the picture, and over it what follows the pointer, which is drawn far more often.
//
// `willReadFrequently` keeps them in the memory of the processor: thousands of thin lines are drawn there
// in the same few milliseconds on every machine, with a graphics card, without one, or with a bad one.

class Picture {
  constructor(box, drawBase, drawOver) {
    this.box = box;
    this.base = box.querySelector(".base");
    this.over = box.querySelector(".over");
    this.draw = { base: drawBase, over: drawOver };
    this.due = new Set();
    this.resize();
  }

  resize() {
    this.width = this.box.clientWidth;
    this.height = this.box.clientHeight;
    this.sharpen(Math.min(devicePixelRatio || 1, 2));
  }

  sharpen(ratio) {
    this.ratio = ratio;
    for (const canvas of [this.base, this.over]) {
      if (!canvas) continue;
      canvas.width = Math.max(1, Math.round(this.width * ratio));
      canvas.height = Math.max(1, Math.round(this.height * ratio));
    }
  }

  ask(...which) {
    if (!this.due.size) requestAnimationFrame(() => this.now());
    for (const name of which.length ? which : ["base", "over"]) this.due.add(name);
  }

  // Draw what is due.
  now() {
    const due = [...this.due];
    this.due.clear();
    if (!this.width || !this.height) return;
    for (const name of due) {
      if (!this[name]) continue;
      const pen = this[name].getContext("2d", { willReadFrequently: true });
      pen.setTransform(this.ratio, 0, 0, this.ratio, 0, 0);
      pen.clearRect(0, 0, this.width, this.height);
      this.draw[name](pen, this);
    }
  }
}
