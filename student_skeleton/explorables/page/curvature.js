// One parameter: the tangent, the step that it proposes, and where descent converges.

import { connect, numbers } from "./kernel.js";
import { h, menu, short, slider, tick } from "./elements.js";
import { shell, troubleText } from "./shell.js";
import { player } from "./player.js";
import { bowl } from "./bowl.js";
import { regions } from "./regions.js";

const REGIMES = {
  monotone: "α ≤ 1/c: every step goes part of the way, the side never changes",
  oscillating: "1/c < α < 2/c: every step goes too far and lands on the other side, but nearer",
  standing: "α = 2/c: from side to side forever, as far away as before",
  diverging: "α > 2/c: every step lands farther away than the last",
};

function render({ model, el }) {
  let now = null;
  const frame = shell(
    el,
    "Curvature explorer",
    "Drag the start on the parabola, or the point on the map; arrow keys move them (shift: finer). Space plays, comma and full stop go step by step.",
    () => redraw(),
  );
  const kernel = connect(model, answered, frame.busy);
  const bar = player(() => redraw());
  const parabola = bowl(
    frame.themed,
    () => ({ ...now, ...kernel.settings, at: bar.at }),
    (start) => {
      kernel.ask({ start });
      redraw();
    },
  );
  const plane = regions(
    frame.themed,
    () => kernel.settings,
    (changes) => {
      kernel.ask(changes);
      curvature.set(kernel.settings.curvature);
      rate.set(kernel.settings.learning_rate);
      redraw();
    },
  );
  const curvature = slider(
    "curvature c",
    { low: 0.1, high: 10, log: true, value: kernel.settings.curvature },
    (value) => {
      kernel.ask({ curvature: value });
      redraw();
    },
  );
  const rate = slider(
    "learning rate α",
    { low: 0.01, high: 10, log: true, places: 180, value: kernel.settings.learning_rate },
    (value) => {
      kernel.ask({ learning_rate: value });
      redraw();
    },
  );
  const steps = menu(
    "steps",
    [5, 20, 50].map((value) => ({ value, text: String(value) })),
    kernel.settings.steps,
    (value) => kernel.ask({ steps: Number(value) }),
  );
  const right = tick("the right path, hollow", kernel.settings.right, (on) => {
    kernel.ask({ right: on });
    redraw();
  });
  const regime = h("p", { class: "regime", role: "status" });
  const went = h("p", { class: "went" });

  frame.root.append(
    h("div", { class: "bar" }, curvature.element, rate.element, steps.element, right.element),
    h(
      "div",
      { class: "pictures" },
      h(
        "figure",
        {},
        h("figcaption", {}, "The cost, its tangent (orange) at the current w, and the error of the tangent (bar)"),
        parabola.element,
      ),
      h(
        "figure",
        {},
        h("figcaption", {}, "Where descent converges: below 1/c straight, below 2/c from side to side"),
        plane.element,
      ),
    ),
    bar.element,
    regime,
    went,
    frame.remarks,
    frame.foot(() => kernel.again()),
  );
  frame.onKey(bar.key);


  function answered(answer) {
    now = { ...answer };
    for (const name of ["path", "right", "heights", "slopes", "promised", "errors"]) {
      if (answer[name]?.data) now[name === "right" ? "rightPath" : name] = numbers(answer[name]).values;
    }
    bar.resize(answer.steps);
    regime.textContent = REGIMES[answer.regime];
    const { curvature: c } = kernel.settings;
    rate.mark(2 / c, `2/c = ${short(2 / c)}`);
    frame.say([
      ...(answer.trouble ? [troubleText(answer.trouble, "The right path is drawn in its place.")] : []),
      ...answer.remarks,
    ]);
    frame.print(answer.printed);
    redraw();
  }

  function redraw() {
    if (!now) return;
    parabola.redraw();
    plane.redraw();
    const k = bar.at;
    const path = now.path ?? now.rightPath;
    const whose = now.path ? "After" : "The right path after";
    if (!path) went.textContent = "";
    else if (k >= path.length) went.textContent = `${whose} ${k} steps: farther out than can be shown.`;
    else {
      const here = `${whose} ${k} step${k === 1 ? "" : "s"}: w = ${short(path[k])}, J = ${short(now.heights[k])}, slope ${short(now.slopes[k])}.`;
      went.textContent =
        k < now.errors.length
          ? `${here} The tangent promises J = ${short(now.promised[k])} for the next w; it will be ${short(now.heights[k + 1])}: an error of ${short(now.errors[k])}.`
          : here;
    }
  }

  answered(model.get("answer"));
  bar.go(0); // where the first step is seen best
  return () => {
    bar.stop();
    kernel.close();
    for (const drawn of [parabola, plane, frame.themed]) drawn.close();
  };
}

export default { render };
