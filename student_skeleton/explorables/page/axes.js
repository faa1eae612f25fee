// A canvas with two axes: what is where, ticks, grid, labels.

const MARGIN = { left: 66, right: 12, top: 10, bottom: 42 };

/** From numbers to pixels and back; `log` for an axis of powers of ten. */
export function scale([low, high], [from, to], log = false) {
  const [a, b] = log ? [Math.log10(low), Math.log10(high)] : [low, high];
  const at = (x) => from + (((log ? Math.log10(x) : x) - a) / (b - a)) * (to - from);
  at.back = (pixel) => {
    const x = a + ((pixel - from) / (to - from)) * (b - a);
    return log ? 10 ** x : x;
  };
  at.ends = [low, high];
  at.log = log;
  return at;
}

/** Round numbers inside an axis. */
export function ticks([low, high], count, log = false) {
  const found = [];
  if (log) {
    const first = Math.ceil(Math.log10(low) - 1e-9);
    const last = Math.floor(Math.log10(high) + 1e-9);
    const every = Math.max(1, Math.ceil((last - first + 1) / count));
    for (let power = first; power <= last; power += every) found.push(10 ** power);
    return found;
  }
  const rough = (high - low) / count;
  const unit = 10 ** Math.floor(Math.log10(rough));
  const step = unit * [1, 2, 5, 10].find((factor) => factor * unit >= rough);
  for (let x = Math.ceil(low / step - 1e-9) * step; x <= high + step * 1e-9; x += step) {
    found.push(Number(x.toPrecision(12)));
  }
  return found;
}

/** A canvas that keeps its size in step with its element; `draw(context, width, height)` works in CSS pixels. */
export function canvas(label, ratio, draw) {
  const element = document.createElement("canvas");
  element.setAttribute("role", "img");
  element.setAttribute("aria-label", label);
  let wanted = false;
  let width = 0;
  let height = 0;
  const redraw = () => {
    if (wanted) return;
    wanted = true;
    requestAnimationFrame(() => {
      wanted = false;
      if (!width) return;
      const begun = performance.now();
      const context = element.getContext("2d");
      const sharp = window.devicePixelRatio || 1;
      context.setTransform(sharp, 0, 0, sharp, 0, 0);
      context.clearRect(0, 0, width, height);
      draw(context, width, height);
      element.lastFrame = performance.now() - begun;
    });
  };
  const observer = new ResizeObserver(([entry]) => {
    width = Math.floor(entry.contentRect.width);
    height = Math.floor(width * (typeof ratio === "function" ? ratio(width) : ratio));
    const sharp = window.devicePixelRatio || 1;
    element.width = width * sharp;
    element.height = height * sharp;
    element.style.height = `${height}px`;
    redraw();
  });
  observer.observe(element);
  return { element, redraw, close: () => observer.disconnect() };
}

/** Draws the frame of a plot and returns its scales. */
export function frame(
  context,
  width,
  height,
  colours,
  { x, y, xLabel, yLabel, logX = false, logY = false, grid = true, format },
) {
  const across = scale(x, [MARGIN.left, width - MARGIN.right], logX);
  const up = scale(y, [height - MARGIN.bottom, MARGIN.top], logY);
  context.font = "12px system-ui, sans-serif";
  context.lineWidth = 1;
  context.fillStyle = colours.ink;
  context.strokeStyle = colours.grid;
  context.textBaseline = "top";
  context.textAlign = "center";
  for (const tick of ticks(x, width / 80, logX)) {
    const at = Math.round(across(tick)) + 0.5;
    if (grid) line(context, at, MARGIN.top, at, height - MARGIN.bottom);
    context.fillText(format(tick), at, height - MARGIN.bottom + 6);
  }
  context.textBaseline = "middle";
  context.textAlign = "right";
  for (const tick of ticks(y, height / 50, logY)) {
    const at = Math.round(up(tick)) + 0.5;
    if (grid) line(context, MARGIN.left, at, width - MARGIN.right, at);
    context.fillText(format(tick), MARGIN.left - 6, at);
  }
  context.strokeStyle = colours.faint;
  context.strokeRect(
    MARGIN.left + 0.5,
    MARGIN.top + 0.5,
    width - MARGIN.left - MARGIN.right - 1,
    height - MARGIN.top - MARGIN.bottom - 1,
  );
  context.textAlign = "center";
  context.fillText(xLabel, (MARGIN.left + width - MARGIN.right) / 2, height - 9);
  context.save();
  context.translate(11, (MARGIN.top + height - MARGIN.bottom) / 2);
  context.rotate(-Math.PI / 2);
  context.fillText(yLabel, 0, 0);
  context.restore();
  return { across, up, box: box(width, height) };
}

/** The inside of a plot: [left, top, width, height]. */
export function box(width, height) {
  return [MARGIN.left, MARGIN.top, width - MARGIN.left - MARGIN.right, height - MARGIN.top - MARGIN.bottom];
}

/** Height over width that makes the inside of a plot a square. */
export function square(width) {
  return (width - MARGIN.left - MARGIN.right + MARGIN.top + MARGIN.bottom) / width;
}

/** Draws only inside of the plot. */
export function clipped(context, [left, top, width, height], draw) {
  context.save();
  context.beginPath();
  context.rect(left, top, width, height);
  context.clip();
  draw();
  context.restore();
}

function line(context, x1, y1, x2, y2) {
  context.beginPath();
  context.moveTo(x1, y1);
  context.lineTo(x2, y2);
  context.stroke();
}
