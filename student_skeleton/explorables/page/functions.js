// What is known of each of the student's functions.

import { h } from "./elements.js";
import { troubleText } from "./shell.js";

const UNWRITTEN = ["not_written", "missing"];
const WAITING = ["waits", "not_run"];

/** A list that names the right ones in a line and gives each of the others one of its own. */
export function functions() {
  const element = h("div", { class: "functions", role: "status" });
  return {
    element,
    show(known) {
      const right = known.filter(({ trouble }) => !trouble).map(({ name }) => name);
      const of = (kinds) => known.filter(({ trouble }) => kinds.includes(trouble?.kind));
      const wrong = known.filter(({ trouble }) => trouble && ![...UNWRITTEN, ...WAITING].includes(trouble.kind));
      const unwritten = of(UNWRITTEN).map(({ name }) => name);
      const reasons = [...new Set(of(WAITING).map(({ trouble }) => trouble.text))];
      const waiting = (reason) => known.filter(({ trouble }) => trouble?.text === reason).map(({ name }) => name);
      const lines = [
        ...wrong.map(({ name, trouble }) => mistake(name, troubleText(trouble))),
        ...reasons.map((reason) => line("waiting", `○ ${reason}:`, waiting(reason).join(", "))),
        unwritten.length ? line("waiting", "○ not written yet:", unwritten.join(", ")) : null,
        right.length ? line("right", "✓ right here:", right.join(", ")) : null,
      ].filter(Boolean);
      const text = lines.map((each) => each.textContent).join("\n");
      if (element.dataset.text === text) return; // said once, not at every drag
      element.dataset.text = text;
      element.replaceChildren(...lines);
    },
  };
}

/** Most sentences about a function begin with its name already. */
function mistake(name, text) {
  return text.startsWith(`${name} `)
    ? line("wrong", `✗ ${name}`, text.slice(name.length + 1))
    : line("wrong", `✗ ${name}:`, text);
}

function line(kind, sign, text) {
  return h("p", { class: kind }, h("b", {}, sign), " ", text);
}
