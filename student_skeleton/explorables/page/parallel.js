// Parallel coordinates: every trial a line through its settings to its validation accuracy.

import { canvas } from "./axes.js";
import { short } from "./elements.js";

const EDGE = { left: 40, right: 56, top: 34, bottom: 16 };
const REACH = 10;

/** `state()` gives {table, chosen, best}; `onChoose(trial)` hears a click or a key. */
export function parallel(themed, state, onChoose) {
  let mouse = null;
  let spots = [];
  const drawn = canvas(
    "Trials: settings and validation accuracy; arrow keys go through the trials by accuracy",
    (width) => Math.max(0.32, 260 / width),
    (context, width, height) => {
      const { table, chosen } = state();
      const colours = themed.now;
      const [top, bottom] = [EDGE.top, height - EDGE.bottom];
      const across = (place) =>
        EDGE.left + (place / Math.max(1, table.axes.length - 1)) * (width - EDGE.left - EDGE.right);
      const up = (value, { ends: [low, high], log }) => {
        if (value === null) return null;
        const [v, a, b] = log ? [value, low, high].map(Math.log10) : [value, low, high];
        return bottom - ((v - a) / (b - a || 1)) * (bottom - top);
      };
      spots = table.trials.map((_, trial) =>
        table.axes.map((axis, place) => [across(place), up(axis.values[trial], axis)]).filter(([, y]) => y !== null),
      );
      const accuracy = table.axes.at(-1);
      const hovered = mouse && nearest(mouse);
      const draw = (trial, width, colour, alpha) => {
        context.globalAlpha = alpha;
        context.strokeStyle = colour;
        context.lineWidth = width;
        context.beginPath();
        for (const [x, y] of spots[trial]) context.lineTo(x, y);
        context.stroke();
        context.globalAlpha = 1;
      };
      table.trials.forEach((_, trial) => {
        const share = (accuracy.values[trial] - accuracy.ends[0]) / (accuracy.ends[1] - accuracy.ends[0] || 1);
        draw(trial, 1.5, shade(share, colours), 0.75);
      });
      if (hovered !== null && hovered !== undefined && hovered >= 0) draw(hovered, 2.5, colours.ink, 1);
      if (chosen !== null) {
        draw(chosen, 6, colours.paper, 1);
        draw(chosen, 3.5, colours.series[1], 1);
      }
      context.font = "12px system-ui, sans-serif";
      context.textBaseline = "middle";
      table.axes.forEach((axis, place) => {
        const x = Math.round(across(place)) + 0.5;
        context.strokeStyle = colours.faint;
        context.lineWidth = 1;
        context.beginPath();
        context.moveTo(x, top);
        context.lineTo(x, bottom);
        context.stroke();
        context.fillStyle = colours.ink;
        context.textAlign = place === 0 ? "left" : place === table.axes.length - 1 ? "right" : "center";
        const edge = place === 0 ? 4 : place === table.axes.length - 1 ? width - 4 : x;
        context.fillText(axis.name.replaceAll("_", " "), edge, place % 2 ? 10 : 24);
        context.textAlign = "left";
        const ticks = axis.choices ? axis.choices.map((text, at) => [at, text]) : ends(axis);
        for (const [value, text] of ticks) {
          const y = up(value, axis);
          context.fillStyle = colours.paper;
          context.globalAlpha = 0.8;
          context.fillRect(x + 3, y - 7, context.measureText(text).width + 4, 14);
          context.globalAlpha = 1;
          context.fillStyle = colours.ink;
          context.fillText(text, x + 5, y);
        }
      });
    },
  );

  const { element } = drawn;
  element.setAttribute("tabindex", "0");
  element.setAttribute("role", "application");
  const at = (event) => [event.offsetX, event.offsetY];
  element.addEventListener("pointermove", (event) => {
    mouse = at(event);
    drawn.redraw();
  });
  element.addEventListener("pointerleave", () => {
    mouse = null;
    drawn.redraw();
  });
  element.addEventListener("click", (event) => {
    const found = nearest(at(event));
    if (found >= 0) onChoose(found);
  });
  element.addEventListener("keydown", (event) => {
    const step = { ArrowUp: 1, ArrowRight: 1, ArrowDown: -1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const { table, chosen } = state();
    const values = table.axes.at(-1).values;
    const order = values.map((_, trial) => trial).sort((a, b) => (values[a] ?? -1) - (values[b] ?? -1));
    const place = Math.min(order.length - 1, Math.max(0, order.indexOf(chosen) + step));
    onChoose(order[place]);
    event.preventDefault();
  });

  /** The trial whose line passes nearest, −1 if none is near. */
  function nearest([x, y]) {
    let [found, least] = [-1, REACH];
    spots.forEach((line, trial) => {
      for (let i = 0; i + 1 < line.length; i++) {
        const [[x1, y1], [x2, y2]] = [line[i], line[i + 1]];
        if (x < x1 - 2 || x > x2 + 2) continue;
        const distance = Math.abs(y1 + ((x - x1) / (x2 - x1)) * (y2 - y1) - y);
        if (distance < least) [found, least] = [trial, distance];
      }
    });
    return found;
  }
  return drawn;
}

function ends({ ends: [low, high], log }) {
  const middle = log ? Math.sqrt(low * high) : (low + high) / 2;
  return [low, middle, high].map((value) => [value, short(Number(value.toPrecision(2)))]);
}

/** From faint for the worst to blue for the best. */
function shade(share, colours) {
  const [from, to] = [colours.high, colours.series[0]].map((hex) =>
    [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16)),
  );
  const part = Number.isFinite(share) ? Math.min(1, Math.max(0, share)) : 0;
  return `rgb(${from.map((value, i) => Math.round(value + part * (to[i] - value))).join(", ")})`;
}
