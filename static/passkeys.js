/* Passkeys: the server asks, the browser's own dialog answers, the server judges. Without this file the letter works. */
(() => {
  const known = document.querySelectorAll("[data-passkey]");
  if (!window.PublicKeyCredential || !known.length) return;
  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0));
  const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const ids = (list) => (list ?? []).map((one) => ({ ...one, id: bytes(one.id) }));
  const RENEWED_AFTER = 4 * 60 * 1000;  // a question is good for five minutes
  const SENTENCES = {
    NotAllowedError: "Nothing has changed: the dialog was closed, or nobody answered it. You can try again.",
    InvalidStateError: "This device holds a passkey for your account already.",
    NotSupportedError: "This device cannot make a passkey that we can use.",
    SecurityError: "Passkeys do not work at this address.",
    TypeError: "We could not be reached. Please look at your connection and try again.",
  };
  const field = document.querySelector('input[autocomplete~="webauthn"]');
  let waiting = null;

  async function ask(path, sent) {
    const answer = await fetch(path, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(sent) });
    const told = await answer.json().catch(() => ({}));
    if (!answer.ok) throw Object.assign(new Error(told.error ?? "That did not work. Please try again."), { name: "Told", path });
    return told;
  }

  async function make() {
    const asked = await ask("/account/passkeys/options", {});
    const publicKey = { ...asked, challenge: bytes(asked.challenge), user: { ...asked.user, id: bytes(asked.user.id) }, excludeCredentials: ids(asked.excludeCredentials) };
    const made = await navigator.credentials.create({ publicKey });
    const response = { clientDataJSON: text(made.response.clientDataJSON), attestationObject: text(made.response.attestationObject) };
    return ask("/account/passkeys", { id: made.id, rawId: text(made.rawId), type: made.type, response });
  }

  async function show(onward, how = {}) {
    const asked = await ask("/sign-in/passkey/options", {});
    const publicKey = { ...asked, challenge: bytes(asked.challenge), allowCredentials: ids(asked.allowCredentials) };
    const shown = await navigator.credentials.get({ publicKey, ...how });
    const { clientDataJSON, authenticatorData, signature, userHandle } = shown.response;
    const response = { clientDataJSON: text(clientDataJSON), authenticatorData: text(authenticatorData), signature: text(signature) };
    if (userHandle?.byteLength) response.userHandle = text(userHandle);
    return ask("/sign-in/passkey", { id: shown.id, rawId: text(shown.rawId), type: shown.type, response, onward });
  }

  const say = (sentence) => { for (const place of document.querySelectorAll("[data-passkey-said]")) { place.textContent = sentence; place.hidden = !sentence; } };
  const tell = (error) => { if (error.name !== "AbortError") say(error.name === "Told" ? error.message : SENTENCES[error.name] ?? "That did not work. Please try again."); };

  // Where there is a field for an address, browsers offer passkeys in it; nobody is troubled who does not choose one.
  async function offer(onward) {
    if (!(await PublicKeyCredential.isConditionalMediationAvailable?.())) return;
    waiting?.abort();
    const mine = waiting = new AbortController();
    const again = setTimeout(() => offer(onward), RENEWED_AFTER);
    try { location.assign((await show(onward, { mediation: "conditional", signal: mine.signal })).to); }
    catch (error) { if (error.path === "/sign-in/passkey") tell(error); }
    if (mine !== waiting) clearTimeout(again);
  }

  for (const button of known) {
    const { passkey, onward = "" } = button.dataset;
    button.hidden = false;
    button.addEventListener("click", async () => {
      const before = waiting;
      waiting = null;
      before?.abort();
      say("");
      button.setAttribute("aria-busy", "true");
      try { location.assign((await (passkey === "make" ? make() : show(onward))).to); }
      catch (error) {
        tell(error);
        if (field) offer(onward);
      }
      button.removeAttribute("aria-busy");
    });
  }
  for (const note of document.querySelectorAll("[data-passkey-none]")) note.hidden = true;
  if (field) offer(document.querySelector("[data-passkey=show]").dataset.onward ?? "");
})();
