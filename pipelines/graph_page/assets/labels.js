// Titles beside nodes, as many as have room.

const FONT = "'Source Serif 4', 'Iowan Old Style', Charter, Georgia, 'Noto Serif', 'Liberation Serif', serif";
const SANS = "system-ui, 'Segoe UI', Roboto, 'Noto Sans', 'Liberation Sans', sans-serif";

// `wanted`: {text, x, y, far, strong} in the order of their importance; `far` is how far above or below
// (x, y) the title may stand. What would cover another, or one of the `taken` boxes, is left out.
function drawLabels(pen, wanted, { width, height }, taken = []) {
  const { halo, ink: colour } = ink();
  pen.textAlign = "center";
  pen.textBaseline = "middle";
  pen.lineJoin = "round";
  for (const { text, x, y: middle, far, strong } of wanted) {
    pen.font = `${strong ? 600 : 400} ${strong ? 13.5 : 12.5}px ${FONT}`;
    const half = pen.measureText(text).width / 2;
    const at = Math.min(Math.max(x, half + 4), width - half - 4);
    const free = [middle + far, middle - far].filter((y) => y > 8 && y < height - 8);
    const boxAt = (y) => [at - half - 3, y - 8, at + half + 3, y + 8];
    const y = free.find((one) => !taken.some((other) => overlap(boxAt(one), other))) ?? (strong ? free[0] : undefined);
    if (y === undefined || Math.abs(at - x) > half) continue;
    taken.push(boxAt(y));
    pen.direction = rightToLeft(text) ? "rtl" : "ltr";
    pen.setLineDash([]);
    pen.lineWidth = 3.5;
    pen.strokeStyle = halo;
    pen.strokeText(text, at, y);
    pen.fillStyle = colour;
    pen.fillText(text, at, y);
  }
  pen.direction = "ltr";
}

const overlap = (a, b) => a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3];
