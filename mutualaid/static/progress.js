// Says how far the work is, and loads the page anew only when it is done: whoever reads it keeps their place.
const far = document.getElementById("far");
const bar = document.querySelector("progress");

async function lookAgain() {
  try {
    const answer = await fetch(location.href);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const now = page.getElementById("far");
    if (answer.redirected || (answer.ok && !now)) return location.reload();
    if (now && now.textContent !== far.textContent) {
      far.textContent = now.textContent;
      const value = page.querySelector("progress").getAttribute("value");
      if (value) bar.setAttribute("value", value);
    }
  } catch {
    // The network is away for a moment: the next look finds out.
  }
  setTimeout(lookAgain, 3000);
}

setTimeout(lookAgain, 3000);
