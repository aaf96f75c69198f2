// Minutes are kept while somebody writes them, point by point. Nothing is lost when that fails: the text stays, it is tried again,
// and the browser warns before the page is left. Everything works by its buttons without this file.
(() => {
  const PAUSE = 900, AGAIN = 5000;
  const states = new Map();
  const state = (form) => {
    if (!states.has(form)) states.set(form, { timer: 0, isDirty: false, isBusy: false, isStopped: false });
    return states.get(form);
  };
  const POINT = "[data-minutes]";
  const part = (form, name) => form.querySelector(`[data-${name}]`);
  const field = (form, name) => form.querySelector(`[name$=".${name}"]`);
  const isSent = (one) => one.type !== "submit" && (one.type !== "checkbox" || one.checked);
  const told = (form) => {
    const { elements } = form.closest("form"), body = new URLSearchParams({ at: form.dataset.minutes });
    for (const name of ["form", "token"]) body.append(name, elements[name].value);
    for (const one of form.querySelectorAll("[name]")) if (isSent(one)) body.append(one.name, one.value);
    return body;
  };

  const plan = (form, after) => {
    const mine = state(form);
    clearTimeout(mine.timer);
    if (!mine.isStopped) mine.timer = setTimeout(() => keep(form), after);
  };

  const keep = async (form) => {
    const mine = state(form);
    if (mine.isBusy) return plan(form, PAUSE);
    mine.isBusy = true;
    mine.isDirty = false;
    try {
      const answer = await fetch(form.closest("form").action, { method: "POST", body: told(form), redirect: "manual", headers: { "hx-request": "true" } });
      const text = answer.type === "opaqueredirect" ? "" : await answer.text();
      if (answer.ok) saved(form, text);
      else if (answer.status === 409 || answer.status === 403) refused(form, text, answer.status);
      else failed(form);
    } catch {
      failed(form);
    }
    mine.isBusy = false;
  };

  const piece = (text) => new DOMParser().parseFromString(text, "text/html").body;

  const saved = (form, text) => {
    const said = piece(text).querySelector("[data-version]");
    if (!said) return failed(form);
    field(form, "version").value = said.dataset.version;
    field(form, "shown").value = said.dataset.shown;
    part(form, "saved").textContent = said.textContent;
    part(form, "refused").replaceChildren();
  };

  const failed = (form) => {
    const said = part(form, "saved");
    said.textContent = said.dataset.sayFailed;
    state(form).isDirty = true;
    plan(form, AGAIN);
  };

  const refused = (form, text, status) => {
    const mine = state(form);
    mine.isDirty = true;
    const found = piece(text);
    if (!found.querySelector("h4")) return failed(form);
    mine.isStopped = true;
    part(form, "saved").textContent = part(form, "saved").dataset.sayRefused;
    part(form, "refused").replaceChildren(...document.adoptNode(found).childNodes);
    if (status === 403) mine.isDirty = false;
  };

  document.addEventListener("input", (event) => {
    const form = event.target.closest(POINT);
    if (!form) return;
    state(form).isDirty = true;
    if (!state(form).isStopped) part(form, "saved").textContent = part(form, "saved").dataset.sayBusy;
    plan(form, PAUSE);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key.toLowerCase() !== "s" || !(event.ctrlKey || event.metaKey) || event.altKey) return;
    const form = event.target.closest(POINT);
    if (!form) return;
    event.preventDefault();
    clearTimeout(state(form).timer);
    keep(form);
  });
  document.addEventListener("click", (event) => {
    const form = event.target.closest(POINT);
    const theirs = form && part(form, "theirs");
    const choice = event.target.closest("[data-keep-mine], [data-take-theirs]");
    if (!theirs || !choice) return;
    const mine = state(form);
    field(form, "version").value = theirs.dataset.version;
    if (choice.matches("[data-take-theirs]")) field(form, "text").value = theirs.dataset.empty === "yes" ? "" : theirs.textContent;
    mine.isStopped = false;
    field(form, "text").focus();
    keep(form);
  });
  // The form is sent by another button: what is written at the points is kept first.
  const sure = new WeakSet();
  const settle = async (form) => {
    while (state(form).isBusy) await new Promise((done) => setTimeout(done, 50));
    clearTimeout(state(form).timer);
    if (state(form).isDirty && !state(form).isStopped) await keep(form);
  };
  const keepFirst = async (unkept, { target, submitter }) => {
    await Promise.all(unkept.map(settle));
    sure.add(target);
    target.requestSubmit(submitter);
  };

  document.addEventListener("submit", (event) => {
    const { target, submitter } = event;
    if (submitter && submitter.matches("[data-save]")) {
      event.preventDefault();
      const form = submitter.closest(POINT);
      clearTimeout(state(form).timer);
      return void keep(form);
    }
    const unkept = [...states].filter(([, mine]) => !mine.isStopped && (mine.isDirty || mine.isBusy));
    if (unkept.length && !sure.delete(target)) {
      event.preventDefault();
      return void keepFirst(unkept.map(([one]) => one), event);
    }
    for (const mine of states.values()) Object.assign(mine, { isDirty: false, isStopped: true });
  });
  // Enter in a line presses the button beside it, not the first of the form.
  document.addEventListener("keydown", (event) => {
    const beside = event.key === "Enter" && event.target.matches("input[type=text]") && event.target.closest("[data-enter]");
    if (!beside) return;
    event.preventDefault();
    beside.querySelector("button").click();
  });
  window.addEventListener("beforeunload", (event) => {
    if ([...states.values()].some((one) => one.isDirty || one.isBusy)) event.preventDefault();
  });
})();
