// Copies the code and the link, or hands them to the phone's own menu. Without it they are on the page.
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
