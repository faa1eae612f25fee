// Examples of a line, the true line, and the one that was fitted.

import { box, canvas, clipped, frame } from "./axes.js";
import { short } from "./elements.js";

/** `state()` gives {x, y, truth, fitted, own}, lines as [w, b]; `fitted` may be null, and is dashed where it is not `own`. */
export function scatter(themed, state) {
  return canvas("Data, the true line and the fitted line", 0.85, (context, width, height) => {
    const { x, y, truth, fitted, own } = state();
    const colours = themed.now;
    const plot = frame(context, width, height, colours, {
      x: room(x),
      y: room(y),
      xLabel: "x",
      yLabel: "y",
      format: short,
    });
    clipped(context, box(width, height), () => {
      context.globalAlpha = x.length > 100 ? 0.35 : 0.8;
      context.fillStyle = colours.faint;
      for (let i = 0; i < x.length; i++) {
        context.beginPath();
        context.arc(plot.across(x[i]), plot.up(y[i]), 3, 0, 2 * Math.PI);
        context.fill();
      }
      context.globalAlpha = 1;
      const straight = ([w, b], colour, dashes) => {
        context.strokeStyle = colour;
        context.lineWidth = 2.5;
        context.setLineDash(dashes);
        context.beginPath();
        for (const end of room(x))
          context.lineTo(plot.across(end), plot.up(Math.max(-1e4, Math.min(1e4, w * end + b))));
        context.stroke();
        context.setLineDash([]);
      };
      straight(truth, colours.series[2], [6, 5]);
      if (fitted) straight(fitted, colours.series[0], own ? [] : [2, 4]);
    });
  });
}

function room(values) {
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  const more = 0.08 * (high - low);
  return [low - more, high + more];
}
