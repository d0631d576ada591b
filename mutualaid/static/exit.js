// Leaves at once: what was typed is cleared on the server, and this page is replaced in the history.
// Escape three times does the same. Without it the button is a form like any other.
const form = document.getElementById("exit");
const PRESSES = 3, WITHIN = 5000, WAIT = 500; // milliseconds
const spoken = document.createElement("p");
let presses = 0, last = 0;

function leave() {
  const gone = () => location.replace(form.dataset.to);
  const body = new URLSearchParams(new FormData(form));
  document.body.hidden = true; // nothing is left to read while the server answers
  fetch(form.action, { method: "POST", body, redirect: "manual", keepalive: true }).finally(gone);
  setTimeout(gone, WAIT);
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
