// What every page of the site does, and a page of the admin that is printed. Without it: forms, and the
// browser's own menus.

// The quick exit leaves at once: what was typed is cleared on the server, and this page is replaced in the
// history. Escape three times does the same.
const form = document.getElementById("exit");
const PRESSES = 3, WITHIN = 5000, WAIT = 500; // milliseconds
const spoken = document.createElement("p");
let presses = 0, last = 0;

function leave() {
  const gone = () => location.replace(form.dataset.to);
  const body = new URLSearchParams(new FormData(form));
  forgetTab();
  document.body.hidden = true; // nothing is left to read while the server answers
  fetch(form.action, { method: "POST", body, redirect: "manual", keepalive: true }).finally(gone);
  setTimeout(gone, WAIT);
}

function forgetTab() {
  try {
    sessionStorage.clear(); // the address of a list with its filters
  } catch {
    // a browser that forbids storage has kept nothing
  }
}

function press(event) {
  const isBusy = event.defaultPrevented || event.isComposing || event.repeat || document.querySelector("dialog[open]");
  if (event.key !== "Escape" || isBusy) {
    presses = 0;
    spoken.textContent = "";
    return;
  }
  presses = event.timeStamp - last < WITHIN ? presses + 1 : 1;
  last = event.timeStamp;
  spoken.textContent = form.dataset.again;
  if (presses === PRESSES) leave();
}

if (form) {
  form.querySelector("span").hidden = false; // it tells of the key
  spoken.className = "visually-hidden";
  spoken.setAttribute("role", "status");
  form.append(spoken);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    leave();
  });
  document.addEventListener("keydown", press);
}

// A change of language sends the form that was typed in last, to be drawn again with what was typed. Without
// this it sends the first one of a page that has several.
let typedIn = null;
document.addEventListener("input", ({ target }) => {
  if (target.form?.method === "post") typedIn = target.form;
});
for (const button of document.querySelectorAll("#languages button[value]")) {
  button.addEventListener("click", () => {
    if (!typedIn) return;
    typedIn.id ||= "typed-last";
    button.setAttribute("form", typedIn.id);
    button.name = "in_language";
    button.formNoValidate = true;
  });
}

// A list that changes in part is asked for as a whole page where that failed: that one says why.
for (const fault of ["htmx:sendError", "htmx:responseError"]) {
  document.addEventListener(fault, ({ target }) => target.closest("form")?.submit());
}

// Buttons that print, copy and share what is on the page. Without them the browser's own menu does.
for (const button of document.querySelectorAll("button[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
for (const kept of document.querySelectorAll("[data-keep]")) {
  const { url, text } = kept.dataset;
  const copy = kept.querySelector("[data-copy]"), share = kept.querySelector("[data-share]");
  const status = kept.parentElement.querySelector("[data-copied]");
  copy.hidden = !navigator.clipboard;
  copy.addEventListener("click", async () => {
    await navigator.clipboard.writeText(`${text}\n${url}`);
    status.textContent = status.dataset.copied;
  });
  share.hidden = !navigator.share;
  share.addEventListener("click", () => navigator.share({ text, url }).catch(() => {})); // put away again
}

// Shows what needs a passkey where the browser has them, and says so when one did not work.
{
  const canUse = Boolean(window.PublicKeyCredential);
  for (const element of document.querySelectorAll("[data-passkey]")) element.hidden = !canUse;
  for (const element of document.querySelectorAll("[data-no-passkey]")) element.hidden = canUse;

  // At the sign-in the rest is fetched when it is wanted: most people get a code and pay for every kilobyte.
  function load(src) {
    return new Promise((resolve, reject) => {
      document.head.append(Object.assign(document.createElement("script"), { src, onload: resolve, onerror: reject }));
    });
  }

  const button = document.querySelector("button[data-scripts]");
  if (button) {
    const begin = async (event) => {
      event.preventDefault();
      for (const src of button.dataset.scripts.split(" ")) await load(src);
      window.allauth.webauthn.forms.loginForm({ ids: { login: button.id, credential: "mfa_credential" } });
      button.click();
    };
    button.addEventListener("click", begin, { once: true });
  }

  document.addEventListener("allauth.error", (event) => {
    event.preventDefault();
    for (const element of document.querySelectorAll("[data-passkey-error]")) element.hidden = false;
  });
}
