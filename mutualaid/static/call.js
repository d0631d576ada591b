// While a call is taken, shows asks that may be the same. Sent as a POST, for what is typed is personal.
const call = document.querySelector("form.call");
const COMPARED = ["name", "phone", "email", "category", "locality"];
let newest = 0;

async function showAlike() {
  const mine = (newest += 1);
  try {
    const answer = await fetch(location.pathname, {
      method: "POST",
      headers: { "X-Looks-Only": "1" },
      body: new FormData(call),
    });
    if (answer.redirected) location.assign(answer.url); // signed out meanwhile: what was typed waits there
    const html = answer.ok && !answer.redirected ? await answer.text() : "";
    const shown = new DOMParser().parseFromString(html, "text/html").body.childNodes;
    if (mine === newest) document.getElementById("alike").replaceChildren(...shown);
  } catch {
    // It is looked for once more when the form is sent.
  }
}

if (call) {
  call.addEventListener("change", (event) => {
    if (COMPARED.includes(event.target.name)) showAlike();
  });
}
