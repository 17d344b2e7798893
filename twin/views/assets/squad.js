// The squad page: bar, tiles or table, map. One frame a tick comes in, commands go out.

class SquadPage {
  constructor(model, view) {
    this.model = model
    this.view = view
    this.players = []
    this.period = {}
    this.heard = 0
    this.order_at = 0
    this.over = new Set()
    this.pictures = new AfterPaint(() => this.draw_pictures())
    this.options = read_address(model)
    this.chosen = new Set(this.options.chosen)
    this.root = make("div", "squad")
    this.map = new SquadMap(this)
    this.bar = make_bar(this)
    this.wall = make_wall(this)
    this.grid = make("ul", "tiles", "", {"aria-label": "Athletes"})
    this.table = make_table(this)
    this.comparison = new Comparison(this)
    this.empty = make("div", "empty")
    this.spoken = make("p", "unseen", "", {"aria-live": "polite"})
    this.list = make("div", "list")
    this.list.append(this.grid, this.table, this.comparison.box, this.empty)
    const body = make("div", "body")
    body.append(this.list, this.map.box)
    this.root.append(this.bar, this.wall, body, this.spoken)
    this.list.addEventListener("keydown", (event) => walk(event, this.list))
  }

  start() {
    this.model.on("roster", () => this.seat())
    this.model.on("frame", () => { this.socket?.remind(); this.take() })
    this.model.on("period", () => this.take_period())
    this.model.on("target", () => this.take_target())
    this.model.on("sensors", () => this.take_sensors())
    this.model.on("alerts", () => this.take_alerts())
    this.model.on("msg:custom", (message) => this.answer(message))
    this.deaf = this.model.alone ? squad_keys(this) : () => {}
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
    this.deaf()
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
    this.take_alerts()
    this.take_target()
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
    const names = Object.keys(TREND_SCALES)
    this.players.forEach((player, i) => names.forEach((name, k) => {
      const at = (i * names.length + k) * TREND_STEPS, seed = bytes.subarray(at, at + TREND_STEPS)
      player.trends[name] = new Trend(seed.length === TREND_STEPS ? seed : null, time)
    }))
  }

  // Shown with the next frame, which is never far.
  take_sensors() {
    const worn = JSON.parse(this.model.sensors)
    for (const player of this.players) { player.sensors = worn[player.seat.id] ?? [] }
  }

  // The loudest alert of each that nobody has acknowledged; others come into their order with the next frame.
  take_alerts() {
    const alerts = JSON.parse(this.model.alerts)
    for (const player of this.players) { player.alert = alerts[player.seat.id] ?? null }
  }

  // Of a workout that is led: a letter each, in the order of the roster.
  take_target() {
    this.target = JSON.parse(this.model.target)
    this.players.forEach((player, i) => { player.cue = LETTERS[this.target.cues?.[i]] ?? "" })
  }

  // The step that is done and what is left of it.
  get step() {
    const {step, ends} = this.target
    return step ? `${step}, ${span(Math.max(0, Date.parse(ends) - (this.time ?? Date.now())) / 1000)} left` : ""
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
    if (view === "compare" && this.players.length) { this.draw_comparison(); return }
    const parent = view === "table" ? this.table.body : this.grid
    const kind = view === "table" ? "line" : "tile"
    place(this, shown, parent, kind, view === "table" ? make_line : make_tile)
    if (view !== "table") { (this.options.big ? size_wall : size_tiles)(this.grid, this.list, shown.length) }
    for (const player of shown) { player[kind].show() }
    this.root.classList.toggle("untold", !this.target.step)
    this.root.classList.toggle("powerless", !shown.some((p) => p.row && !Number.isNaN(p.row.power)))
    this.show_empty(shown)
    this.bar.show()
    this.wall.show()
    this.pictures.request()
  }

  draw_comparison() {
    this.comparison.show()
    this.show_empty(this.players)
    this.bar.show()
    this.wall.show()
    this.pictures.request()
  }

  draw_pictures() {
    const colours = colours_of(this.root)
    if (this.options.view === "compare") { this.comparison.draw(colours) }
    draw_trends(this.shown, this.options.view === "table" ? "line" : "tile", colours)
    this.map.draw(this.shown, colours)
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
    if (this.model.alone) { write_address(this.options) }
    this.order_at = 0
    this.lay_out()
    this.draw()
  }

  get period_clock() {
    const {start} = this.period
    return start ? span(Math.max(0, (this.time ?? Date.now()) - Date.parse(start)) / 1000) : ""
  }

  big(big) { this.set("big", big); fill_screen(big) }

  compare(ids) { this.choose_only(ids.filter(Boolean)); this.draw() }

  get mapped() { return this.options.map ?? (!this.options.big && this.options.view !== "compare" && innerWidth >= WIDE && this.players.length <= CROWD) }

  sort(order) { this.set("sort", order) }
  link(seat) { return this.model.alone ? {href: `athlete?athlete=${encodeURIComponent(seat.id)}`} : {} }
  open({seat}) { if (this.model.alone) { location.href = this.link(seat).href } }
  edit(player) { edit_dialog(player, this) }
  choose(id, yes) { this.chosen[yes ? "add" : "delete"](id); this.choose_only(this.chosen) }

  choose_only(ids) {
    this.chosen = new Set(ids)
    this.options.chosen = [...ids]
    if (this.model.alone) { write_address(this.options) }
    this.bar.show()
  }

  lay_out() {
    const {view} = this.options
    const map = this.mapped
    this.grid.hidden = view !== "tiles"
    this.comparison.box.hidden = view !== "compare" || !this.players.length
    this.table.hidden = view !== "table"
    this.map.box.hidden = !map
    this.root.classList.toggle("mapped", map)
    this.root.classList.toggle("tabled", view === "table")
    this.root.classList.toggle("comparing", view === "compare")
    if (this.chosen.size && view !== "compare") { this.root.classList.add("choosing") }
    lay_big(this.root, this.options.big)
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
    if (!error && (command === "start" || command === "stop")) { this.choose_only([]); this.draw() }
  }
}

export function render({model, view}) {
  const page = new SquadPage(model, view)
  model.on("after_layout", () => page.draw())
  model.on("remove", () => page.stop())
  page.start()
  return page.root
}
