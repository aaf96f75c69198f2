// Writing about a sag: say it when a draft could not be kept, and keep one with Ctrl+S. The rest is htmx.
(() => {
  // No line is an answer like any other that says no; htmx would put it on the console.
  document.addEventListener("htmx:before:request", ({ detail: { ctx } }) => {
    const ask = ctx.fetch;
    ctx.fetch = (...asked) => ask(...asked).catch((error) => {
      if (error.name === "AbortError") throw error;
      return new Response("", { status: 503 });
    });
  });
  for (const trouble of ["htmx:response:error", "htmx:error"]) {
    document.addEventListener(trouble, (event) => {
      const form = event.target.closest("form");
      const said = form && form.querySelector("[data-say-failed]");
      if (said) said.textContent = said.dataset.sayFailed;
    });
  }
  document.addEventListener("keydown", (event) => {
    if (event.key.toLowerCase() !== "s" || !(event.ctrlKey || event.metaKey) || event.altKey) return;
    const form = event.target.closest("form");
    const keep = form && form.querySelector("[data-keep]");
    if (!keep) return;
    event.preventDefault();
    keep.click();
  });
})();
