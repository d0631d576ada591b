// Shows what needs a passkey where the browser has them, and says so when one did not work.
const canUse = Boolean(window.PublicKeyCredential);
for (const element of document.querySelectorAll("[data-passkey]")) element.hidden = !canUse;
for (const element of document.querySelectorAll("[data-no-passkey]")) element.hidden = canUse;

document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  for (const element of document.querySelectorAll("[data-passkey-error]")) element.hidden = false;
});
