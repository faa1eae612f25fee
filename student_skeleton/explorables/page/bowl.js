// The parabola with the path on it, the tangent, the step it proposes, and its error.

import { box, canvas, clipped, frame } from "./axes.js";
import { short } from "./elements.js";
import { movable } from "./point.js";
import { handle } from "./map.js";

const REACH = 6; // w from −6 to 6

/**
 * `state()` gives {curvature, start, at, path?, rightPath, heights?, slopes?, promised?, errors?, right};
 * `onStart(w)` hears a new start.
 */
export function bowl(themed, state, onStart) {
  let across = null;
  const drawn = canvas(
    "Parabola with the path of gradient descent; drag or use the arrow keys to move the start",
    0.8,
    (context, width, height) => {
      const { curvature, start, at, path, rightPath, slopes, promised, errors, right } = state();
      const colours = themed.now;
      const top = 0.55 * curvature * REACH * REACH;
      const plot = frame(context, width, height, colours, {
        x: [-REACH, REACH],
        y: [-0.25 * top, top],
        xLabel: "w",
        yLabel: "cost J = ½·c·w²",
        format: short,
      });
      across = plot.across;
      const cost = (w) => 0.5 * curvature * w * w;
      const to = (w, J) => [
        plot.across(Math.max(-1e3, Math.min(1e3, w))),
        plot.up(Math.max(-1e3 * top, Math.min(1e3 * top, J))),
      ];
      clipped(context, box(width, height), () => {
        stroke(
          context,
          colours.series[0],
          2.5,
          [],
          Array.from({ length: 201 }, (_, i) => {
            const w = -REACH + (i / 200) * 2 * REACH;
            return to(w, cost(w));
          }),
        );
        if (right && rightPath) {
          for (let k = 0; k <= at && k < rightPath.length; k++)
            dot(context, to(rightPath[k], cost(rightPath[k])), colours.ink, 6.5, true);
        }
        const shown = path ?? (right ? rightPath : null); // what a tangent does can be seen before anything is written
        if (shown) {
          const seen = [...shown.slice(0, at + 1)].map((w) => to(w, cost(w)));
          stroke(context, colours.faint, 1, [3, 3], seen);
          if (path) for (const point of seen) dot(context, point, colours.series[0], 4);
          if (at < shown.length) {
            const w = shown[at];
            const line = (x) => to(x, cost(w) + slopes[at] * (x - w));
            stroke(context, colours.series[1], 2, [], [line(w - 1.2 * REACH), line(w + 1.2 * REACH)]);
            if (at < errors.length) {
              const next = shown[at + 1];
              stroke(context, colours.series[3], 5, [], [to(next, promised[at]), to(next, cost(next))]);
              dot(context, to(next, promised[at]), colours.series[1], 4);
            }
            dot(context, to(w, cost(w)), colours.series[0], 7, !path);
          }
        }
        handle(context, ...to(start, cost(start)), colours);
      });
    },
  );
  drawn.element.setAttribute("role", "application");
  movable(drawn.element, {
    place: (px) => (across ? [across.back(px), 0] : null),
    get: () => [state().start, 0],
    move: ([w]) => onStart(Number(Math.max(-REACH, Math.min(REACH, w)).toPrecision(4))),
    size: () => [2 * REACH, 1],
  });
  return drawn;
}

function stroke(context, colour, width, dashes, points) {
  context.strokeStyle = colour;
  context.lineWidth = width;
  context.setLineDash(dashes);
  context.beginPath();
  for (const point of points) context.lineTo(...point);
  context.stroke();
  context.setLineDash([]);
}

function dot(context, [x, y], colour, radius, hollow = false) {
  context.fillStyle = context.strokeStyle = colour;
  context.lineWidth = 1.5;
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  if (hollow) context.stroke();
  else context.fill();
}
