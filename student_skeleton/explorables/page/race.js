// Several optimizers on one landscape.

import { connect, numbers } from "./kernel.js";
import { h, menu, short, tick } from "./elements.js";
import { shell } from "./shell.js";
import { player } from "./player.js";
import { chart } from "./chart.js";
import { map } from "./map.js";
import { rows } from "./race_rows.js";

const LANDSCAPES = {
  himmelblau: "Himmelblau",
  styblinski_tang: "Styblinski–Tang",
  rosenbrock: "Rosenbrock",
  goldstein_price: "Goldstein–Price",
  beale: "Beale",
  mccormick: "McCormick",
  matyas: "Matyas",
  rastrigin: "Rastrigin",
};
const STEPS = [50, 100, 200, 500, 1000];

function render({ model, el }) {
  let racers = [];
  let ground = null;
  const frame = shell(
    el,
    "Optimizer race",
    "Drag the start, or move it with the arrow keys (shift: finer). Space plays, comma and full stop go step by step.",
    () => {
      land.reshade();
      redraw();
    },
  );
  const kernel = connect(model, answered, frame.busy);
  const bar = player(() => redraw());
  const land = map(
    frame.themed,
    () => ({
      ground,
      racers,
      at: bar.at,
      start: kernel.settings.start ?? ground.start,
      right: kernel.settings.right,
    }),
    (start) => {
      kernel.ask({ start });
      redraw();
    },
  );
  const costs = chart(
    "Cost of each optimizer over its updates",
    frame.themed,
    () => {
      const lowest = ground ? ground.lowest : 0;
      const above = (values) => Float64Array.from(values, (cost) => Math.max(cost - lowest, 1e-12));
      const shown = racers.filter((racer) => racer.path);
      return {
        series: shown.flatMap((racer) => {
          const colour = frame.themed.now.series[racer.place];
          const own = { values: above(racer.costs.values), colour };
          const right = { values: above(racer.right_costs.values), colour, dashed: true };
          return kernel.settings.right && racer.own ? [right, own] : [own];
        }),
        at: bar.at,
        last: kernel.settings.steps,
        xLabel: "updates",
        yLabel: lowest === 0 ? "cost J" : `cost J − (${short(lowest)})`,
        logY: true,
      };
    },
    (k) => bar.go(k),
  );
  const table = rows(frame.themed, (changed) => {
    kernel.ask({ racers: changed });
  });
  const choices = Object.entries(LANDSCAPES).map(([value, text]) => ({ value, text }));
  const landscape = menu("landscape", choices, kernel.settings.landscape, (value) =>
    kernel.ask({ landscape: value, start: null, racers: table.settings(true) }),
  );
  const steps = menu(
    "updates",
    STEPS.map((value) => ({ value, text: String(value) })),
    kernel.settings.steps,
    (value) => kernel.ask({ steps: Number(value) }),
  );
  const right = tick("the right path, dashed", kernel.settings.right, (on) => {
    kernel.ask({ right: on });
    redraw();
  });
  const formula = h("p", { class: "formula" });
  const start = h("output", { class: "start", "aria-live": "polite" });

  frame.root.append(
    h("div", { class: "bar" }, landscape.element, steps.element, right.element, start, formula),
    h("div", { class: "pictures" }, land.element, costs.element),
    bar.element,
    table.element,
    frame.remarks,
    frame.foot(() => kernel.again()),
  );
  frame.onKey(bar.key);


  function newGround() {
    const sent = model.get("ground");
    ground = { ...sent, heights: numbers(sent.heights) };
    formula.textContent = `J = ${ground.formula}`;
    land.reshade();
  }

  function answered(answer) {
    racers = answer.racers.map((racer, place) => ({
      ...racer,
      place,
      ...unpacked(racer),
    }));
    kernel.settings.start ??= answer.start;
    bar.resize(answer.steps);
    table.show(racers, answer.decays, bar.at);
    frame.say([...ground.remarks, ...answer.remarks]);
    frame.print(answer.printed);
    redraw();
  }

  function redraw() {
    const [x, y] = kernel.settings.start ?? ground.start;
    start.textContent = `start (${x}, ${y})`.replaceAll("-", "−");
    land.redraw();
    costs.redraw();
    table.at(bar.at);
  }

  model.on("change:ground", newGround);
  newGround();
  answered(model.get("answer"));
  return () => {
    bar.stop();
    kernel.close();
    land.close();
    costs.close();
    frame.themed.close();
    model.off("change:ground", newGround);
  };
}

function unpacked(racer) {
  const found = {};
  for (const name of ["path", "costs", "right", "right_costs", "rates"])
    if (racer[name]) found[name] = numbers(racer[name]);
  if (racer.states) found.states = racer.states.map(({ label, values }) => ({ label, values: numbers(values) }));
  return found;
}

export default { render };
