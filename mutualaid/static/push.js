// Asks the browser for its address, when the button is pressed. Without it the page lacks nothing but the button.
const section = document.getElementById("devices");
const button = section && section.querySelector("button[data-key]");

function bytes(encoded) {
  const padded = encoded + "=".repeat((4 - (encoded.length % 4)) % 4);
  return Uint8Array.from(atob(padded.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
}

async function subscribe() {
  const worker = await navigator.serviceWorker.register(button.dataset.worker);
  await navigator.serviceWorker.ready;
  return worker.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytes(button.dataset.key) });
}

if (button && "serviceWorker" in navigator && "PushManager" in window) {
  section.hidden = false;
  button.addEventListener("click", async (event) => {
    event.preventDefault();
    try {
      button.form.elements.device.value = JSON.stringify(await subscribe());
    } catch {
      button.form.elements.device.value = "";
    }
    button.form.submit();
  });
}
