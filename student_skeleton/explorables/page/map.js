// A landscape from above: paths, the start, the minima, and what stood there where the mouse is.

import { box, canvas, clipped, frame, square } from "./axes.js";
import { h, short } from "./elements.js";
import { shaded } from "./ground.js";
import { movable } from "./point.js";

const REACH = 14; // pixels around the mouse in which an update is looked for

/**
 * @param themed theme
 * @param state gives {ground, racers, at, start, right}
 * @param onStart hears a new start
 */
export function map(themed, state, onStart) {
  let plot = null;
  let picture = null;
  let mouse = null;
  const note = h("div", { class: "note", hidden: true });

  const drawn = canvas(
    "Landscape of the cost with the paths; drag or use the arrow keys to move the start",
    square,
    (context, width, height) => {
      const { ground, racers, at, start, right } = state();
      if (!ground) return;
      const colours = themed.now;
      const labels = ground.labels ?? ["w₁", "w₂"];
      const inside = box(width, height);
      if (!picture || picture.width !== inside[2] || picture.height !== inside[3]) {
        picture = shaded(ground.heights, inside[2], inside[3], colours);
      }
      context.drawImage(picture, inside[0], inside[1]);
      plot = frame(context, width, height, colours, {
        x: ground.x,
        y: ground.y,
        xLabel: labels[0],
        yLabel: labels[1],
        grid: false,
        format: short,
      });
      clipped(context, inside, () => {
        for (const [x, y] of ground.minima) cross(context, plot.across(x), plot.up(y), colours.ink);
        if (ground.truth) diamond(context, plot.across(ground.truth[0]), plot.up(ground.truth[1]), colours);
        for (const racer of racers) {
          const shown = right && racer.own && racer.right;
          if (shown) trace(context, plot, racer.right.values, at, colours.series[racer.place], true, colours.paper);
        }
        for (const racer of racers) {
          if (racer.path)
            trace(context, plot, racer.path.values, at, colours.series[racer.place], false, colours.paper);
        }
        handle(context, plot.across(start[0]), plot.up(start[1]), colours);
      });
      if (mouse) point(context, colours, racers, at);
    },
  );

  const element = h("figure", { class: "map" }, drawn.element, note);
  drawn.element.setAttribute("role", "application");
  movable(drawn.element, {
    place: (px, py) => (plot && within(px, py) ? [plot.across.back(px), plot.up.back(py)] : null),
    get: () => state().start,
    move: ([x, y]) => {
      const { ground } = state();
      onStart([held(x, ground.x), held(y, ground.y)]);
    },
    size: () => {
      const { ground } = state();
      return [ground.x[1] - ground.x[0], ground.y[1] - ground.y[0]];
    },
    hover: (px, py) => {
      mouse = px === null ? null : [px, py];
      note.hidden = true;
      drawn.redraw();
    },
  });

  function within(px, py) {
    const [left, top, width, height] = box(drawn.element.clientWidth, drawn.element.clientHeight);
    return px >= left - 8 && px <= left + width + 8 && py >= top - 8 && py <= top + height + 8;
  }

  /** The update nearest to the mouse: its numbers, and arrows for what moved it. */
  function point(context, colours, racers, at) {
    let nearest = null;
    for (const racer of racers) {
      if (!racer.path) continue;
      const points = racer.path.values;
      for (let k = 0; 2 * k < points.length && k <= at; k++) {
        const distance = Math.hypot(plot.across(points[2 * k]) - mouse[0], plot.up(points[2 * k + 1]) - mouse[1]);
        if (distance < REACH && (!nearest || distance < nearest.distance)) nearest = { racer, k, distance };
      }
    }
    if (!nearest) return;
    const { racer, k } = nearest;
    const [x, y] = [racer.path.values[2 * k], racer.path.values[2 * k + 1]];
    const [px, py] = [plot.across(x), plot.up(y)];
    context.strokeStyle = colours.ink;
    context.lineWidth = 2;
    context.beginPath();
    context.arc(px, py, 6, 0, 2 * Math.PI);
    context.stroke();
    const lines = [
      `${racer.title}, after ${k} update${k === 1 ? "" : "s"}`,
      `${names(state().ground)} = (${short(x)}, ${short(y)})   J = ${short(racer.costs.values[k])}`,
    ];
    if (k < racer.rates.values.length) lines.push(`next α = ${short(racer.rates.values[k])}`);
    for (const { label, values } of racer.states) {
      const size = values.shape[1];
      const row = [...values.values.slice(k * size, (k + 1) * size)];
      if (row.every(Number.isNaN)) continue;
      lines.push(`${label} = ${size === 1 ? short(row[0]) : `(${row.map(short).join(", ")})`}`);
      if (size === 2 && /v|velocity|m$/i.test(label)) arrow(context, px, py, -row[0], row[1], colours.ink);
    }
    note.textContent = lines.join("\n");
    note.hidden = false;
    const [left, top, width, height] = box(drawn.element.clientWidth, drawn.element.clientHeight);
    const [right, below] = [px < left + width / 2, py < top + height / 2]; // where it hides nothing that is looked at
    note.style.left = `${right ? left + width - note.offsetWidth - 6 : left + 6}px`;
    note.style.top = `${below ? top + height - note.offsetHeight - 6 : top + 6}px`;
  }

  return {
    element,
    redraw: drawn.redraw,
    close: drawn.close,
    reshade() {
      picture = null;
    },
  };
}

function held(value, [low, high]) {
  return Number(Math.min(high, Math.max(low, value)).toPrecision(6));
}

function trace(context, plot, points, at, colour, dashed, paper) {
  const last = Math.min(at, points.length / 2 - 1);
  const far = 1e5; // canvas draws nothing sensible farther out
  const pixel = (k) => [clamp(plot.across(points[2 * k]), far), clamp(plot.up(points[2 * k + 1]), far)];
  const path = () => {
    context.beginPath();
    for (let k = 0; k <= last; k++) {
      const [x, y] = pixel(k);
      if (Number.isFinite(x) && Number.isFinite(y)) context.lineTo(x, y);
    }
    context.stroke();
  };
  context.lineJoin = "round";
  context.setLineDash(dashed ? [5, 4] : []);
  context.strokeStyle = paper;
  context.lineWidth = dashed ? 3 : 4;
  path();
  context.strokeStyle = colour;
  context.lineWidth = dashed ? 1.5 : 2;
  path();
  context.setLineDash([]);
  if (dashed) return;
  const [x, y] = pixel(last);
  context.fillStyle = colour;
  context.strokeStyle = paper;
  context.lineWidth = 1.5;
  context.beginPath();
  context.arc(x, y, 5, 0, 2 * Math.PI);
  context.fill();
  context.stroke();
}

function clamp(x, far) {
  return Math.max(-far, Math.min(far, x));
}

/** The start: a ring that is seen on every shade. */
export function handle(context, x, y, colours) {
  context.lineWidth = 4;
  context.strokeStyle = colours.paper;
  context.beginPath();
  context.arc(x, y, 8, 0, 2 * Math.PI);
  context.stroke();
  context.lineWidth = 2;
  context.strokeStyle = colours.ink;
  context.beginPath();
  context.arc(x, y, 8, 0, 2 * Math.PI);
  context.moveTo(x - 3, y);
  context.lineTo(x + 3, y);
  context.moveTo(x, y - 3);
  context.lineTo(x, y + 3);
  context.stroke();
}

function names({ labels }) {
  return labels ? `(${labels.join(", ")})` : "w";
}

/** The true parameters. */
function diamond(context, x, y, colours) {
  context.fillStyle = colours.series[2];
  context.strokeStyle = colours.paper;
  context.lineWidth = 1.5;
  context.beginPath();
  context.moveTo(x - 7, y);
  context.lineTo(x, y - 7);
  context.lineTo(x + 7, y);
  context.lineTo(x, y + 7);
  context.closePath();
  context.fill();
  context.stroke();
}

/** A place of lowest cost. */
export function cross(context, x, y, colour) {
  context.strokeStyle = colour;
  context.lineWidth = 2;
  context.beginPath();
  context.moveTo(x - 5, y - 5);
  context.lineTo(x + 5, y + 5);
  context.moveTo(x - 5, y + 5);
  context.lineTo(x + 5, y - 5);
  context.stroke();
}

/** Where momentum pulls: against V, 40 pixels long whatever its size. */
function arrow(context, x, y, dx, dy, colour) {
  const size = Math.hypot(dx, dy);
  if (!(size > 0)) return;
  const [ux, uy] = [dx / size, dy / size];
  const [tx, ty] = [x + 40 * ux, y + 40 * uy];
  context.strokeStyle = colour;
  context.lineWidth = 2;
  context.beginPath();
  context.moveTo(x, y);
  context.lineTo(tx, ty);
  context.moveTo(tx - 8 * ux - 4 * uy, ty - 8 * uy + 4 * ux);
  context.lineTo(tx, ty);
  context.lineTo(tx - 8 * ux + 4 * uy, ty - 8 * uy - 4 * ux);
  context.stroke();
}
