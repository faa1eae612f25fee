// Learning rates over curvatures: where descent converges straight, from side to side, and not at all.

import { box, canvas, clipped, frame } from "./axes.js";
import { short } from "./elements.js";
import { movable } from "./point.js";
import { handle } from "./map.js";

const CURVATURES = [0.1, 10];
const RATES = [0.01, 10];

/** `state()` gives {curvature, learning_rate}; `onMove` hears changes of both. */
export function regions(themed, state, onMove) {
  let plot = null;
  const drawn = canvas(
    "Map of curvature and learning rate; drag or use the arrow keys to move the point",
    0.8,
    (context, width, height) => {
      const colours = themed.now;
      const inside = box(width, height);
      plot = frame(context, width, height, colours, {
        x: CURVATURES,
        y: RATES,
        logX: true,
        logY: true,
        grid: false,
        xLabel: "curvature c",
        yLabel: "learning rate α",
        format: short,
      });
      const edge = (factor) => CURVATURES.map((c) => [plot.across(c), plot.up(factor / c)]);
      const [left, top, across, up] = inside;
      clipped(context, inside, () => {
        area(context, colours.series[5], [[left, top + up], [left + across, top + up], ...edge(1).reverse()]);
        area(context, colours.series[4], [...edge(1), ...edge(2).reverse()]);
        area(context, colours.series[1], [...edge(2), [left + across, top], [left, top]]);
        for (const factor of [1, 2]) {
          context.strokeStyle = colours.ink;
          context.lineWidth = 1.5;
          context.beginPath();
          for (const point of edge(factor)) context.lineTo(...point);
          context.stroke();
        }
        context.fillStyle = colours.ink;
        context.textAlign = "left";
        context.font = "13px system-ui, sans-serif";
        context.fillText("converges straight", left + 12, top + up - 16);
        context.fillText("diverges", left + across - 66, top + 18);
        const name = (text, factor, c) => {
          const [[x1, y1], [x2, y2]] = edge(factor);
          context.save();
          context.translate(plot.across(c), plot.up(factor / c));
          context.rotate(Math.atan2(y2 - y1, x2 - x1));
          context.fillText(text, 0, 0);
          context.restore();
        };
        name("α = 2/c", 2.3, 0.35);
        name("oscillates", Math.SQRT2, 0.22);
        name("α = 1/c", 0.8, 0.12);
        handle(context, plot.across(state().curvature), plot.up(state().learning_rate), colours);
      });
    },
  );
  drawn.element.setAttribute("role", "application");
  movable(drawn.element, {
    place: (px, py) => (plot ? [Math.log10(plot.across.back(px)), Math.log10(plot.up.back(py))] : null),
    get: () => [Math.log10(state().curvature), Math.log10(state().learning_rate)],
    move: ([c, rate]) => onMove({ curvature: within(c, CURVATURES), learning_rate: within(rate, RATES) }),
    size: () => [CURVATURES, RATES].map(([low, high]) => Math.log10(high / low)),
  });
  return drawn;
}

function within(power, [low, high]) {
  return Number(Math.min(high, Math.max(low, 10 ** power)).toPrecision(3));
}

function area(context, colour, points) {
  context.globalAlpha = 0.28;
  context.fillStyle = colour;
  context.beginPath();
  for (const point of points) context.lineTo(...point);
  context.fill();
  context.globalAlpha = 1;
}
