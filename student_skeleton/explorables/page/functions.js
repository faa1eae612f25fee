// What is known of each of the student's functions.

import { h } from "./elements.js";
import { troubleText } from "./shell.js";

const SIGNS = { not_written: "○", missing: "○", wrong_form: "✗", raised: "✗", too_slow: "✗", interrupted: "✗" };

/** A list that names the right ones in a line and gives each of the others one of its own. */
export function functions() {
  const element = h("div", { class: "functions", role: "status" });
  return {
    element,
    show(known) {
      const right = known.filter(({ trouble }) => !trouble).map(({ name }) => name);
      const waiting = known.filter(({ trouble }) => trouble && SIGNS[trouble.kind] === "○");
      const wrong = known.filter(({ trouble }) => trouble && SIGNS[trouble.kind] === "✗");
      const lines = [
        ...wrong.map(({ name, trouble }) => line("wrong", `✗ ${name}`, troubleText(trouble))),
        waiting.length ? line("waiting", "○ not written yet", waiting.map(({ name }) => name).join(", ")) : null,
        right.length ? line("right", "✓ right here", right.join(", ")) : null,
      ].filter(Boolean);
      const text = lines.map((each) => each.textContent).join("\n");
      if (element.dataset.text === text) return; // said once, not at every drag
      element.dataset.text = text;
      element.replaceChildren(...lines);
    },
  };
}

function line(kind, sign, text) {
  return h("p", { class: kind }, h("b", {}, sign), " ", text);
}
