// Registers the service worker where someone asks for it or opened us from their home screen; nowhere else.
const address = document.currentScript.dataset.worker;
const keep = document.getElementById("keep");
let install = null;

async function register() {
  await navigator.serviceWorker.register(address);
  await navigator.serviceWorker.ready;
}

if ("serviceWorker" in navigator) {
  if (matchMedia("(display-mode: standalone)").matches) register();
  if (keep) {
    keep.hidden = false;
    window.addEventListener("beforeinstallprompt", (event) => {
      event.preventDefault();
      install = event;
    });
    keep.querySelector("button").addEventListener("click", async () => {
      await register();
      keep.hidden = true;
      document.getElementById("kept").hidden = false;
      if (install) install.prompt();
    });
  }
}
