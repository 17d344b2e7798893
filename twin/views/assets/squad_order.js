// In which order athletes stand, and how they come into it with the fewest moves.

const CALM = 0, AWAY = 1, SOON = 2, WARNED = 3, ALARMED = 4, ABOVE = 5

// Why a coach should look at this athlete before others, the strongest reason first.
function reason_to_look(p) {
  if (p.over) { return ABOVE }
  if (p.alert?.priority >= 3) { return ALARMED }
  if (p.alert?.priority === 2) { return WARNED }
  if (p.soon) { return SOON }
  return p.row?.recording && !p.live ? AWAY : CALM
}

// The reason, and among those who share it the nearest to the limit, or who reaches it first.
function urgency(p) {
  const reason = reason_to_look(p)
  const nearness = reason === SOON ? 1 - p.limit_in / 1000 : p.closeness / 3
  if (reason === CALM) { return nearness }
  return reason + (Number.isNaN(nearness) ? 0 : Math.min(0.99, nearness))
}

// What to sort by: words, key (larger first, or text), direction for a screen reader.
const SORTS = {
  now: ["What matters now", urgency, "descending"],
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

// The longest run of elements that stand in the wanted order already.
function in_order(wanted, have) {
  const at = new Map(have.map((element, i) => [element, i]))
  const run = wanted.map((element) => (at.has(element) ? 1 : 0)), before = wanted.map(() => -1)
  let last = -1
  wanted.forEach((element, i) => {
    for (let j = 0; run[i] && j < i; j++) {
      if (run[j] >= run[i] && at.get(wanted[j]) < at.get(element)) { run[i] = run[j] + 1; before[i] = j }
    }
    if (run[i] > (run[last] ?? 0)) { last = i }
  })
  const stay = new Set()
  for (let i = last; i >= 0; i = before[i]) { stay.add(wanted[i]) }
  return stay
}

// Move as few as can be: each one moved is laid out and painted anew.
function put_in_order(parent, wanted) {
  const have = [...parent.children], known = new Set(wanted)
  const stay = in_order(wanted, have)
  for (const element of have) { if (!known.has(element)) { element.remove() } }
  let next = null
  for (const element of [...wanted].reverse()) {
    if (!stay.has(element)) { parent.insertBefore(element, next) }
    next = element
  }
}

// Put the elements in their order; nothing moves while someone points at or is inside the list.
function place(page, shown, parent, kind, build) {
  for (const player of shown) { player[kind] ??= build(player, page) }
  const now = performance.now()
  const have = [...parent.children]
  const room = page.options.big && kind === "tile" ? wall_size(page.list, shown.length) : null
  const most = room ? room.columns * room.rows : Infinity
  const same = have.length === Math.min(most, shown.length) && (room || shown.every((p) => p[kind].parentNode === parent))
  const busy = page.list.matches(":hover") && matchMedia("(hover: hover)").matches || page.list.contains(page.view.shadow_el?.activeElement ?? null)
  if (same && page.order_at && (now - page.order_at < REORDER_MS || busy)) { return }
  page.order_at = now
  const wanted = ordered(shown, page.options.sort).slice(0, most).map((p) => p[kind])
  if (same && wanted.every((element, i) => element === have[i])) { return }
  put_in_order(parent, wanted)
}
