// Colours for the canvas, which knows no style sheet: read from the one that the page has.

/** Told apart by everybody: Okabe and Ito, https://jfly.uni-koeln.de/color/. The order is that of picture.py. */
export const COLOURS = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9"];
const BRIGHTER = ["#4aa8e0", "#ff8a3d", "#2fd0a0", "#e8a3c8", "#ffc04d", "#8fd0f5"];

/** Whether what surrounds the explorable is dark: Jupyter, VS Code, Colab and marimo each say so in a way of their own. */
function isDark() {
  const { body, documentElement: html } = document;
  const said = [html.getAttribute("theme"), html.dataset.theme, body.dataset.theme];
  if (body.dataset.jpThemeLight === "false" || said.includes("dark")) return true;
  if (body.dataset.jpThemeLight === "true" || said.includes("light")) return false;
  const names = [...body.classList, ...html.classList];
  if (names.some((name) => ["vscode-dark", "vscode-high-contrast", "dark"].includes(name))) return true;
  if (names.some((name) => ["vscode-light", "vscode-high-contrast-light", "light"].includes(name))) return false;
  return matchMedia("(prefers-color-scheme: dark)").matches;
}

/** The theme's colours as they are now, and news of their change. */
export function theme(root, onChange) {
  const mark = () => (root.dataset.theme = isDark() ? "dark" : "light"); // what the style sheet goes by
  mark();
  const read = () => {
    const styles = getComputedStyle(root);
    const of = (name) => styles.getPropertyValue(name).trim();
    const dark = root.dataset.theme === "dark";
    return {
      dark,
      ink: of("--ink"),
      faint: of("--faint"),
      grid: of("--grid"),
      paper: of("--paper"),
      low: of("--low"),
      high: of("--high"),
      series: dark ? BRIGHTER : COLOURS,
    };
  };
  let known = null;
  const found = {
    get now() {
      if (!known?.ink) known = read(); // nothing is known before the page has the style sheet
      return known;
    },
  };
  const again = () => {
    known = null;
    mark();
    onChange();
  };
  const observer = new MutationObserver(again);
  const attributes = ["class", "data-jp-theme-light", "data-theme", "theme", "data-vscode-theme-kind"];
  for (const element of [document.documentElement, document.body]) {
    observer.observe(element, { attributes: true, attributeFilter: attributes });
  }
  const preference = matchMedia("(prefers-color-scheme: dark)");
  preference.addEventListener("change", again);
  found.close = () => {
    observer.disconnect();
    preference.removeEventListener("change", again);
  };
  return found;
}
