// One athlete as a tile.

const BARS = '<svg class="bars" viewBox="0 0 34 14" aria-hidden="true">' + [0, 1, 2, 3, 4].map((i) =>
  `<rect x="${i * 7}" y="${10 - i * 2.5}" width="5" height="${4 + i * 2.5}" rx="1"/>`).join("") + "</svg>"
const PEN = '<svg viewBox="0 0 24 24" aria-hidden="true"><path d="M4 20l1-4L16 5l3 3L8 19z" fill="none" stroke="currentColor" stroke-width="2" stroke-linejoin="round"/></svg>'

function zone_badge() {
  const badge = make("span", "zone")
  badge.innerHTML = `${BARS}<b></b>`
  badge.show = (player) => {
    mark(badge, "data-zone", zone_mark(player))
    mark(badge, "title", zone_words(player))
    say(badge.lastChild, player.live && player.zone ? String(player.zone) : NOTHING)
  }
  return badge
}

function quantity(kind) {
  const box = make("span", kind)
  const number = make("b"), unit = make("i")
  box.append(number, unit)
  box.show = (value, words) => { say(number, value); say(unit, words) }
  return box
}

// All trends after all texts, and measured once: asking for a size between two changes of text
// makes the browser lay out the page anew for every athlete.
function draw_trends(players, kind, colours) {
  const first = players[0]?.[kind]?.trend
  const width = first?.clientWidth, height = first?.clientHeight
  if (!width || !height) { return }
  for (const player of players) {
    const {trend} = player, canvas = player[kind]?.trend
    if (!trend || !canvas) { continue }
    const look = [trend.version, player.live, player.seat.limit, width, height, colours.text].join()
    if (canvas.look === look && canvas.shows === trend) { continue }
    Object.assign(canvas, {look, shows: trend})
    draw_trend(canvas, player, colours, width, height)
  }
}

// Draws five minutes of heart rate; gaps stay gaps.
function draw_trend(canvas, player, colours, width, height) {
  const scale = Math.min(2, devicePixelRatio || 1)
  const [wide, tall] = [width * scale, height * scale].map(Math.round)
  if (canvas.width !== wide || canvas.height !== tall) { Object.assign(canvas, {width: wide, height: tall}) }
  const pen = canvas.getContext("2d")
  pen.setTransform(scale, 0, 0, scale, 0, 0)
  pen.clearRect(0, 0, width, height)
  const {rates} = player.trend
  let low = 300, high = 0
  for (const rate of rates) { if (rate < BETWEEN) { low = Math.min(low, rate); high = Math.max(high, rate) } }
  if (high === 0) { return }
  const middle = (low + high) / 2, reach = Math.max(15, (high - low) / 2 + 3)
  const x = (i) => 1 + (width - 4) * i / (TREND_STEPS - 1)
  const y = (rate) => height / 2 - (rate - middle) / reach * (height / 2 - 2)
  const {limit} = player.seat
  if (limit !== null && Math.abs(limit - middle) < reach) {
    pen.strokeStyle = colours.alarm
    pen.lineWidth = 1
    pen.setLineDash([4, 3])
    pen.beginPath(); pen.moveTo(0, y(limit)); pen.lineTo(width, y(limit)); pen.stroke()
    pen.setLineDash([])
  }
  pen.strokeStyle = player.live ? colours.text : colours.stale
  pen.lineWidth = 1.75
  pen.lineJoin = "round"
  pen.beginPath()
  let last = -9
  rates.forEach((rate, i) => {
    if (rate === BETWEEN && last === i - 1) { last = i }
    if (rate >= BETWEEN) { return }
    // Up to 8 s apart is one line: smart recording leaves such steps.
    if (i - last <= 4) { pen.lineTo(x(i), y(rate)) } else { pen.moveTo(x(i), y(rate)) }
    last = i
  })
  pen.stroke()
  if (player.live && last === TREND_STEPS - 1) {
    pen.fillStyle = colours.text
    pen.beginPath(); pen.arc(x(last), y(rates[last]), 2.5, 0, 7); pen.fill()
  }
}

function make_tile(player, page) {
  const tile = make("li", "tile")
  const top = make("div", "top"), middle = make("div", "middle"), foot = make("div", "foot")
  const open = make("a", "open", player.seat.name, page.link(player.seat))
  const choose = make("input", "choose", "", {type: "checkbox"})
  const pick = make("label", "pick")
  pick.append(choose)
  choose.addEventListener("change", () => page.choose(player.seat.id, choose.checked))
  const edit = make("button", "edit", "", {type: "button"})
  edit.innerHTML = PEN
  edit.addEventListener("click", () => page.edit(player))
  const badge = zone_badge(), battery = worn_mark()
  const rate = make("span", "rate"), share = quantity("share"), word = make("span", "word")
  const trend = make("canvas", "trend", "", {"aria-hidden": "true"})
  const fast = quantity("fast"), far = quantity("far"), load = quantity("load")
  top.append(pick, open, edit, battery, badge)
  const beside = make("div", "beside")
  beside.append(share, word)
  middle.append(rate, beside)
  foot.append(fast, far, load)
  tile.append(top, middle, trend, foot)

  tile.show = () => {
    const {seat} = player
    mark(tile, "data-zone", zone_mark(player))
    tile.classList.toggle("old", !player.live)
    tile.classList.toggle("over", player.over)
    tile.classList.toggle("soon", player.soon)
    tile.classList.toggle("alarmed", player.live && !player.over && player.alert?.priority >= 3)
    tile.classList.toggle("poor", player.poor)
    mark(tile, "data-cue", player.live && !player.over ? player.cue : "")
    say(open, seat.name)
    mark(open, "aria-label", spoken(player))
    name_tools(seat, choose, edit)
    choose.checked = page.chosen.has(seat.id)
    say(rate, whole(player.rate))
    share.show(player.live ? whole(100 * player.share) : "", player.live ? "% max" : "")
    say(word, tile_word(player))
    mark(word, "data-short", short_word(player))
    badge.show(player)
    battery.show(player)
    fast.show(...how_fast(seat.sport, player.fresh("speed")))
    far.show(kilometres(player.fresh("distance")), "km")
    load.show(whole(player.fresh("load")), "load")
  }
  tile.trend = trend
  return tile
}

function name_tools({name}, choose, edit) {
  mark(choose, "aria-label", `Select ${name}`)
  mark(edit, "aria-label", `Edit ${name}`)
}

// The same on a tile too narrow for it, as of a hundred athletes; "" where it may be cut.
function short_word({live, over, soon, limit_in, seat, poor, alert}) {
  if (!live || !over && (poor || alert?.priority >= 3)) { return "" }
  return over ? `▲ ${whole(seat.limit)}` : soon ? `▲ ${span(limit_in)}` : ""
}

// The one thing worth saying about this value beside its number.
function tile_word(player) {
  const {seat, row} = player
  const worn = worn_words(player)
  if (!player.live) {
    const since = row && Number.isFinite(player.age) ? `${ago(player.age)}, was ${whole(row.rate)}` : "no signal"
    return worn ? `${worn}: ${since}` : since
  }
  if (player.over) { return `▲ limit ${whole(seat.limit)}` }
  if (player.alert?.priority >= 3) { return alert_words(player.alert) }
  if (player.poor) { return `${REASONS[row.reason] || "weak signal"} ${whole(100 * row.quality)} %` }
  if (player.soon) { return `▲ ${limit_words(player)}` }
  if (player.cue && player.cue !== "on") { return CUES[player.cue] }
  if (player.alert?.priority === 2) { return alert_words(player.alert) }
  if (player.cue) { return CUES.on }
  if (worn) { return worn }
  return seat.limit === null ? "bpm" : `limit ${whole(seat.limit)}`
}
