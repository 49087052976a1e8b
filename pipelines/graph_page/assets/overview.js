// All of time as a low row of columns, and over it the brush that chooses a period.

const overview = new Picture(find("overview"), drawOverview, () => {});
const brushBox = d3.select("#overview .brush");
const brush = d3.brushX().on("brush end", brushed);
const wholeScale = () => d3.scaleUtc(extent, [gutter(overview), overview.width - 14]);

function drawOverview(pen, size) {
  const { paper, soft, line } = ink();
  pen.fillStyle = paper;
  pen.fillRect(0, 0, size.width, size.height);
  const scale = wholeScale();
  const width = 4;
  const columns = d3.group(inTime, (story) => Math.floor(scale(story.moment) / width));
  const most = d3.max(columns.values(), (column) => column.length) || 1;
  for (const [place, column] of columns) {
    const of = (number) => Math.max(2, Math.sqrt(number / most) * (size.height - 12));
    const on = column.filter((story) => story.on).length;
    pen.fillStyle = line;
    pen.fillRect(place * width, size.height - 4 - of(column.length), width - 1, of(column.length));
    if (on) {
      pen.fillStyle = soft;
      pen.fillRect(place * width, size.height - 4 - of(on), width - 1, of(on));
    }
  }
  pen.fillStyle = soft;
  pen.font = `11px ${SANS}`;
  pen.textAlign = "left";
  pen.textBaseline = "middle";
  pen.fillText("Choose a period", 10, size.height / 2);
}

function brushed(event) {
  if (!event.sourceEvent) return;
  const scale = wholeScale();
  state.period = event.selection && event.selection[1] - event.selection[0] > 2 ? event.selection.map((x) => +scale.invert(x)) : null;
  soon("filter");
}

// The brush where the period is, without asking anything of it.
function showPeriod() {
  if (!overview.width || !inTime.length) return;
  const scale = wholeScale();
  const [left, right] = scale.range();
  brush.extent([[left, 0], [right, overview.height]]);
  brushBox.attr("width", overview.width).attr("height", overview.height).call(brush);
  const shown = state.period ? state.period.map((moment) => Math.min(right, Math.max(left, scale(moment)))) : null;
  brushBox.call(brush.move, shown && shown[1] > shown[0] ? shown : null);
}

// Many changes of one frame are one change.
const waiting = new Set();
function soon(what) {
  if (!waiting.size) {
    requestAnimationFrame(() => {
      const names = [...waiting];
      waiting.clear();
      changed(...names);
    });
  }
  waiting.add(what);
}
