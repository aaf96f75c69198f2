// Building an agenda without leaving the page: moves are sent in the background, points and what waits can be dragged by
// their grips. Everything works by its buttons without this file.
(() => {
  const part = "#bygger";
  const news = document.getElementById("agenda-nyt");

  const say = (text, isTrouble = false) => {
    news.classList.toggle("trouble", isTrouble);
    news.textContent = "";
    requestAnimationFrame(() => {
      news.textContent = text;
      if (isTrouble && document.activeElement === document.body) news.focus();
    });
  };

  // What is typed and not saved yet, and what is unfolded, stands there again when the agenda is drawn anew.
  const typed = (old) => [...old.querySelectorAll("textarea, input[type=text], input[type=checkbox]")]
    .filter((field) => field.value !== field.defaultValue || field.checked !== field.defaultChecked);
  const again = (field) => {
    const here = document.getElementById(field.id);
    here.value = field.value;
    here.checked = field.checked;
    if (here.form.elements.version) here.form.elements.version.value = field.form.elements.version.value;
  };
  const unfold = (old) => {
    for (const box of old.querySelectorAll("details[open]")) {
      const field = box.querySelector("textarea, input[type=text]");
      const here = field && document.getElementById(field.id);
      if (here) here.closest("details").open = true;
    }
  };

  // Draw the agenda as it is on another page; answers what was typed where nothing can be typed any more.
  const draw = (page) => {
    const held = document.activeElement.id;
    const old = document.querySelector(part);
    old.replaceWith(document.adoptNode(page.querySelector(part)));
    const fields = typed(old);
    fields.filter((field) => document.getElementById(field.id)).forEach(again);
    unfold(old);
    ready();
    if (held) document.getElementById(held)?.focus();
    return fields.filter((field) => field.type !== "checkbox" && !document.getElementById(field.id)).map((field) => field.value);
  };

  // A page that is asked for; null where there is no line.
  const read = async (address, values) => {
    try {
      const answer = await fetch(address, values);
      return new DOMParser().parseFromString(await answer.text(), "text/html");
    } catch {
      return null;
    }
  };

  const why = (trouble) => [...trouble.querySelectorAll("h2, p, li")].map((one) => one.textContent.trim()).join(". ").replaceAll("..", ".");

  const send = async (form, fields) => {
    const body = new URLSearchParams([...new FormData(form), ...fields]);
    const answer = await read(form.action, { method: "POST", body });
    if (!answer) return say(news.dataset.sayNoLine, true);
    const isBuilder = answer.querySelector(part);
    const fresh = isBuilder ? answer : await read(location.pathname);
    if (!fresh || !fresh.querySelector(part)) return say(news.dataset.sayFailed, true);
    const trouble = answer.querySelector(".summary");
    const lost = draw(fresh);
    const said = !isBuilder ? news.dataset.sayChanged : trouble ? why(trouble) : answer.getElementById("agenda-nyt").textContent;
    say(lost.length ? `${said} ${news.dataset.sayLost} ${lost.map((text) => `»${text}«`).join(", ")}` : said, !isBuilder || !!trouble || lost.length > 0);
  };

  document.addEventListener("submit", (event) => {
    const form = event.target.closest("form[data-move]");
    if (!form) return;
    event.preventDefault();
    const button = event.submitter;
    if (!button || button.getAttribute("aria-disabled")) return;
    send(form, [[button.name, button.value]]);
  });

  // --- dragging: the page follows the pointer at its edges -------------------------------------------------------
  const EDGE = 80, FASTEST = 24, REACH = 60;

  const unmark = () => {
    for (const one of document.querySelectorAll(".drop-before, .drop-after")) one.classList.remove("drop-before", "drop-after");
  };

  // The nearest of some points, and whether the pointer is in its lower half; none where it is far from all of them.
  const nearest = (points, x, y) => {
    let found = null, least = REACH;
    for (const one of points) {
      const box = one.getBoundingClientRect();
      const off = Math.max(box.top - y, y - box.bottom, box.left - x, x - box.right, 0);
      if (off < least) [found, least] = [{ one, isAfter: y > box.top + box.height / 2 }, off];
    }
    return found;
  };

  const placeOf = (dragged, target) => {
    const to = Number(target.one.dataset.at) + (target.isAfter ? 1 : 0);
    const from = dragged.dataset.at;
    return from !== undefined && to > Number(from) ? to - 1 : to;
  };

  const speed = (y) => {
    const off = y < EDGE ? y - EDGE : Math.max(y - innerHeight + EDGE, 0);
    return Math.sign(off) * Math.ceil(FASTEST * Math.min(Math.abs(off) / EDGE, 1));
  };

  const drag = (event) => {
    const grip = event.target.closest("[data-grip]");
    if (!grip || event.button > 0) return;
    event.preventDefault();
    const dragged = grip.closest("[data-kin]");
    const points = [...document.querySelectorAll("[data-at]")].filter((one) => one.dataset.kin === dragged.dataset.kin);
    let [x, y, place, frame] = [event.clientX, event.clientY, null, 0];
    const look = () => {
      const target = nearest(points, x, y);
      unmark();
      place = target && target.one !== dragged ? placeOf(dragged, target) : null;
      if (place !== null) target.one.classList.add(target.isAfter ? "drop-after" : "drop-before");
    };
    const follow = () => {
      const step = speed(y);
      if (step) {
        scrollBy({ top: step, behavior: "instant" });
        look();
      }
      frame = requestAnimationFrame(follow);
    };
    const over = (move) => {
      [x, y] = [move.clientX, move.clientY];
      if (!frame) follow();
      look();
    };
    const end = (last) => {
      cancelAnimationFrame(frame);
      for (const [name, act] of acts) grip.removeEventListener(name, act);
      dragged.classList.remove("dragged");
      unmark();
      if (last.type !== "pointerup" || place === null || String(place) === dragged.dataset.at) return;
      send(grip.closest("form"), [["way", "to"], ["place", String(place)]]);
    };
    const acts = [["pointermove", over], ["pointerup", end], ["pointercancel", end]];
    grip.setPointerCapture(event.pointerId);
    dragged.classList.add("dragged");
    for (const [name, act] of acts) grip.addEventListener(name, act);
  };

  const ready = () => document.querySelector(part).classList.add("can-drag");
  document.addEventListener("pointerdown", drag);
  ready();
})();
