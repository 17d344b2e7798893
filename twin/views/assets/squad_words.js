// How numbers read on the screen; the same words as twin/views/formats.py.

const NOTHING = "–"

function whole(value, decimals = 0) { return Number.isFinite(value) ? value.toFixed(decimals) : NOTHING }

function span(seconds) {
  const s = Math.round(seconds)
  const two = (n) => String(n).padStart(2, "0")
  const hours = Math.floor(s / 3600), minutes = Math.floor(s / 60) % 60
  return hours ? `${hours}:${two(minutes)}:${two(s % 60)}` : `${minutes}:${two(s % 60)}`
}

const ON_FOOT = ["running", "walking"]

// How fast, as the sport says it: [number, unit].
function how_fast(sport, speed) {
  if (!ON_FOOT.includes(sport)) { return [whole(speed * 3.6, 1), "km/h"] }
  return [Number.isFinite(speed) && speed >= 0.5 ? span(1000 / speed) : NOTHING, "/km"]
}

function kilometres(metres) { return whole(metres / 1000, metres < 100000 ? 2 : 1) }

function ago(seconds) {
  if (!Number.isFinite(seconds)) { return "no signal" }
  return seconds < 120 ? `${Math.round(seconds)} s ago` : `${Math.floor(seconds / 60)} min ago`
}

function initials(name) {
  const words = name.trim().split(/\s+/)
  const letters = words.length > 1 ? words[0][0] + words.at(-1)[0] : name.trim().slice(0, 2)
  return letters.toUpperCase()
}

function zone_words(player) {
  return player.live ? (player.zone ? `zone ${player.zone}` : "below zone 1") : "no zone"
}

function zone_mark(player) { return player.live ? String(player.zone) : "" }

// The limit, and when it will be reached where that is within five minutes.
function limit_words({seat, soon, limit_in}) {
  if (seat.limit === null) { return NOTHING }
  return `${whole(seat.limit)}${soon ? ` in ${span(limit_in)}` : ""}`
}

// An alert beside the heart rate of now, so without that of then.
function alert_words({priority, text}) {
  const short = text.replace(/^heart rate (\d+ bpm, )?/, "").replace(/^may reach (\d+) .*/, "near $1")
  return `${priority >= 3 ? "!!" : "!"} ${short}`
}

// What the athlete is told of the target of a led workout.
const LETTERS = {o: "on", f: "faster", s: "slower"}

// One sentence for a screen reader.
function spoken(player) {
  const {seat} = player
  if (!player.live) { return `${seat.name}: ${ago(player.age)}` }
  const over = player.over ? `, above the limit of ${whole(seat.limit)}`
    : player.soon ? `, at the limit of ${whole(seat.limit)} in about ${player.limit_in} seconds` : ""
  const alert = !player.over && player.alert ? `, ${player.alert.text}` : ""
  const cue = player.cue ? `, ${CUES[player.cue].slice(2)}` : ""
  return `${seat.name}: ${whole(player.rate)} beats per minute, ${zone_words(player)}${cue}${over}${alert}`
}
