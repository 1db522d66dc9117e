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
// Signatures: drawn with finger, pen or mouse; the form carries the picture. Whoever cannot draw ticks a box instead.
for (const canvas of document.querySelectorAll("canvas[data-sign]")) {
  const form = canvas.closest("form"), field = form.elements[canvas.dataset.sign], pen = canvas.getContext("2d");
  let last = null, ink = false;
  canvas.closest("[hidden]")?.removeAttribute("hidden");
  pen.lineWidth = 5; pen.lineCap = pen.lineJoin = "round"; pen.strokeStyle = "#0a1f5c";
  const place = (event) => {
    const box = canvas.getBoundingClientRect();
    return [(event.clientX - box.left) * canvas.width / box.width, (event.clientY - box.top) * canvas.height / box.height];
  };
  const draw = (to) => { pen.beginPath(); pen.moveTo(...last); pen.lineTo(...to); pen.stroke(); last = to; ink = true; };
  canvas.addEventListener("pointerdown", (event) => {
    if (last || event.button) return;
    canvas.setPointerCapture(event.pointerId);
    last = place(event); draw([last[0] + 0.1, last[1]]);
    event.preventDefault();
  });
  canvas.addEventListener("pointermove", (event) => { if (last) for (const one of event.getCoalescedEvents?.() ?? [event]) draw(place(one)); });
  for (const end of ["pointerup", "pointercancel"]) canvas.addEventListener(end, () => { last = null; });
  form.querySelector("[data-sign-clear]").addEventListener("click", () => { pen.clearRect(0, 0, canvas.width, canvas.height); ink = false; });
  form.addEventListener("submit", () => { field.value = ink ? canvas.toDataURL("image/png") : ""; });
}
