/* A paper form, typed in by the keyboard alone: Enter goes to the next line, of which there are as many as are needed.
   Without this file there are ten lines at once. */
(() => {
  const form = document.querySelector("form[data-lines]"), paying = document.querySelector("form[data-paying]");
  const MOST = 60;
  const pounds = (pence) => "£" + (pence / 100).toLocaleString("en-GB", { minimumFractionDigits: pence % 100 ? 2 : 0 });

  if (form) {
    const lines = () => [...form.querySelectorAll(".cells")];
    const isEmpty = (line) => [...line.querySelectorAll("input")].every((i) => i.type === "checkbox" || i.type === "date" || !i.value.trim());
    const first = lines();
    first.forEach((line, number) => { line.hidden = number > 0 && isEmpty(line); });
    form.querySelector("[data-hint]").hidden = false;

    // The next line begins as the last one did: collected or not, and on which day.
    const carry = (from, to) => {
      for (const field of ["collected", "given_on"]) {
        const was = from.querySelector(`[name^=${field}]`), now = to.querySelector(`[name^=${field}]`);
        if (was.type === "checkbox") now.checked = was.checked; else now.value = was.value;
      }
    };
    const add = () => {
      const last = lines().at(-1), number = lines().length;
      if (number >= MOST) return null;
      const made = last.cloneNode(true);
      made.querySelectorAll(".wrong").forEach((e) => e.remove());
      for (const e of made.querySelectorAll("[id], [for], [name]"))
        for (const key of ["id", "for", "name"])
          if (e.hasAttribute(key)) e.setAttribute(key, e.getAttribute(key).replace(/-\d+$/, `-${number}`));
      for (const input of made.querySelectorAll("input")) {
        input.removeAttribute("aria-invalid");
        input.removeAttribute("aria-describedby");
        if (input.type === "checkbox") input.checked = false; else input.value = "";
      }
      last.after(made);
      return made;
    };
    form.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.target.tagName !== "INPUT" || event.isComposing) return;
      event.preventDefault();
      const line = event.target.closest(".cells");
      if (isEmpty(line)) { form.requestSubmit(); return; }
      const all = lines(), next = all[all.indexOf(line) + 1] ?? add();
      if (!next) return;
      if (next.hidden || isEmpty(next)) carry(line, next);
      next.hidden = false;
      next.querySelector("input").focus();
    });
  }

  if (paying) {
    const sum = () => {
      const ticked = [...paying.querySelectorAll("[data-pence]:checked")];
      paying.querySelector("[data-sum]").textContent = pounds(ticked.reduce((pence, box) => pence + +box.dataset.pence, 0));
    };
    paying.addEventListener("change", sum);
    sum();
  }
})();
