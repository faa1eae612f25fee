// A line that the student's gradient descent fits.

import { connect, numbers } from "./kernel.js";
import { h, button, menu, short, slider, tick } from "./elements.js";
import { shell, troubleText } from "./shell.js";
import { player } from "./player.js";
import { chart } from "./chart.js";
import { map } from "./map.js";
import { scatter } from "./scatter.js";
import { functions } from "./functions.js";

const as = (values) => values.map((value) => ({ value, text: String(value) }));

function render({ model, el }) {
  let ground = null;
  let now = null; // the last answer, unpacked
  const frame = shell(
    el,
    "Linear regression explorer",
    "Drag the start, or move it with the arrow keys (shift: finer). Space plays, comma and full stop go step by step.",
    () => {
      land.reshade();
      redraw();
    },
  );
  const kernel = connect(model, answered, frame.busy);
  const bar = player(() => redraw());
  const data = scatter(frame.themed, () => ({
    x: ground.data_x,
    y: ground.data_y,
    truth: ground.truth,
    fitted: reached(),
    own: Boolean(now?.path),
  }));
  const land = map(
    frame.themed,
    () => ({
      ground,
      racers: now ? [now.racer] : [],
      at: bar.at,
      start: kernel.settings.start,
      right: kernel.settings.right,
    }),
    (start) => {
      kernel.ask({ start });
      redraw();
    },
  );
  const costs = chart(
    "Cost over the updates",
    frame.themed,
    () => {
      const colours = frame.themed.now.series;
      const series = [];
      if (kernel.settings.right && now.right_costs)
        series.push({ values: now.right_costs.values, colour: colours[0], dashed: true });
      if (now.costs) series.push({ values: now.costs.values, colour: colours[0] });
      if (now.epoch_costs) {
        series.push({
          values: now.epoch_costs.values,
          colour: colours[1],
          dots: true,
          every: now.per_epoch,
          first: now.per_epoch,
        });
      }
      return {
        series,
        at: bar.at,
        last: now.updates,
        xLabel: "updates",
        yLabel: "cost J, mean squared error",
        logY: true,
      };
    },
    (k) => bar.go(k),
  );
  const list = functions();

  const size = menu("examples", as([20, 300, 800]), kernel.settings.size, (value) =>
    kernel.ask({ size: Number(value) }),
  );
  const noise = menu("noise", as([0, 0.5, 1, 2]), kernel.settings.noise, (value) =>
    kernel.ask({ noise: Number(value) }),
  );
  const fresh = button("new data", "Draw other examples of another line", () =>
    kernel.ask({ seed: kernel.settings.seed + 1 }),
  );
  const batch = menu("batch size", as([1, 30, 300, "all"]), kernel.settings.batch, (value) =>
    kernel.ask({ batch: value === "all" ? value : Number(value) }),
  );
  const epochs = menu("epochs", as([1, 3, 10, 30, 100, 300]), kernel.settings.epochs, (value) =>
    kernel.ask({ epochs: Number(value) }),
  );
  const rate = slider(
    "learning rate α",
    { low: 1e-4, high: 1, log: true, places: 160, value: kernel.settings.learning_rate },
    (value) => kernel.ask({ learning_rate: value }),
  );
  const right = tick("the right path, dashed", kernel.settings.right, (on) => {
    kernel.ask({ right: on });
    redraw();
  });
  const start = h("output", { class: "start", "aria-live": "polite" });
  const went = h("p", { class: "went" });
  const rates = h("p", { class: "rates" });

  frame.root.append(
    h(
      "div",
      { class: "bar" },
      size.element,
      noise.element,
      fresh,
      batch.element,
      epochs.element,
      rate.element,
      right.element,
      start,
    ),
    h(
      "div",
      { class: "pictures three" },
      picture("Data, the true line (dashed, green) and the fitted one", data.element),
      picture("Cost J(w, b): × lowest, ◆ the true parameters", land.element),
      picture("Cost after each update; dots: your own loop, after each epoch", costs.element),
    ),
    bar.element,
    went,
    rates,
    list.element,
    frame.remarks,
    frame.foot(() => kernel.again()),
  );
  frame.onKey(bar.key);


  /** (w, b) after the update that is shown; of the right path where there is no other. */
  function reached() {
    const points = (now?.path ?? now?.right)?.values;
    if (!points) return null;
    const k = Math.min(bar.at, points.length / 2 - 1);
    return [points[2 * k], points[2 * k + 1]];
  }

  function newGround() {
    const sent = model.get("ground");
    ground = {
      ...sent,
      heights: numbers(sent.heights),
      data_x: numbers(sent.data_x).values,
      data_y: numbers(sent.data_y).values,
    };
    land.reshade();
  }

  function answered(answer) {
    now = { ...answer };
    for (const name of ["path", "costs", "right", "right_costs", "epoch_costs"])
      if (answer[name]) now[name] = numbers(answer[name]);
    now.racer = {
      title: "Gradient descent",
      place: 0,
      own: true,
      right: now.right,
      path: now.path,
      costs: now.costs,
      states: [],
      rates: { values: [] },
    };
    bar.resize(answer.updates);
    rate.mark(answer.stable_rate, `2/λmax = ${short(answer.stable_rate)}: full descent converges below`);
    list.show([...answer.functions, answer.loop].filter(Boolean));
    const said = [...answer.remarks];
    const named = answer.functions.some(({ trouble }) => trouble?.text === answer.trouble?.text);
    if (answer.trouble) {
      const instead = "Your path waits for it, and the right one is drawn.";
      if (!named) said.unshift(troubleText(answer.trouble, instead));
      else if (!answer.path) said.unshift(`Your path waits for what is said above, and the right one is drawn.`);
    }
    frame.say(said);
    frame.print(answer.printed);
    tell();
    redraw();
  }

  function tell() {
    const alpha = kernel.settings.learning_rate;
    const share = alpha / now.stable_rate;
    const fewer = kernel.settings.batch === "all" ? "" : " Small batches stand less.";
    const place =
      share > 1
        ? "beyond it: on all data, the path flies away"
        : share > 0.5
          ? "more than half of it: the steepest direction overshoots, and settles"
          : share > 0.02
            ? "less than half of it: nothing overshoots"
            : "far below it: safe, and slow";
    rates.textContent =
      `Largest stable learning rate 2/λmax = ${short(now.stable_rate)} (the mark on the slider); α = ${short(alpha)} is ${place}.${fewer} ` +
      `True (w, b) = (${now.truth.map(short).join(", ")}); lowest cost ${short(now.best_cost)} at (${now.best.map(short).join(", ")}).`;
  }

  function redraw() {
    if (!ground || !now) return;
    start.textContent = `start (${kernel.settings.start.join(", ")})`.replaceAll("-", "−");
    data.redraw();
    land.redraw();
    costs.redraw();
    went.textContent = here(reached());
  }

  /** Where the path stands, in a sentence. */
  function here(at) {
    const costs = (now.costs ?? now.right_costs).values;
    const k = Math.min(bar.at, costs.length - 1);
    const updates = `${k} update${k === 1 ? "" : "s"}`;
    const left = now.path ? now.diverged : now.right_diverged;
    if (now.path && now.not_a_number && k === costs.length - 1) return `After ${updates}, w or b is not a number.`;
    if (left && k === costs.length - 1) {
      const alone = now.path && !now.right_diverged ? " The right path stays at this rate: your code leads it away." : "";
      return `Far outside after ${updates}: it diverges.${alone}`;
    }
    const whose = !now.path ? "The right path after" : now.trouble && k === costs.length - 1 ? "It stops after" : "After";
    return `${whose} ${updates}: w = ${short(at[0])}, b = ${short(at[1])}, J = ${short(costs[k])}.`;
  }

  model.on("change:ground", newGround);
  newGround();
  answered(model.get("answer"));
  return () => {
    bar.stop();
    kernel.close();
    for (const drawn of [data, land, costs, frame.themed]) drawn.close();
    model.off("change:ground", newGround);
  };
}

function picture(caption, content) {
  return h("figure", {}, h("figcaption", {}, caption), content);
}

export default { render };
