// What a viewer has chosen stands in the address: a reload, a bookmark, a lost server keep it.

const VIEWS = ["tiles", "table", "compare"]
const USUAL = {view: "tiles", sort: "now", filter: "", chosen: "", big: "", share: ""}

function read_address(model) {
  const query = new URLSearchParams(model.alone ? location.search : "")
  const map = query.get("map"), view = query.get("view"), sort = query.get("sort")
  return {
    view: VIEWS.includes(view) ? view : USUAL.view,
    sort: sort in SORTS ? sort : USUAL.sort,
    filter: query.get("filter") ?? "",
    chosen: (query.get("chosen") ?? "").split(",").filter(Boolean),
    map: map === null ? null : map === "1", // null: where there is room for it
    big: query.get("big") === "1",
    share: query.get("share") === "1", // of the maximum, in the comparison
  }
}

function write_address({view, sort, filter, chosen, map, big, share}) {
  const query = new URLSearchParams(location.search)
  const wanted = {view, sort, filter, chosen: chosen.join(","), big: big ? "1" : "", share: share ? "1" : ""}
  for (const [name, value] of Object.entries(wanted)) {
    if (value === USUAL[name]) { query.delete(name) } else { query.set(name, value) }
  }
  if (map !== null) { query.set("map", map ? "1" : "0") }
  const words = query.toString()
  history.replaceState(history.state, "", words ? `?${words}` : location.pathname)
}
