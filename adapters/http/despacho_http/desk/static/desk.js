"use strict";
// What plain HTML cannot do. Everything works without it except drawing a signature and watching progress.
document.addEventListener("change", (event) => {
  const all = event.target.closest("[data-choose-all]");
  if (!all) return;
  for (const box of document.querySelectorAll(`input[type=checkbox][name="${all.dataset.chooseAll}"]`)) box.checked = all.checked;
});
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.desk-menu[open]")) if (!menu.contains(event.target)) menu.open = false;
  const asked = event.target.closest("[data-ask]");
  if (asked && !window.confirm(asked.dataset.ask)) event.preventDefault();
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of document.querySelectorAll("details.desk-menu[open]")) { menu.open = false; menu.querySelector("summary").focus(); }
});
