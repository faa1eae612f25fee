// Play, pause, step and scrub through the updates of a run.

import { h, button, menu } from "./elements.js";

const WHOLE_RUN = 5; // seconds at the usual speed

/** A bar of controls over the updates 0 … `last`; `onChange(k)` hears which one to show. */
export function player(onChange) {
  let last = 0;
  let at = 0;
  let playing = null;
  let speed = 1;
  const calm = matchMedia("(prefers-reduced-motion: reduce)");
  const range = h("input", {
    type: "range",
    min: 0,
    step: 1,
    "aria-label": "update",
    oninput: () => go(Number(range.value)),
  });
  const count = h("output", {});
  const start = button("▶", "Play (space)", () => toggle());

  function show() {
    range.value = at;
    count.textContent = `${at} / ${last}`;
    range.setAttribute("aria-valuetext", `update ${at} of ${last}`);
  }

  function to(k) {
    at = Math.min(last, Math.max(0, Math.round(k)));
    show();
    onChange(at);
  }

  function go(k) {
    stop();
    to(k);
  }

  function stop() {
    if (playing !== null) cancelAnimationFrame(playing);
    playing = null;
    start.textContent = "▶";
    start.setAttribute("aria-label", "Play (space)");
  }

  function toggle() {
    if (playing !== null) return stop();
    if (at >= last) to(0);
    start.textContent = "❚❚";
    start.setAttribute("aria-label", "Pause (space)");
    let before = performance.now();
    let exact = at;
    const onward = (now) => {
      exact += ((now - before) / 1000) * speed * (last / WHOLE_RUN);
      before = now;
      const stride = calm.matches ? Math.max(1, Math.round(last / 10)) : 1; // few, larger changes instead of motion
      const next = Math.floor(exact / stride) * stride;
      if (next !== at) to(exact >= last ? last : next);
      if (exact >= last) return stop();
      playing = requestAnimationFrame(onward);
    };
    playing = requestAnimationFrame(onward);
  }

  const speeds = [0.1, 0.25, 1, 4].map((value) => ({ value, text: `${value}×` }));
  const element = h(
    "div",
    { class: "player", role: "group", "aria-label": "Playback" },
    button("|◀", "Back to the start (Home)", () => go(0)),
    button("−1", "One update back (,)", () => go(at - 1)),
    start,
    button("+1", "One update on (.)", () => go(at + 1)),
    range,
    count,
    menu("speed", speeds, 1, (value) => (speed = Number(value))).element,
  );
  return {
    element,
    go,
    stop,
    get at() {
      return at;
    },
    /** Another number of updates; shows the end if the end was shown. */
    resize(updates) {
      const atEnd = at >= last;
      last = updates;
      range.max = updates;
      if (playing === null) at = atEnd ? last : Math.min(at, last);
      show();
    },
    /** The keys that work anywhere in the explorable; whether this was one. */
    key(event) {
      if (event.ctrlKey || event.altKey || event.metaKey || /^(SELECT|BUTTON|TEXTAREA)$/.test(event.target.tagName))
        return false;
      if (event.key === " ") toggle();
      else if (event.key === ",") go(at - 1);
      else if (event.key === ".") go(at + 1);
      else if (event.key === "Home" && event.target.type !== "range") go(0);
      else if (event.key === "End" && event.target.type !== "range") go(last);
      else return false;
      return true;
    },
  };
}
