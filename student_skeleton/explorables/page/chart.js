// Lines over the updates.

import { box, canvas, clipped, frame } from "./axes.js";
import { short } from "./elements.js";

/**
 * A chart of several series.
 *
 * `state()` gives {series: [{values, colour, dashed?, dots?, every?, first?}], at, last, xLabel, yLabel, logY, floor?}; `at` is the
 * update up to which lines are drawn. `onPick(k)` hears a click.
 */
export function chart(label, themed, state, onPick = null) {
  let plot = null;
  const drawn = canvas(label, 0.8, (context, width, height) => {
    const { series, at, last, xLabel, yLabel, logY } = state();
    const colours = themed.now;
    const ends = extent(series, logY);
    plot = frame(context, width, height, colours, {
      x: [0, Math.max(1, last)],
      y: ends,
      xLabel,
      yLabel,
      logY,
      format: short,
    });
    clipped(context, box(width, height), () => {
      for (const { values, colour, dashed, dots, every = 1, first = 0 } of series) {
        context.strokeStyle = context.fillStyle = colour;
        context.lineWidth = dashed ? 1.5 : 2;
        context.setLineDash(dashed ? [4, 4] : []);
        const radius = values.length > 40 ? 1.7 : 3;
        context.beginPath();
        for (let k = 0; k < values.length && first + k * every <= at; k++) {
          const y = plot.up(logY ? Math.max(values[k], ends[0]) : values[k]);
          if (!Number.isFinite(y)) continue;
          const x = plot.across(first + k * every);
          if (dots) {
            context.moveTo(x + radius, y);
            context.arc(x, y, radius, 0, 2 * Math.PI);
          } else context.lineTo(x, y);
        }
        if (dots) context.fill();
        else context.stroke();
      }
      context.setLineDash([]);
      context.strokeStyle = colours.faint;
      context.lineWidth = 1;
      context.beginPath();
      context.moveTo(plot.across(at), 0);
      context.lineTo(plot.across(at), height);
      context.stroke();
    });
  });
  if (onPick) {
    drawn.element.addEventListener("pointerdown", (event) => {
      const k = plot?.across.back(event.offsetX);
      if (k >= 0) onPick(Math.round(k));
    });
  }
  return drawn;
}

/** Lowest and highest value of all series, with some room; on a log axis a diverging one does not flatten the others. */
function extent(series, log) {
  const first = Math.max(...series.map(({ values }) => values.find(Number.isFinite) ?? 0), 0);
  let [low, high] = [Infinity, -Infinity];
  for (const { values } of series) {
    for (const value of values) {
      if (!Number.isFinite(value) || (log && value <= 0)) continue;
      if (value < low) low = value;
      if (value > high) high = value;
    }
  }
  if (!(high >= low)) return log ? [0.1, 10] : [0, 1];
  if (log) {
    high = Math.min(high, Math.max(first, low) * 1e3);
    low = Math.max(low, high * 1e-12);
    return low * 1.5 >= high ? [low / 3, high * 3] : [low / 1.5, high * 1.5];
  }
  const room = 0.06 * (high - low) || Math.abs(high) * 0.1 || 1;
  return [low - room, high + room];
}
