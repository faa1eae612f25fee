// Small builders of HTML.

/** An element: attributes, listeners under on…, children as nodes or text. */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value != null) element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child != null));
  return element;
}

/** A button; `title` says more than its text, and which key does the same. */
export function button(text, title, onclick) {
  return h("button", { type: "button", title, "aria-label": title, onclick }, text);
}

/** A labelled menu of {value, text, reason?}; what has a reason against it is greyed. */
export function menu(label, options, value, onchange) {
  const select = h("select", { "aria-label": label, onchange: () => onchange(select.value) });
  const fill = (choices, chosen) => {
    select.replaceChildren(
      ...choices.map(({ value: each, text, reason }) =>
        h(
          "option",
          { value: each, selected: String(each) === String(chosen), disabled: Boolean(reason), title: reason },
          reason ? `${text} (${reason})` : text,
        ),
      ),
    );
    select.value = chosen;
  };
  fill(options, value);
  return { element: h("label", { class: "field" }, h("span", {}, label), select), fill, select };
}

/** A checkbox with its text. */
export function tick(text, checked, onchange) {
  const box = h("input", { type: "checkbox", onchange: () => onchange(box.checked) });
  box.checked = checked;
  return { element: h("label", { class: "tick" }, box, text), box };
}

/** A slider with its number; `places` is how many positions it has, `log` whether they are equal ratios. */
export function slider(label, { low, high, value, log = false, places = 120, format = short, marks = [] }, oninput) {
  const toPlace = (x) =>
    Math.round(places * (log ? Math.log(x / low) / Math.log(high / low) : (x - low) / (high - low)));
  const fromPlace = (p) => {
    const share = p / places;
    return log ? rounded(low * (high / low) ** share) : Number((low + (high - low) * share).toPrecision(12));
  };
  const number = h("output", {});
  const input = h("input", { type: "range", min: 0, max: places, step: 1, "aria-label": label });
  let current = value;
  const show = () => {
    number.textContent = format(current);
    input.setAttribute("aria-valuetext", format(current));
  };
  const set = (x) => {
    current = x;
    input.value = Math.min(places, Math.max(0, toPlace(x)));
    show();
  };
  input.addEventListener("input", () => {
    current = fromPlace(Number(input.value));
    show();
    oninput(current);
  });
  set(value);
  const track = h("span", { class: "track" }, input);
  const mark = (x, text) => {
    track.querySelector(".mark")?.remove();
    if (!(x >= low && x <= high)) return;
    const sign = h("span", { class: "mark", title: text, "aria-hidden": "true" });
    sign.style.setProperty("--at", toPlace(x) / places);
    track.append(sign);
  };
  for (const [x, text] of marks) mark(x, text);
  return { element: h("label", { class: "field slider" }, h("span", {}, label), track, number), set, mark, input };
}

/** Two significant digits are enough for a learning rate. */
function rounded(x) {
  return Number(x.toPrecision(2));
}

/** A number as a person writes it. */
export function short(x) {
  if (x === null || Number.isNaN(x)) return "not a number";
  if (!Number.isFinite(x)) return x > 0 ? "∞" : "−∞";
  if (x === 0) return "0";
  const size = Math.abs(x);
  const text = size >= 1e5 || size < 1e-3 ? power(x) : String(Number(x.toPrecision(4)));
  return text.replace("-", "−");
}

const RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹";

function power(x) {
  const [front, exponent] = x.toExponential(1).split("e");
  const digits = [...String(Math.abs(Number(exponent)))].map((digit) => RAISED[digit]).join("");
  const sign = Number(exponent) < 0 ? "⁻" : "";
  return Number(front) === 1 ? `10${sign}${digits}` : `${Number(front)}·10${sign}${digits}`;
}
