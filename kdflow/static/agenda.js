// Building an agenda without leaving the page: moves are sent in the background, points can be dragged by their grip.
// Everything works by its buttons without this file.
(() => {
  const part = "#bygger";
  const news = document.getElementById("agenda-nyt");

  // What is typed and not saved yet, and what is unfolded, stands there again when the agenda is drawn anew.
  const typed = (old) => [...old.querySelectorAll("textarea, input[type=text]")].filter((field) => field.value !== field.defaultValue);
  const again = (field) => {
    const here = document.getElementById(field.id);
    if (!here) return;
    here.value = field.value;
    if (here.form.elements.version) here.form.elements.version.value = field.form.elements.version.value;
  };
  const unfold = (old) => {
    for (const box of old.querySelectorAll("details[open]")) {
      const field = box.querySelector("textarea, input[type=text]");
      const here = field && document.getElementById(field.id);
      if (here) here.closest("details").open = true;
    }
  };

  const send = async (form, fields) => {
    const held = document.activeElement && document.activeElement.id;
    const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams([...new FormData(form), ...fields]) });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.querySelector(part);
    if (!answer.ok || !fresh) return void location.reload();
    const old = document.querySelector(part);
    old.replaceWith(document.adoptNode(fresh));
    typed(old).forEach(again);
    unfold(old);
    ready();
    const there = held && document.getElementById(held);
    if (there) there.focus({ preventScroll: false });
    const said = page.getElementById("agenda-nyt");
    news.textContent = "";
    if (said) requestAnimationFrame(() => { news.textContent = said.textContent; });
  };

  document.addEventListener("submit", (event) => {
    const form = event.target.closest("form[data-move]");
    if (!form) return;
    event.preventDefault();
    const button = event.submitter;
    if (!button || button.getAttribute("aria-disabled")) return;
    send(form, [[button.name, button.value]]);
  });

  const unmark = () => {
    for (const one of document.querySelectorAll(".drop-before, .drop-after")) one.classList.remove("drop-before", "drop-after");
  };

  const drag = (event) => {
    const grip = event.target.closest("[data-grip]");
    const point = grip && grip.closest("[data-at]");
    if (!point || event.button > 0) return;
    event.preventDefault();
    grip.setPointerCapture(event.pointerId);
    point.classList.add("dragged");
    const top = (one) => !one.classList.contains("below");
    const like = [...point.parentElement.querySelectorAll("[data-at]")].filter((one) => top(one) === top(point));
    let place = null;
    const over = (move) => {
      unmark();
      place = null;
      for (const one of like) {
        if (one === point) continue;
        const box = one.getBoundingClientRect();
        if (move.clientY < box.top || move.clientY > box.bottom) continue;
        const isAfter = move.clientY > box.top + box.height / 2;
        one.classList.add(isAfter ? "drop-after" : "drop-before");
        const from = Number(point.dataset.at);
        const to = Number(one.dataset.at) + (isAfter ? 1 : 0);
        place = to > from ? to - 1 : to;
      }
    };
    const end = (last) => {
      grip.removeEventListener("pointermove", over);
      grip.removeEventListener("pointerup", end);
      grip.removeEventListener("pointercancel", end);
      point.classList.remove("dragged");
      unmark();
      if (last.type === "pointerup" && place !== null && place !== Number(point.dataset.at)) {
        send(point.querySelector("form[data-move]"), [["way", "to"], ["place", String(place)]]);
      }
    };
    grip.addEventListener("pointermove", over);
    grip.addEventListener("pointerup", end);
    grip.addEventListener("pointercancel", end);
  };

  const ready = () => document.querySelector(part).classList.add("can-drag");
  document.addEventListener("pointerdown", drag);
  ready();
})();
