// Words of a led session, as its page and the page of an athlete tell them.

const CUES = {"": "", on: "✓ on target", faster: "↑ faster", slower: "↓ easier"}

// Speed as runners say it, all else as it is.
function told_value(value, unit) {
  if (value == null) { return "–" }
  if (unit !== "m/s") { return String(Math.round(value)) }
  if (value < 0.5) { return "–" }
  const seconds = Math.round(1000 / value)
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`
}

function told_unit(unit) { return unit === "m/s" ? "/km" : unit }

function told_cue(who, state) {
  if (who.value == null) { return "no signal" }
  return CUES[who.cue] || (who.asked != null && state === "runs" ? "settling" : "")
}

function clock_span(seconds) {
  const s = Math.max(0, Math.round(seconds))
  const tail = `${String(Math.floor(s / 60) % 60).padStart(2, "0")}:${String(s % 60).padStart(2, "0")}`
  return s < 3600 ? tail : `${Math.floor(s / 3600)}:${tail}`
}
