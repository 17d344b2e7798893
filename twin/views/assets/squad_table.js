// The squad as a table, one line an athlete.

// Head, what it sorts by, cell: text of a player, and whether a phone has room for it.
const COLUMNS = [
  ["Athlete", "name", null, true],
  ["HR", "rate", (p) => whole(p.rate), true],
  ["% max", "share", (p) => whole(100 * p.share), true],
  ["Zone", "zone", null, true],
  ["Five minutes", null, null, false],
  ["Speed", "speed", (p) => how_fast(p.seat.sport, p.fresh("speed")).join(" "), true],
  ["Power W", "power", (p) => whole(p.fresh("power")), false],
  ["Distance km", "distance", (p) => kilometres(p.fresh("distance")), false],
  ["Load", "load", (p) => whole(p.fresh("load")), false],
  ["Limit", "soon", limit_words, true],
  ["Target", null, (p) => CUES[p.live ? p.cue : ""] || NOTHING, true],
  ["Sensor", null, worn_cell, false],
  ["Signal", null, (p) => (p.live ? `${whole(100 * p.row.quality)} %` : ago(p.age)), true],
]

function column_kind(words, phone) {
  const kinds = {"% max": "share", "Power W": "power", "Limit": "when", "Target": "target", "Distance km": "far"}
  return `${phone ? "" : "wide"} ${kinds[words] ?? ""}`.trim()
}

function make_table(page) {
  const table = make("table", "", "", {"aria-label": "Athletes"})
  const head = make("tr"), body = make("tbody")
  for (const [words, order, , phone] of COLUMNS) {
    const cell = make("th", column_kind(words, phone), "", {scope: "col"})
    if (order === null) { cell.textContent = words } else {
      const button = make("button", "", words, {type: "button"})
      button.addEventListener("click", () => page.sort(order))
      cell.append(button)
      cell.order = order
    }
    head.append(cell)
  }
  const last = make("th", "", "", {scope: "col"})
  last.append(make("span", "unseen", "Edit"))
  head.append(last)
  const top = make("thead")
  top.append(head)
  table.append(top, body)
  table.body = body
  table.show_order = (order) => {
    for (const cell of head.cells) {
      if (cell.order) { cell.setAttribute("aria-sort", cell.order === order ? SORTS[order][2] : "none") }
    }
  }
  return table
}

function line_mark(player) { return player.over ? "▲ " : player.alert?.priority >= 3 ? "!! " : "" }

function make_line(player, page) {
  const line = make("tr", "line")
  const {seat} = player
  const open = make("a", "open", seat.name, page.link(seat))
  const choose = make("input", "choose", "", {type: "checkbox"})
  const pick = make("label", "pick")
  pick.append(choose)
  choose.addEventListener("change", () => page.choose(seat.id, choose.checked))
  const trend = make("canvas", "trend", "", {"aria-hidden": "true"})
  const badge = zone_badge()
  const cells = COLUMNS.map(([words, , text, phone]) => {
    const cell = make(words === "Athlete" ? "th" : "td", column_kind(words, phone))
    if (words === "Athlete") { cell.scope = "row"; cell.append(pick, open) }
    if (words === "Zone") { cell.append(badge) }
    if (words === "Five minutes") { cell.append(trend) }
    line.append(cell)
    return [cell, text, words]
  })
  const edit = make("button", "edit", "", {type: "button"})
  edit.innerHTML = PEN
  edit.addEventListener("click", () => page.edit(player))
  const last = make("td")
  last.append(edit)
  line.append(last)

  line.trend = trend
  line.show = () => {
    mark(line, "data-zone", zone_mark(player))
    line.classList.toggle("old", !player.live)
    line.classList.toggle("over", player.over)
    line.classList.toggle("soon", player.soon)
    say(open, player.seat.name)
    name_tools(player.seat, choose, edit)
    choose.checked = page.chosen.has(seat.id)
    badge.show(player)
    for (const [cell, text, words] of cells) {
      if (text) { say(cell, words === "HR" ? `${line_mark(player)}${text(player)}` : text(player)) }
    }
  }
  return line
}
