/* A sheet that is typed by the keyboard alone: Enter goes on to the next field, and saves from an empty line or the last
   one. Without this file Enter saves. */
(() => {
  const sheet = document.querySelector("form[data-sheet]");
  const inputs = [...(sheet?.querySelectorAll("tbody input") ?? [])];
  sheet?.addEventListener("keydown", (event) => {
    const at = inputs.indexOf(event.target);
    if (event.key !== "Enter" || at < 0 || event.isComposing) return;
    event.preventDefault();
    const line = [...event.target.closest("tr").querySelectorAll("input")];
    const next = inputs[at + 1];
    if (!next || line.every((input) => !input.value.trim())) { sheet.requestSubmit(); return; }
    next.focus();
    next.select();
  });
})();
