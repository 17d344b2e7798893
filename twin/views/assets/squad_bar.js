// The bar above the squad: filter, order, view, what is recorded.

const WIDE = 1100
const MOST = 480, LEAST = 190, LEAST_DENSE = 140 // px, width of a tile
const CROWD = 40 // athletes; more than these need the room of the map

function people(count) { return count === 1 ? "1 athlete" : `${count} athletes` }

function make_bar(page) {
  const bar = make("div", "bar", "", {role: "toolbar", "aria-label": "Squad"})
  const {options} = page
  const filter = make("input", "filter", "", {type: "search", placeholder: innerWidth < 1150 ? "Filter" : "Filter by name or sport", "aria-label": "Filter by name or sport"})
  filter.value = options.filter
  filter.addEventListener("input", () => page.set("filter", filter.value.trim()))
  const sort = make("select", "sort", "", {"aria-label": "Sort by"})
  for (const [name, [words]] of Object.entries(SORTS)) { sort.append(new Option(words, name)) }
  sort.addEventListener("change", () => page.set("sort", sort.value))
  const views = make("div", "choice", "", {role: "group", "aria-label": "View"})
  const view_buttons = [["tiles", "Tiles"], ["table", "Table"], ["compare", "Compare"]].map(([view, words]) => {
    const button = make("button", "", words, {type: "button"})
    button.addEventListener("click", () => page.set("view", view))
    views.append(button)
    return [view, button]
  })
  const map = make("button", "toggle", "Map", {type: "button"})
  map.addEventListener("click", () => page.set("map", !page.mapped))
  const select = make("button", "toggle", "Manage", {type: "button", title: "Select athletes to record or end, change names and limits"})
  select.addEventListener("click", () => {
    const on = page.root.classList.toggle("choosing")
    if (!on) { page.choose_only([]); page.draw() }
    bar.show()
  })
  const big = press("Big screen", () => page.big(true), "enlarge", {title: "For a screen on the wall; F"})
  big.hidden = !page.model.alone
  const step = make("span", "step"), summary = make("span", "summary")
  const error = make("span", "failed", "", {role: "alert"})
  const period = make("button", "", "", {type: "button"})
  period.addEventListener("click", () => period_dialog(page))
  const start = make("button", "main", "", {type: "button"})
  const stop = make("button", "", "", {type: "button"})
  const chosen = () => page.players.filter((p) => page.chosen.has(p.seat.id)).map((p) => p.seat.id)
  start.addEventListener("click", () => page.command("start", {athletes: chosen()}))
  stop.addEventListener("click", () => stop_dialog(page, chosen(), chosen().length ? people(chosen().length) : "all athletes"))
  const acts = make("div", "acts")
  acts.append(period, start, stop)
  bar.append(filter, sort, views, map, select, big, step, summary, error, acts)
  bar.filter = filter
  bar.fail = (words) => say(error, words)

  bar.show = () => {
    const {players} = page
    const group = page.chosen.size ? players.filter((p) => page.chosen.has(p.seat.id)) : players
    const recorded = group.filter((p) => p.row?.recording).length
    const count = page.chosen.size ? ` ${page.chosen.size}` : ""
    sort.value = options.sort
    for (const [view, button] of view_buttons) { button.setAttribute("aria-pressed", view === options.view) }
    map.setAttribute("aria-pressed", page.mapped)
    select.setAttribute("aria-pressed", page.root.classList.contains("choosing"))
    const live = players.filter((p) => p.live).length, over = players.filter((p) => p.over).length
    const soon = players.filter((p) => p.soon).length
    say(step, page.step)
    say(summary, players.length ? `${live} of ${players.length} live${over ? ` · ${over} above limit` : ""}${
      soon ? ` · ${soon} in 5 min` : ""}` : "")
    summary.classList.toggle("alarm", over > 0)
    start.hidden = !players.length || recorded === group.length
    say(start, `Start${count || " recording"}`)
    stop.hidden = recorded === 0
    say(stop, `End${count || " recording"}`)
    period.hidden = !players.some((p) => p.row?.recording)
    say(period, page.period.name ? `${page.period.name} ${page.period_clock}` : "Mark period")
    period.classList.toggle("runs", Boolean(page.period.name))
  }
  return bar
}

// As large as the window lets all tiles be; scrolling only where they would become unreadable.
function size_tiles(grid, list, count) {
  const width = list.clientWidth - 16, height = list.clientHeight - 16, gap = 8
  if (width <= 0 || !count) { return }
  const across = (least) => Math.max(1, Math.floor((width + gap) / (least + gap)))
  const wide = (n) => (width - (n - 1) * gap) / n
  const room = (n) => (height - (Math.ceil(count / n) - 1) * gap) / Math.ceil(count / n)
  // The fewest columns, so the largest tiles, with which all fit.
  const fit = (least, shape) => {
    for (let n = across(MOST); n <= across(least); n++) {
      if (room(n) >= shape * wide(n)) { return n }
    }
    return 0
  }
  let columns = fit(LEAST, 0.57), dense = false
  if (!columns && width >= 1000) { columns = fit(LEAST_DENSE, 0.5); dense = columns > 0 }
  const fits = columns > 0
  columns ||= across(width < 480 ? 164 : LEAST)
  const tall = fits ? Math.min(room(columns), 0.74 * wide(columns)) : 0.62 * wide(columns)
  grid.classList.toggle("dense", dense)
  const value = `auto-flow ${Math.floor(tall)}px / repeat(${columns}, minmax(0, 1fr))`
  if (grid.dataset.size !== value) { grid.dataset.size = value; grid.style.grid = value }
}

// Arrow keys go from athlete to athlete, by where they stand on the screen.
function walk(event, list) {
  const way = {ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1]}[event.key]
  if (!way || !event.target.classList?.contains("open")) { return }
  const middle = (element) => {
    const {left, top, width, height} = (element.closest(".tile, .line") ?? element).getBoundingClientRect()
    return [left + width / 2, top + height / 2]
  }
  const [x, y] = middle(event.target)
  let best = null, least = Infinity
  for (const link of list.querySelectorAll("a.open")) {
    if (link === event.target || !link.offsetParent) { continue }
    const [dx, dy] = [middle(link)[0] - x, middle(link)[1] - y]
    const along = dx * way[0] + dy * way[1], aside = Math.abs(dx * way[1]) + Math.abs(dy * way[0])
    if (along > 4 && along + 3 * aside < least) { least = along + 3 * aside; best = link }
  }
  if (best) { event.preventDefault(); best.focus() }
}
