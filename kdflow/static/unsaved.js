// Several forms on one page: before one is sent, or the page left, the browser asks if another has text that would be
// lost. Minutes keep their own texts (minutes.js).
(() => {
  let sent = null;
  const isTyped = (field) => field.matches("textarea, input[type=text]") && field.value !== field.defaultValue && !field.closest("[data-minutes]");
  const loses = (form) => form !== sent && form.method === "post" && [...form.elements].some(isTyped);
  document.addEventListener("submit", (event) => { if (!event.defaultPrevented) sent = event.target; });
  window.addEventListener("beforeunload", (event) => {
    if ([...document.forms].some(loses)) event.preventDefault();
    sent = null;
  });
})();
