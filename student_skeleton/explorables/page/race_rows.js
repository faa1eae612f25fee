// One row for each optimizer: on or off, its learning rate and decay, and how it went.

import { h, menu, short, slider, tick } from "./elements.js";
import { troubleText } from "./shell.js";

const ASKED = ["name", "on", "learning_rate", "decay", "left", "switch", "sgd_learning_rate"];

export function rows(themed, onChange) {
  const element = h("div", { class: "racers", role: "group", "aria-label": "Optimizers" });
  let built = [];
  let shown = [];

  function settings(fresh = false) {
    return shown.map((racer) => {
      const asked = Object.fromEntries(ASKED.map((name) => [name, racer[name]]));
      return fresh ? { ...asked, learning_rate: null, sgd_learning_rate: null } : asked; // those that suit it
    });
  }

  function change(place, changes) {
    Object.assign(shown[place], changes);
    onChange(settings());
  }

  function build(racer, place, decays) {
    const on = tick(racer.title, racer.on, (value) => change(place, { on: value }));
    const swatch = h("span", { class: "swatch", "aria-hidden": "true" });
    const range = { low: 1e-6, high: 1, log: true, places: 180 };
    const rate = slider("α", { ...range, value: racer.learning_rate }, (value) =>
      change(place, { learning_rate: value }),
    );
    rate.input.setAttribute("aria-label", `learning rate of ${racer.title}`);
    const decay = menu("decay", options(decays), racer.decay, (value) => change(place, { decay: value }));
    decay.select.setAttribute("aria-label", `decay of ${racer.title}`);
    const left = slider("to", { low: 0.01, high: 1, log: true, value: racer.left, format: percent }, (value) =>
      change(place, { left: value }),
    );
    left.input.setAttribute("aria-label", `share of the rate that is left at the end, ${racer.title}`);
    const parts = [rate.element, decay.element, left.element];
    if (racer.name === "adam_then_sgd") {
      const switched = slider(
        "switch",
        { low: 0, high: 1, value: racer.switch, format: percent, places: 20 },
        (value) => change(place, { switch: value }),
      );
      const sgd = slider("α of SGD", { ...range, value: racer.sgd_learning_rate }, (value) =>
        change(place, { sgd_learning_rate: value }),
      );
      parts.push(switched.element, sgd.element);
      built[place] = { sgd };
    }
    const went = h("p", { class: "went", "aria-live": "off" });
    const said = h("p", { class: "said" });
    const row = h(
      "div",
      { class: "racer" },
      h("div", { class: "name" }, swatch, on.element),
      h("div", { class: "knobs" }, ...parts),
      went,
      said,
    );
    element.append(row);
    return { ...built[place], row, on, swatch, rate, decay, left, went, said };
  }

  return {
    element,
    settings,
    show(racers, decays) {
      shown = racers;
      if (built.length !== racers.length) {
        element.replaceChildren();
        built = [];
        racers.forEach((racer, place) => (built[place] = build(racer, place, decays)));
      }
      racers.forEach((racer, place) => {
        const { row, on, rate, decay, left, sgd, said } = built[place];
        const stopped = Boolean(racer.trouble) && !racer.path;
        row.classList.toggle("greyed", stopped);
        row.classList.toggle("off", !racer.on);
        row.classList.toggle("wrong", Boolean(racer.wrong));
        on.box.checked = racer.on;
        on.box.disabled = stopped;
        if (document.activeElement !== rate.input) rate.set(racer.learning_rate);
        if (sgd && document.activeElement !== sgd.input) sgd.set(racer.sgd_learning_rate);
        decay.fill(options(decays), racer.decay);
        left.element.hidden = racer.decay === "constant";
        const lines = [...racer.remarks];
        if (racer.trouble) {
          const after = racer.path && racer.trouble.step ? ` It stopped after ${racer.trouble.step} updates.` : "";
          lines.unshift(troubleText(racer.trouble) + after);
        }
        if (!racer.own) lines.push("the course's: there is no optimizers.py in this folder");
        const text = lines.join(" · ");
        if (said.textContent !== text) said.textContent = text;
      });
    },
    /** How each stands after `k` updates. */
    at(k) {
      shown.forEach((racer, place) => {
        const { went, swatch } = built[place];
        swatch.style.background = themed.now.series[place];
        if (!racer.path) {
          went.textContent = "";
          return;
        }
        const points = racer.path.values;
        const last = points.length / 2 - 1;
        const here = Math.min(k, last);
        const broken = here === last && (Number.isNaN(points[2 * last]) || Number.isNaN(points[2 * last + 1]));
        went.textContent = broken
          ? `not a number after ${last} update${last === 1 ? "" : "s"}`
          : racer.diverged && here === last
            ? `far outside after ${last} updates: it diverges`
            : `w = (${short(points[2 * here])}, ${short(points[2 * here + 1])}), J = ${short(racer.costs.values[here])}`;
      });
    },
  };
}

function options(decays) {
  return decays.map(({ name, title, trouble }) => ({ value: name, text: title, reason: trouble?.text }));
}

function percent(share) {
  return `${Number((100 * share).toPrecision(2))} %`;
}
