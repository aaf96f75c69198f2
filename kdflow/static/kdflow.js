// All that every page does with JavaScript beside htmx and the keys: put the focus where the news is.
(() => {
  const news = document.querySelector("[data-focus]");
  // The page itself asks for the focus (autofocus), which also works without this file; some browsers pass it over.
  if (news) requestAnimationFrame(() => document.activeElement === news || news.focus());
  document.addEventListener("click", (event) => {
    const link = event.target.closest('.summary a[href^="#"]');
    const field = link && document.getElementById(link.hash.slice(1));
    if (!field) return;
    event.preventDefault();
    for (let box = field.closest("details"); box; box = box.parentElement.closest("details")) box.open = true;
    field.scrollIntoView({ block: "center" });
    field.focus({ preventScroll: true });
  });
})();
