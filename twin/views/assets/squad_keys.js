// The keys of the squad page, and what stops their hearing.

function squad_keys(page) {
  on_keys(page.model, {
    "/": () => page.bar.filter.focus(),
    t: () => page.set("view", page.options.view === "table" ? "tiles" : "table"),
    c: () => page.set("view", page.options.view === "compare" ? "tiles" : "compare"),
    m: () => page.set("map", !page.mapped),
    f: () => page.big(!page.options.big),
    Escape: () => { if (page.options.big) { page.big(false) } },
  }, ["Escape"])
  const left = () => { if (!document.fullscreenElement && page.options.big) { page.big(false) } }
  document.addEventListener("fullscreenchange", left)
  return () => document.removeEventListener("fullscreenchange", left)
}
