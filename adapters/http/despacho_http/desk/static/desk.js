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
  let last = null, ink = null;
  canvas.closest("[hidden]")?.removeAttribute("hidden");
  pen.lineWidth = 6; pen.lineCap = pen.lineJoin = "round"; pen.strokeStyle = "#0a1f5c";
  const place = (event) => {
    const box = canvas.getBoundingClientRect();
    return [(event.clientX - box.left) * canvas.width / box.width, (event.clientY - box.top) * canvas.height / box.height];
  };
  const draw = (to) => {
    pen.beginPath(); pen.moveTo(...last); pen.lineTo(...to); pen.stroke(); last = to;
    ink = ink ? [Math.min(ink[0], to[0]), Math.min(ink[1], to[1]), Math.max(ink[2], to[0]), Math.max(ink[3], to[1])] : [...to, ...to];
  };
  // Only what is drawn on is sent, so that it fills its box on the paper.
  const cropped = () => {
    const cut = document.createElement("canvas"), x = Math.max(0, ink[0] - 12), y = Math.max(0, ink[1] - 12);
    cut.width = Math.min(canvas.width, ink[2] + 12) - x; cut.height = Math.min(canvas.height, ink[3] + 12) - y;
    cut.getContext("2d").drawImage(canvas, -x, -y);
    return cut.toDataURL("image/png");
  };
  canvas.addEventListener("pointerdown", (event) => {
    if (last || event.button) return;
    canvas.setPointerCapture(event.pointerId);
    last = place(event); draw([last[0] + 0.1, last[1]]);
    event.preventDefault();
  });
  canvas.addEventListener("pointermove", (event) => { if (last) for (const one of event.getCoalescedEvents?.() ?? [event]) draw(place(one)); });
  for (const end of ["pointerup", "pointercancel"]) canvas.addEventListener(end, () => { last = null; });
  form.querySelector("[data-sign-clear]").addEventListener("click", () => { pen.clearRect(0, 0, canvas.width, canvas.height); ink = null; });
  form.addEventListener("submit", () => { field.value = ink ? cropped() : ""; });
}
// What was asked for in the background and did not come: said at the top of the page that is there, in the hub's words if it has any.
const tell = (words) => {
  const said = document.getElementById("said");
  if (said && words) { said.replaceChildren(words); window.scrollTo(0, 0); }
};
const unreachable = () => tell(document.getElementById("unreachable")?.content.cloneNode(true));
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  if (detail.xhr.status < 400) return;
  const part = new DOMParser().parseFromString(detail.serverResponse, "text/html").querySelector(".alert");
  if (part) tell(document.importNode(part, true)); else unreachable();
});
for (const gone of ["htmx:sendError", "htmx:timeout"]) document.addEventListener(gone, unreachable);
// Forms that open in place: one at a time, since their fields have the same names; and the eyes go where the form is.
document.addEventListener("htmx:beforeSwap", (event) => {
  if (!event.target.matches?.("[data-in-place]")) return;
  for (const other of document.querySelectorAll("[data-in-place]")) if (other !== event.target) other.replaceChildren();
});
document.addEventListener("htmx:afterSettle", (event) => {
  if (event.target.matches?.("[data-in-place]")) (event.target.querySelector("[aria-invalid=true]") ?? event.target.querySelector("input:not([type=hidden]), select"))?.focus();
});
// After a refusal the first field that is wrong is where to go on.
document.querySelector("[aria-invalid=true]")?.focus();
