// Two to four athletes beside each other: their numbers of now, and curves that share one cursor.

const COMPARED = 4

// What is compared beside heart rate: power where all have it, else how fast.
function work_of(players) {
  const some = (name) => players.every((p) => p.trends[name]?.rates.some((step) => step < BETWEEN))
  return some("power") ? {name: "power", words: "Power, W", scale: 8, least: 60}
    : {name: "speed", words: "Speed, km/h", scale: 0.36, least: 6}
}

class Comparison {
  constructor(page) {
    this.page = page
    this.cursor = null // steps of the trends before now
    this.panels = new Map()
    this.box = make("section", "compare", "", {"aria-label": "Comparison"})
    this.add = make("select", "add", "", {"aria-label": "Add an athlete"})
    this.add.addEventListener("change", () => page.compare([...this.ids, this.add.value]))
    this.share = press("% of maximum", () => page.set("share", !page.options.share), "toggle")
    const tools = make("div", "bar")
    tools.append(this.add, this.share)
    this.row = make("div", "panels")
    this.box.append(tools, this.row)
  }

  get players() { return this.ids.map((id) => this.page.players.find((p) => p.seat.id === id)) }

  // Those chosen; where they are fewer than two, those who matter most beside.
  get ids() {
    const here = this.page.players.map((p) => p.seat.id)
    const chosen = [...this.page.chosen].filter((id) => here.includes(id))
    const next = ordered(this.page.players, "now").map((p) => p.seat.id).filter((id) => !chosen.includes(id))
    while (chosen.length < 2 && next.length) { chosen.push(next.shift()) }
    return chosen.slice(0, COMPARED)
  }

  show() {
    const players = this.players, ids = players.map((p) => p.seat.id)
    if (ids.join() !== [...this.page.chosen].slice(0, COMPARED).join()) { this.page.compare(ids); return }
    const others = this.page.players.filter((p) => !ids.includes(p.seat.id))
    offer(this.add, [["", ids.length < COMPARED ? "Add an athlete …" : "Four at most"],
      ...(ids.length < COMPARED ? others.map(({seat}) => [seat.id, seat.name]) : [])], "")
    mark(this.share, "aria-pressed", String(this.page.options.share))
    const panels = players.map((player) => {
      if (!this.panels.has(player)) { this.panels.set(player, this.make_panel(player)) }
      return this.panels.get(player)
    })
    if (panels.length !== this.row.children.length || panels.some((panel, i) => panel !== this.row.children[i])) { this.row.replaceChildren(...panels) }
    this.row.style.setProperty("--count", panels.length)
    for (const panel of panels) { panel.show(panels.length) }
  }

  make_panel(player) {
    const {seat} = player
    const panel = make("section", "panel")
    const top = make("div", "top"), numbers = make("div", "numbers")
    const name = make("a", "open", "", this.page.link(seat)), badge = zone_badge()
    const away = press("✕", () => this.page.compare(this.ids.filter((id) => id !== seat.id)), "edit")
    const rate = make("span", "rate"), share = quantity("share"), word = make("span", "word")
    const fast = quantity("fast"), far = quantity("far"), load = quantity("load")
    const foot = make("div", "foot")
    top.append(name, badge, away)
    numbers.append(rate, share, word)
    foot.append(fast, far, load)
    panel.curves = [this.make_curve(), this.make_curve()]
    panel.append(top, numbers, ...panel.curves.map(({box}) => box), foot)
    panel.show = (count) => {
      const called = player.seat.name
      say(name, called)
      mark(panel, "aria-label", called)
      mark(away, "aria-label", `Leave out ${called}`)
      panel.curves.forEach(({canvas}, i) => mark(canvas, "aria-label", `${i ? "Work" : "Heart rate"} of ${called}, five minutes`))
      mark(panel, "data-zone", zone_mark(player))
      panel.classList.toggle("old", !player.live)
      panel.classList.toggle("over", player.over)
      away.disabled = count <= 2
      say(rate, whole(player.rate))
      share.show(player.live ? whole(100 * player.share) : "", player.live ? "% max" : "")
      say(word, tile_word(player))
      badge.show(player)
      fast.show(...how_fast(seat.sport, player.fresh("speed")))
      far.show(kilometres(player.fresh("distance")), "km")
      load.show(whole(player.fresh("load")), "load")
    }
    return panel
  }

  make_curve() {
    const box = make("div", "curve"), title = make("span", "title"), told = make("output")
    const canvas = make("canvas", "", "", {role: "slider", tabindex: "0",
      "aria-valuemin": -2 * (TREND_STEPS - 1), "aria-valuemax": 0})
    const move = (cursor) => { this.cursor = cursor; this.page.pictures.request() }
    canvas.addEventListener("pointermove", (event) => move(step_at(canvas, event)))
    canvas.addEventListener("pointerleave", () => move(null))
    canvas.addEventListener("keydown", (event) => {
      const by = {ArrowLeft: 1, ArrowRight: -1, PageUp: 15, PageDown: -15}[event.key]
      if (event.key === "Escape" && this.cursor !== null) { event.stopPropagation(); move(null) }
      if (by) { event.preventDefault(); move(Math.min(TREND_STEPS - 1, Math.max(0, (this.cursor ?? 0) + by))) }
    })
    box.append(title, told, canvas)
    return {box, title, told, canvas}
  }

  draw(colours) {
    const players = this.players, {share} = this.page.options, work = work_of(players)
    const rates = players.map(({trend, seat}) => ({trend, scale: share ? 100 / seat.max_hr : 1,
      line: seat.limit === null ? NaN : seat.limit * (share ? 100 / seat.max_hr : 1)}))
    const works = players.map(({trends}) => ({trend: trends[work.name], scale: work.scale, line: NaN}))
    this.draw_all(0, rates, share ? "Heart rate, % of maximum" : "Heart rate, bpm", share ? 15 : 30, players, colours)
    this.draw_all(1, works, work.words, work.least, players, colours)
  }

  draw_all(which, curves, words, least, players, colours) {
    const range = range_of(curves, least)
    curves.forEach((curve, i) => {
      const {title, told, canvas} = this.panels.get(players[i])?.curves[which] ?? {}
      if (!canvas) { return }
      say(title, words)
      const then = this.cursor === null ? "" : `${whole(value_at(curve, this.cursor))}, ${span(2 * this.cursor)} ago`
      say(told, then)
      mark(canvas, "aria-valuenow", String(-2 * (this.cursor ?? 0)))
      mark(canvas, "aria-valuetext", then || `${whole(value_at(curve, 0))} now`)
      draw_curve(canvas, curve, range, this.cursor, colours)
    })
  }
}
