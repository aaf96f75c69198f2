// Keys: "?" lists them, "/" searches, "g" and a letter goes somewhere. Never while somebody types, nor with Ctrl, Alt
// or Cmd; each browser can turn them off.
(() => {
  const dialog = document.getElementById("tasteliste");
  const store = (value) => {
    try {
      if (value !== undefined) localStorage.setItem("kdflow-keys", value);
      return localStorage.getItem("kdflow-keys");
    } catch { return null; }
  };
  const show = () => document.querySelectorAll("[data-keys]").forEach((button) => {
    button.hidden = false;
    button.textContent = store() === "off" ? button.dataset.sayOn : button.dataset.sayOff;
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-close]")) dialog?.close();
    if (event.target.closest("[data-keys]")) {
      store(store() === "off" ? "on" : "off");
      show();
    }
  });
  let leader = 0;
  document.addEventListener("keydown", (event) => {
    const isTyping = event.target.closest?.("input, textarea, select, [contenteditable]");
    if (store() === "off" || isTyping || event.ctrlKey || event.metaKey || event.altKey || dialog?.open) return;
    const follows = event.timeStamp - leader < 1500;
    leader = event.key === "g" ? event.timeStamp : 0;
    const search = document.getElementById("q");
    if (event.key === "?" && dialog) {
      event.preventDefault();
      dialog.showModal();
    } else if (event.key === "/" && search) {
      event.preventDefault();
      search.focus();
    } else if (follows && /^[a-z]$/.test(event.key)) {
      document.querySelector(`[data-go="${event.key}"]`)?.click();
    }
  });
  show();
})();
