// Questions to the kernel and its answers.

const TYPES = { float64: Float64Array, float32: Float32Array, uint8: Uint8Array };

/** What arrays_for_page.packed packed: {shape, values}. */
export function numbers(sent) {
  const view = sent.data;
  const bytes = view.buffer ? view.buffer.slice(view.byteOffset, view.byteOffset + view.byteLength) : view.slice(0);
  return { shape: sent.shape, values: new TYPES[sent.type](bytes) };
}

/**
 * Asks one question at a time: what changes while an answer is awaited is asked as one question afterwards.
 *
 * `onBusy` hears for how many seconds an answer has been awaited, and null when it is there.
 */
export function connect(model, onAnswer, onBusy) {
  const { start } = model.get("answer"); // the kernel chose one where none was asked for
  let settings = { ...model.get("settings"), ...(start && { start }) };
  let number = settings.number ?? 0;
  let awaited = null;
  let changed = false;
  let since = 0;
  let clock = null;

  function send() {
    changed = false;
    number += 1;
    awaited = number;
    since = performance.now();
    clock ??= setInterval(() => onBusy((performance.now() - since) / 1000), 500);
    model.set("settings", { ...settings, number });
    model.save_changes();
  }

  function received() {
    const answer = model.get("answer");
    if (awaited !== null && answer.number < awaited) return;
    awaited = null;
    clearInterval(clock);
    clock = null;
    onBusy(null);
    onAnswer(answer);
    if (changed) send();
  }

  model.on("change:answer", received);
  return {
    get settings() {
      return settings;
    },
    ask(changes) {
      settings = { ...settings, ...changes };
      changed = true;
      if (awaited === null) send();
    },
    /** The same question once more, of code that was saved in the meantime. */
    again() {
      this.ask({ again: (settings.again ?? 0) + 1 });
    },
    close() {
      clearInterval(clock);
      model.off("change:answer", received);
    },
  };
}
