/* What htmx does not do by itself: figures count up, new messages slide in, a screen reader hears of it now and
   then. Every page works without this file. */
(() => {
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  const live = document.querySelector("[data-live]");
  const said = document.getElementById("said");
  const pounds = (pence) => "£" + (pence / 100).toLocaleString("en-GB", { minimumFractionDigits: pence % 100 ? 2 : 0 });
  let before = {}, lastSaid = 0, connected = false, told = document.querySelector("form:is([data-donate], [data-form]) > [role=alert]");
  let stood = document.getElementById("state-title")?.textContent;

  const figures = () => Object.fromEntries([...document.querySelectorAll("#live [data-pence][id]")].map((e) => [e.id, +e.dataset.pence]));
  const gifts = () => new Set([...document.querySelectorAll("#live .gifts li[id]")].map((e) => e.id));

  function countUp(element, from, to) {
    element.classList.remove("moved");
    void element.offsetWidth;
    element.classList.add("moved");
    if (still.matches) return;
    const start = performance.now(), text = element.textContent;
    const step = (now) => {
      const part = Math.min(1, (now - start) / 700);
      if (!element.isConnected || +element.dataset.pence !== to) return;
      element.textContent = part < 1 ? pounds(Math.round((from + (to - from) * (1 - (1 - part) ** 3)) / 100) * 100) : text;
      if (part < 1) requestAnimationFrame(step);
    };
    requestAnimationFrame(step);
  }

  if (live) {
    addEventListener("htmx:sse:before:message", () => { before = { figures: figures(), gifts: gifts() }; });
    addEventListener("htmx:sse:after:message", () => {
      for (const [id, pence] of Object.entries(figures())) {
        const element = document.getElementById(id), was = before.figures[id];
        if (was !== undefined && was !== pence && element.matches(".big")) countUp(element, was, pence);
      }
      for (const [id, pence] of Object.entries(JSON.parse(document.querySelector("#live [data-figures]")?.dataset.figures ?? "{}")))
        for (const figure of document.querySelectorAll(`[data-fund="${id}"]`)) figure.textContent = pounds(pence);
      for (const id of gifts()) if (!before.gifts.has(id)) document.getElementById(id).classList.add("arrived");
      const sentence = document.querySelector("#live [data-say]")?.dataset.say;
      if (said && sentence && sentence !== said.textContent && Date.now() - lastSaid > 10000) {
        lastSaid = Date.now();
        said.textContent = sentence;
      }
    });
    addEventListener("htmx:sse:after:connection", () => { connected = true; });
    addEventListener("htmx:sse:close", () => { connected = false; });
    // The very first connection is not tried again by htmx: a page that was opened while we restarted would stay still.
    setInterval(() => { if (!connected && !document.hidden) htmx.trigger(live, "again"); }, 4000);
  }

  // What is not streamed is looked at again now and then, but not in a tab that nobody sees.
  let lookedAt = Date.now();
  const look = (patience) => {
    const part = document.querySelector("[data-look]");
    if (!part || document.hidden || Date.now() - lookedAt < (patience ?? +part.dataset.look)) return;
    lookedAt = Date.now();
    htmx.trigger(part, "look");
  };
  setInterval(look, 500);
  document.addEventListener("visibilitychange", () => look(500));

  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy], [data-share]");
    if (!button) return;
    const { copy, share, title, text } = button.dataset;
    if (share && navigator.share) { try { await navigator.share({ url: share, title, text }); } catch { /* closed again */ } return; }
    try { await navigator.clipboard.writeText(copy || share); button.textContent = "Copied"; } catch { prompt("Copy this address:", copy || share); }
  });
  const unhide = () => { for (const button of document.querySelectorAll(navigator.share ? "[data-copy], [data-share]" : "[data-copy]")) button.hidden = false; };
  unhide();

  // A button that is pressed twice sends its form once; pressed again after a while, it sends it again.
  document.addEventListener("submit", (event) => {
    const { target: form } = event;
    if (event.defaultPrevented || form.method !== "post" || form.matches("[data-hx-post]")) return;
    if (form.sent) event.preventDefault();
    form.sent = true;
    setTimeout(() => { form.sent = false; }, 3000);
  });

  // What is wrong is where the reader goes next; from there a link leads to each field.
  addEventListener("htmx:after:swap", () => {
    unhide();
    const form = document.querySelector("form:is([data-donate], [data-form])"), alert = form?.querySelector(":scope > [role=alert]");
    if (alert && alert !== told) { alert.focus(); document.title = document.title.replace(/^(Error: )?/, "Error: "); }
    told = alert;
    const added = document.querySelector("[data-focus]");
    if (added) { added.removeAttribute("data-focus"); added.focus({ preventScroll: true }); added.scrollIntoView(); }
    const state = document.getElementById("state-title")?.textContent;
    if (said && state && state !== stood) said.textContent = stood = state;
  });
})();
