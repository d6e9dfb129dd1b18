/* The form to give: the amount chosen is the amount typed, and the button says what is charged. It works without this. */
(() => {
  // What the charity gets is reckoned by the server, and the button says what it reckoned.
  const reckon = (form) => { form.querySelector("[data-give]").textContent = "Give"; htmx.trigger(form.elements.amount, "costs"); };
  document.addEventListener("input", (event) => {
    const form = event.target.closest("form[data-donate]");
    if (!form) return;
    const { amount } = form.elements, { name } = event.target;
    if (event.target === amount) {
      for (const p of form.elements.preset) p.checked = p.value === amount.value.trim();
      form.querySelector("[data-give]").textContent = "Give";
    } else if (name === "preset") amount.value = event.target.value;
    if (["preset", "cover_fee", "gift_aid", "company", "is_connected"].includes(name)) reckon(form);
    const right = name === "preset" ? amount : event.target;
    right.removeAttribute("aria-invalid");
    document.getElementById(`${right.name}-error`)?.remove();
  });
  // A name of two words is a first and a last name, most likely; they stay to be seen and changed.
  document.addEventListener("change", ({ target }) => {
    if (target.id !== "gift_aid" || !target.checked) return;
    const { name, first_name: first, last_name: last } = target.form.elements, words = name.value.trim().split(/\s+/);
    if (words.length === 2 && !first.value && !last.value) [first.value, last.value] = words;
  });
  // A browser that comes back fills in what was typed before.
  addEventListener("htmx:after:init", ({ target }) => { if (target.id === "amount" && target.value) reckon(target.form); });
  // Whoever comes back from Checkout finds the form as it was sent, even after it had been sent back once.
  addEventListener("htmx:after:request", (event) => {
    const { again } = event.detail.ctx.hx ?? {};
    if (again) history.replaceState(null, "", again);
  });
  addEventListener("htmx:after:swap", () => {
    const charged = document.getElementById("costs")?.dataset.charged;
    if (charged) document.querySelector("[data-give]").textContent = `Give ${charged}`;
  });
})();
