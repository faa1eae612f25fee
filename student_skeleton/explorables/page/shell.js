// What surrounds every explorable: its element, its theme, its keys, and what it has to say.

import { h, button } from "./elements.js";
import { theme } from "./theme.js";

/**
 * @param el the element Jupyter gives
 * @param name for screen readers
 * @param keys the keys that work, in words
 * @param onTheme called when colours changed
 */
export function shell(el, name, keys, onTheme) {
  const busy = h("span", { class: "busy", role: "status" });
  const remarks = h("ul", { class: "remarks", "aria-live": "polite" });
  const printed = h("pre", {});
  const prints = h("details", { hidden: true }, h("summary", {}, "What your code printed"), printed);
  // Without the attribute, JupyterLab takes keys for its own shortcuts.
  const root = h("section", { class: "explorable", "aria-label": name, "data-lm-suppress-shortcuts": "true" });
  el.append(root);
  const themed = theme(root, onTheme);
  let run = () => {};
  return {
    root,
    themed,
    /** The last lines, below the pictures. */
    foot(again) {
      run = again;
      return h(
        "footer",
        {},
        h("p", { class: "keys" }, keys),
        busy,
        button("↻ Run my code again", "Run my code again (r)", again),
        prints,
      );
    },
    remarks,
    onKey(handle) {
      root.addEventListener("keydown", (event) => {
        event.stopPropagation();
        const plain = !event.ctrlKey && !event.metaKey && !event.altKey;
        if (!handle(event)) {
          if (event.key !== "r" || !plain) return;
          run();
        }
        event.preventDefault();
      });
    },
    busy(seconds) {
      busy.textContent = seconds === null || seconds < 0.4 ? "" : `Your code is running: ${seconds.toFixed(0)} s`;
    },
    say(sentences) {
      const lines = sentences.map((sentence) => h("li", {}, sentence));
      if (remarks.textContent !== lines.map((line) => line.textContent).join("")) remarks.replaceChildren(...lines);
    },
    print(text) {
      prints.hidden = !text;
      printed.textContent = text ?? "";
    },
  };
}

/** Trouble in words: what and where; and what is shown `instead`, as a sentence after it. */
export function troubleText(trouble, instead = "") {
  const text = trouble.where ? `${trouble.text} — ${trouble.where}` : trouble.text;
  if (!instead) return text;
  return `${text}${/[.?!]$/.test(text) ? "" : "."} ${instead}`;
}
