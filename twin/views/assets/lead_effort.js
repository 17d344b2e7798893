// How hard a session was: one tap for each athlete, in any order, changed as often as need be.

const RATINGS = ["rest", "very easy", "easy", "moderate", "somewhat hard", "hard", "hard +", "very hard", "very hard +", "nearly maximal", "maximal"]

// Notes typed and not yet sent, by session: they outlive a list drawn anew.
const drafts = new Map()

function effort_line(one, send) {
  const line = make("li", "effort", "", {"data-id": one.session})
  const note = make("input", "question", "", {"aria-label": `Note on ${one.athlete}`, placeholder: "Note", maxlength: 200})
  note.value = drafts.get(one.session) ?? one.said
  note.addEventListener("input", () => drafts.set(one.session, note.value))
  const rate = (rpe) => { drafts.delete(one.session); send("effort", {session: one.session, rpe, text: note.value}) }
  note.addEventListener("change", () => { if (one.rpe != null) { rate(one.rpe) } })
  const scale = make("div", "scale", "", {role: "group", "aria-label": `How hard was it for ${one.athlete}`})
  scale.append(...RATINGS.map((words, rpe) => press(String(rpe), () => rate(rpe), "", {
    title: words, "aria-label": `${one.athlete}: ${rpe}, ${words}`, "aria-pressed": String(one.rpe === rpe),
  })))
  const head = make("div", "head")
  const load = one.rpe == null ? "" : `, RPE ${one.rpe} (${RATINGS[Math.round(one.rpe)]}), load ${one.load}`
  head.append(make("b", "", one.athlete), make("span", "", `${one.minutes} min${load}`),
    make("a", "", "review", {href: `review?session=${encodeURIComponent(one.session)}`, "aria-label": `Review of ${one.athlete}`}))
  line.append(head, scale, note)
  if (one.notes.length) { line.append(make("small", "", one.notes.join(" · "))) }
  return line
}

function effort_lines(asked, send) {
  if (!asked.length) { return [make("li", "", "When athletes have ended, say here how hard it was: 0 is rest, 10 is maximal.")] }
  return asked.map((one) => effort_line(one, send))
}
