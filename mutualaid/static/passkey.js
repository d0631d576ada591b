// Shows what needs a passkey where the browser has them, and says so when one did not work.
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
