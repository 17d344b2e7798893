// What an athlete wears: battery of the weakest sensor, and what is wrong with the worst.

const SENDING = ["stream", "listen"]

// What is to be told of the sensors in a few words; empty while all is well or none is known.
function worn_words(player) {
  const lost = most_lost(player)
  return away_words(player) || (lost ? `${lost} % lost` : "")
}

function away_words(player) {
  const away = player.sensors.find((s) => !SENDING.includes(s.state))
  return !away ? "" : away.state === "search" ? "not heard" : away.state
}

// Share of frames lost of a strap followed without a connection; null where nobody counts.
function most_lost(player) {
  const known = player.sensors.map((s) => s.loss).filter((l) => l !== null)
  return known.length ? Math.max(...known) : null
}

function weakest_battery(player) {
  const known = player.sensors.map((s) => s.battery).filter((b) => b !== null)
  return known.length ? Math.min(...known) : null
}

function worn_long(player) {
  return player.sensors.map(({kind, state, battery, loss}) => [`${kind || "sensor"}: ${state}`,
    battery === null ? "" : `battery ${battery} %`, loss === null ? "" : `${loss} % lost`]
    .filter(Boolean).join(", ")).join("\n")
}

function worn_mark() {
  const mark_of = battery_mark()
  mark_of.classList.add("worn")
  const show = mark_of.show
  mark_of.show = (player) => {
    show(weakest_battery(player))
    mark(mark_of, "title", worn_long(player))
  }
  return mark_of
}

function worn_cell(player) {
  const battery = weakest_battery(player), lost = most_lost(player)
  return [away_words(player), lost === null ? "" : `${lost} % lost`, battery === null ? "" : `${battery} %`].filter(Boolean).join(" · ") || NOTHING
}
