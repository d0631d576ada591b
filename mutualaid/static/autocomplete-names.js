// The boxes that select2 draws in place of a select have no name: each gets that of its select.
function nameBoxes() {
  for (const select of document.querySelectorAll("select.admin-autocomplete")) {
    const drawn = select.parentElement.querySelector(".select2-selection");
    drawn?.removeAttribute("aria-labelledby");
    for (const box of [drawn, drawn?.querySelector(".select2-selection__rendered")])
      box?.setAttribute("aria-label", select.getAttribute("aria-label"));
  }
}

// Both after the script before it, which draws them at the same moments.
django.jQuery(nameBoxes);
document.addEventListener("formset:added", nameBoxes);
// The box to search in stands at the end of the page, and only while the list is open.
document.addEventListener("focusin", ({ target }) => {
  if (!target.matches(".select2-search__field")) return;
  const open = document.querySelector(".select2-container--open .select2-selection");
  target.setAttribute("aria-label", open?.getAttribute("aria-label") ?? "");
});
