// The trials of a tuning.

import { connect, numbers } from "./kernel.js";
import { h, button, short } from "./elements.js";
import { shell, troubleText } from "./shell.js";
import { chart } from "./chart.js";
import { parallel } from "./parallel.js";
import { photos } from "./photos.js";

const MEASURED = ["trial", "seed", "validation_loss", "validation_accuracy", "train_loss", "seconds"];

function render({ model, el }) {
  let table = model.get("table");
  let answer = model.get("answer");
  const frame = shell(
    el,
    "Trials explorer",
    "Click a line, or go through the trials with the arrow keys, from the worst to the best. Enter trains the chosen one again.",
    () => redraw(),
  );
  const kernel = connect(model, answered, frame.busy);
  const lines = parallel(frame.themed, () => ({ table, chosen: answer.chosen }), choose);
  const curve = (label, names, titles) =>
    chart(label, frame.themed, () => {
      const trained = answer.trained;
      const series = names.map(([name, place]) => ({
        values: [NaN, ...trained[name].map((value) => value ?? NaN)],
        colour: frame.themed.now.series[place],
      }));
      const last = trained[names[0][0]].length;
      return { series, at: last, last, xLabel: "epochs", yLabel: titles, logY: false };
    });
  const losses = curve(
    "Losses over the epochs",
    [
      ["train_loss", 0],
      ["validation_loss", 1],
    ],
    "loss",
  );
  const accuracy = curve("Validation accuracy over the epochs", [["validation_accuracy", 2]], "validation accuracy");
  const told = h("p", { class: "told", role: "status" });
  const train = button("Train it again", "Train the chosen configuration again with your fit (Enter)", start);
  const wrong = h("div", { class: "mistakes" });
  const curves = h(
    "div",
    { class: "pictures", hidden: true },
    h("figure", {}, h("figcaption", {}, "Loss after each epoch: training blue, validation orange"), losses.element),
    h("figure", {}, h("figcaption", {}, "Validation accuracy after each epoch"), accuracy.element),
  );
  const content = h("div", {}, lines.element, told, train, curves, wrong);

  frame.root.append(
    content,
    frame.remarks,
    frame.foot(() => kernel.again()),
  );
  frame.onKey((event) => {
    if (event.key !== "Enter" || event.target.tagName === "BUTTON") return false;
    start();
    return true;
  });

  function choose(trial) {
    answer = { ...answer, chosen: trial, trained: null };
    kernel.ask({ chosen: trial, train: null });
    show();
  }

  function start() {
    const { trial, seconds } = table.trials[answer.chosen];
    frame.say([`Training trial ${trial}: about ${short(seconds)} s where it was tuned.`]);
    kernel.ask({ chosen: answer.chosen, train: answer.chosen });
  }

  function answered(sent) {
    answer = sent;
    frame.print(sent.printed);
    show();
  }

  function show() {
    const there = table.trials.length > 0;
    content.hidden = !there;
    frame.say(answer.trouble ? [troubleText(answer.trouble)] : []);
    if (!there || answer.chosen === null) return;
    const trial = table.trials[answer.chosen];
    const settings = Object.entries(trial).filter(([name]) => !MEASURED.includes(name));
    told.textContent =
      `Trial ${trial.trial}${answer.chosen === table.best ? ", the best" : ""}: validation accuracy ${percent(trial.validation_accuracy)}, ` +
      `loss ${short(trial.validation_loss ?? NaN)}. ${settings.map(([name, value]) => `${name} ${typeof value === "number" ? short(value) : value}`).join(" · ")}`;
    const { trained } = answer;
    curves.hidden = !trained;
    wrong.replaceChildren();
    if (trained) {
      const shown = trained.labels.length;
      const which = shown < trained.wrong ? `, the ${shown} worst` : "";
      wrong.append(
        h(
          "p",
          {},
          `${trained.wrong} of ${trained.photos} validation photos are wrong${which}. Now and then a label is what is wrong.`,
        ),
      );
      if (shown) wrong.append(photos(trained, numbers(trained.pictures)));
    }
    redraw();
  }

  function newTable() {
    table = model.get("table");
  }

  function redraw() {
    if (!table.trials.length) return;
    lines.redraw();
    if (answer.trained) {
      losses.redraw();
      accuracy.redraw();
    }
  }

  model.on("change:table", newTable);
  answered(answer);
  return () => {
    kernel.close();
    for (const drawn of [lines, losses, accuracy, frame.themed]) drawn.close();
    model.off("change:table", newTable);
  };
}

function percent(share) {
  return share === null ? "not a number" : `${Number((100 * share).toPrecision(4))} %`;
}

export default { render };
