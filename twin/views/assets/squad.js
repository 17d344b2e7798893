// The squad page: bar, tiles or table, map. One frame a tick comes in, commands go out.

// What to sort by: words, key (larger first, or text), direction for a screen reader.
const SORTS = {
  limit: ["Closest to limit", (p) => p.closeness, "descending"],
  soon: ["Reaches limit next", (p) => -p.limit_in, "ascending"],
  rate: ["Heart rate", (p) => p.rate, "descending"],
  share: ["% of maximum", (p) => p.share, "descending"],
  zone: ["Zone", (p) => (p.live ? p.zone : NaN), "descending"],
  name: ["Name", (p) => p.seat.name.toLowerCase(), "ascending"],
  speed: ["Speed", (p) => p.fresh("speed"), "descending"],
  power: ["Power", (p) => p.fresh("power"), "descending"],
  distance: ["Distance", (p) => p.fresh("distance"), "descending"],
  load: ["Load", (p) => p.fresh("load"), "descending"],
}
const REORDER_MS = 5000 // tiles change places at most this often, and never under a finger

function ordered(players, sort) {
  const key = SORTS[sort][1]
  return players.map((p) => [key(p), p]).sort(([a, p], [b, q]) => {
    if (typeof a === "string") { return a.localeCompare(b) }
    const known = Number.isNaN(a) - Number.isNaN(b)
    return known || (Number.isNaN(a) ? 0 : b - a) || p.seat.name.localeCompare(q.seat.name)
  }).map(([, p]) => p)
}

function colours_of(element) {
  const style = getComputedStyle(element)
  const of = (name) => style.getPropertyValue(`--${name}`).trim()
  const zones = [1, 2, 3, 4, 5].map((n) => of(`zone-${n}`))
  return {text: of("text"), card: of("card"), muted: of("muted"), stale: of("stale"), line: of("lines"),
    alarm: of("alarm"), on_zone: of("on-zone"), dark: parseInt(of("card").slice(1, 3), 16) < 128, zone: (n) => zones[n - 1] ?? of("stale")}
}

// Does a piece of work once the browser has painted what is there now; asked again meanwhile, once.
class AfterPaint {
  constructor(work) {
    this.work = work
    this.asked = false
  }

  request() {
    if (this.asked) { return }
    this.asked = true
    requestAnimationFrame(() => setTimeout(() => { this.asked = false; this.work() }))
  }
}

class SquadPage {
  constructor(model, view) {
    this.model = model
    this.view = view
    this.players = []
    this.chosen = new Set()
    this.period = {}
    this.heard = 0
    this.order_at = 0
    this.over = new Set()
    this.pictures = new AfterPaint(() => this.draw_pictures())
    this.options = read_address()
    this.root = make("div", "squad")
    this.map = new SquadMap(this)
    this.bar = make_bar(this)
    this.grid = make("ul", "tiles", "", {"aria-label": "Athletes"})
    this.table = make_table(this)
    this.empty = make("div", "empty")
    this.spoken = make("p", "unseen", "", {"aria-live": "polite"})
    this.list = make("div", "list")
    this.list.append(this.grid, this.table, this.empty)
    const body = make("div", "body")
    body.append(this.list, this.map.box)
    this.root.append(this.bar, body, this.spoken)
    this.list.addEventListener("keydown", (event) => walk(event, this.list))
  }

  start() {
    this.model.on("roster", () => this.seat())
    this.model.on("frame", () => { this.socket?.remind(); this.take() })
    this.model.on("period", () => this.take_period())
    this.model.on("sensors", () => this.take_sensors())
    this.model.on("msg:custom", (message) => this.answer(message))
    this.clock = setInterval(() => this.tick(), 1000)
    this.resized = new ResizeObserver(() => this.draw())
    this.resized.observe(this.root)
    this.themed = new MutationObserver(() => this.draw())
    const page = document.querySelector("#page-style")
    if (page) { this.themed.observe(page, {childList: true, characterData: true, subtree: true}) }
    this.seat()
    this.take_period()
    this.take()
    this.lay_out()
    if (this.model.socket) { this.socket = new FrameSocket(this.model) }
  }

  stop() {
    this.socket?.close()
    clearInterval(this.clock)
    this.resized.disconnect()
    this.themed.disconnect()
  }

  // A new roster: who is known stays with trend and tail.
  seat() {
    const before = new Map(this.players.map((p) => [p.seat.id, p]))
    this.players = JSON.parse(this.model.roster).map((seat) => {
      const player = before.get(seat.id) ?? new Player(seat)
      player.seat = seat
      return player
    })
    this.order_at = 0
    this.take_sensors()
    this.lay_out()
    if (this.heard) { this.draw() }
  }

  take() {
    const frame = unpack_frame(buffer_of(this.model.frame))
    if (!frame || frame.rows.length > this.players.length) { return }
    if (!this.heard) { this.seed(frame.time) }
    this.heard = performance.now()
    this.time = frame.time
    frame.rows.forEach((row, i) => this.players[i].take(row, frame.time))
    this.map.take(this.players)
    this.announce()
    this.draw()
  }

  seed(time) {
    const bytes = new Uint8Array(buffer_of(this.model.trend))
    this.players.forEach((player, i) => {
      const seed = bytes.subarray(i * TREND_STEPS, (i + 1) * TREND_STEPS)
      player.trend = new Trend(seed.length === TREND_STEPS ? seed : null, time)
    })
  }

  // Shown with the next frame, which is never far.
  take_sensors() {
    const worn = JSON.parse(this.model.sensors)
    for (const player of this.players) { player.sensors = worn[player.seat.id] ?? [] }
  }

  take_period() { this.period = JSON.parse(this.model.period); this.bar.show() }

  // Without frames the numbers on the screen grow old too.
  tick() {
    const waited = (performance.now() - this.heard) / 1000
    if (this.heard && waited > 2) {
      for (const player of this.players) { player.waited = waited }
      this.draw()
    }
    this.bar.show()
  }

  announce() {
    const over = new Set(this.players.filter((p) => p.over).map((p) => p.seat.id))
    const fresh = this.players.filter((p) => p.over && !this.over.has(p.seat.id))
    if (fresh.length) { say(this.spoken, fresh.map(spoken).join(". ")) }
    this.over = over
  }

  get shown() {
    const words = this.options.filter.toLowerCase().split(/\s+/).filter(Boolean)
    return this.players.filter(({seat}) => words.every((w) => `${seat.name} ${seat.sport}`.toLowerCase().includes(w)))
  }

  // Numbers now; trends and map when the browser has shown them.
  draw() {
    const shown = this.shown
    const {view} = this.options
    const parent = view === "table" ? this.table.body : this.grid
    const kind = view === "table" ? "line" : "tile"
    this.place(shown, parent, kind, view === "table" ? make_line : make_tile)
    if (view !== "table") { size_tiles(this.grid, this.list, shown.length) }
    for (const player of shown) { player[kind].show() }
    this.root.classList.toggle("powerless", !shown.some((p) => p.row && !Number.isNaN(p.row.power)))
    this.show_empty(shown)
    this.bar.show()
    this.pictures.request()
  }

  draw_pictures() {
    const colours = colours_of(this.root)
    draw_trends(this.shown, this.options.view === "table" ? "line" : "tile", colours)
    this.map.draw(this.shown, colours)
  }

  // Put the elements in their order; nothing moves while someone points at or is inside the list.
  place(shown, parent, kind, build) {
    for (const player of shown) { player[kind] ??= build(player, this) }
    const now = performance.now()
    const have = [...parent.children]
    const same = have.length === shown.length && shown.every((p) => p[kind].parentNode === parent)
    const busy = this.list.matches(":hover") && matchMedia("(hover: hover)").matches || this.list.contains(this.view.shadow_el?.activeElement ?? null)
    if (same && this.order_at && (now - this.order_at < REORDER_MS || busy)) { return }
    this.order_at = now
    const wanted = ordered(shown, this.options.sort).map((p) => p[kind])
    if (same && wanted.every((element, i) => element === have[i])) { return }
    put_in_order(parent, wanted)
  }

  show_empty(shown) {
    this.empty.hidden = shown.length > 0
    if (this.empty.hidden) { return }
    const [title, text] = this.players.length
      ? ["Nobody matches", `No name or sport holds “${this.options.filter}”.`]
      : ["No athletes yet", "Start a source: twin serve --source simulator:12, a recorded file with --source replay:FILE, or straps with --source ble."]
    this.empty.replaceChildren(make("h2", "", title), make("p", "", text))
  }

  set(name, value) {
    this.options[name] = value
    write_address(this.options)
    this.order_at = 0
    this.lay_out()
    this.draw()
  }

  get mapped() { return this.options.map ?? (innerWidth >= WIDE && this.players.length <= CROWD) }

  sort(order) { this.set("sort", order) }
  open(player) { location.href = `athlete?athlete=${encodeURIComponent(player.seat.id)}` }
  edit(player) { edit_dialog(player, this) }
  choose(id, yes) { this.chosen[yes ? "add" : "delete"](id); this.bar.show() }

  lay_out() {
    const {view} = this.options
    const map = this.mapped
    this.grid.hidden = view === "table"
    this.table.hidden = view !== "table"
    this.map.box.hidden = !map
    this.root.classList.toggle("mapped", map)
    this.root.classList.toggle("tabled", view === "table")
    this.table.show_order(this.options.sort)
    this.bar.show()
  }

  show_dialog(dialog) { this.root.append(dialog); dialog.showModal() }

  command(command, words, dialog = null) {
    this.dialog = dialog
    this.model.send_msg({command, ...words})
  }

  answer({command, error}) {
    if (error && this.dialog) { this.dialog.fail(error) }
    if (error && !this.dialog) { this.bar.fail(error) }
    if (!error) { this.dialog?.close(); this.dialog = null; this.bar.fail("") }
    if (!error && (command === "start" || command === "stop")) { this.chosen.clear(); this.draw() }
  }
}

export function render({model, view}) {
  const page = new SquadPage(model, view)
  model.on("after_layout", () => page.draw())
  model.on("remove", () => page.stop())
  page.start()
  return page.root
}
