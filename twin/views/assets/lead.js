// Lead a session: choose, start, drills, laps, markers, in and out, end, and how hard it was.

const WAITING = ["0 rest", "1 very easy", "2 easy", "3 moderate", "4 somewhat hard", "5 hard", "6", "7 very hard", "8", "9", "10 maximal"]

function field(label, placeholder = "") {
  return make("input", "question", "", {"aria-label": label, placeholder: placeholder || label, maxlength: 200})
}

function span_of(from, to) {
  const s = Math.max(0, Math.round((new Date(to) - new Date(from)) / 1000))
  return `${Math.floor(s / 3600)}:${String(Math.floor(s / 60) % 60).padStart(2, "0")}:${String(s % 60).padStart(2, "0")}`
}

export function render({model}) {
  const page = make("div", "alertspage leadpage")
  const failed = make("p", "failed", "", {role: "alert"})
  const send = (command, words = {}) => { failed.textContent = ""; model.send_msg({command, by: remembered("twin_name"), ...words}) }
  model.on("msg:custom", ({data}) => { failed.textContent = data?.error ?? "" })

  const clock = make("p", "clock", "", {role: "timer"})
  const title = field("Title", "What is planned, such as 4 x 4 min")
  const people = make("div", "who")
  const chosen = new Map()
  const picked = () => [...chosen].filter(([, input]) => input.checked).map(([id]) => id)
  const start = press("Start those ticked", () => send("start", {athletes: picked(), title: title.value}), "main")
  const lap = press("Lap for those ticked", () => send("lap", {athletes: picked()}))
  const out = press("End those ticked", () => send("end", {athletes: picked()}))
  const end = press("End the session", () => send("end"))
  const row = make("div", "row")
  row.append(title, start, lap, out, end)

  const drill = field("Drill")
  const drill_now = make("p", "said")
  const drill_row = make("div", "row")
  drill_row.append(drill, press("Begin drill", () => { send("period", {name: drill.value || "Drill"}); drill.value = "" }, "main"),
    press("End drill", () => send("period", {name: ""})))
  const marker = field("Marker", "Marker, such as rain begins")
  const marker_row = make("div", "row")
  marker_row.append(marker, press("Mark", () => { send("marker", {text: marker.value}); marker.value = "" }))
  const efforts = make("div")

  const person = (who) => {
    const line = make("div", "person")
    const label = make("label")
    const tick = make("input", "tick", "", {type: "checkbox"})
    tick.checked = true
    chosen.set(who.id, tick)
    label.append(tick, make("span", "", who.name))
    const rate = make("span", "rate")
    line.append(label, rate)
    line.show = (now) => {
      line.classList.toggle("on", now.on)
      say(rate, `${now.on ? "● " : ""}${now.rate ?? "–"} bpm`)
    }
    return line
  }
  const lines = new Map()
  const draw = () => {
    const now = JSON.parse(model.now)
    for (const who of now.athletes ?? []) {
      if (!lines.has(who.id)) { lines.set(who.id, person(who)); people.append(lines.get(who.id)) }
      lines.get(who.id).show(who)
    }
    say(clock, now.start ? span_of(now.start, now.time) : "Not recording")
    say(drill_now, now.period ? `${now.period.name}, ${span_of(now.period.start, now.time)}` : "No drill runs.")
    lap.disabled = out.disabled = end.disabled = !now.start
  }
  const ask = () => {
    const asked = JSON.parse(model.asked)
    efforts.replaceChildren(...asked.map((one) => {
      const line = make("div", "effort")
      line.append(make("b", "", one.athlete), make("span", "", `${one.minutes} min`))
      if (one.said.length) { line.append(make("span", "", one.said.join(" · "))) }
      if (!one.said.some((words) => words.startsWith("RPE"))) {
        const rpe = choice(WAITING.map((words, value) => [value, words]), 4, "", {"aria-label": `How hard was it for ${one.athlete}`})
        const note = field(`Note on ${one.athlete}`, "Note")
        line.append(rpe, note, press("Keep", () => send("effort", {session: one.session, rpe: Number(rpe.value), text: note.value}), "main"))
      }
      line.append(make("a", "", "review", {href: `review?session=${encodeURIComponent(one.session)}`}))
      return line
    }))
    if (!asked.length) { efforts.append(make("p", "", "When athletes have ended, say here how hard it was.")) }
  }
  const [left, right] = [make("div", "column"), make("div", "column")]
  left.append(card("Session", clock, row, people))
  right.append(card("Drills and markers", drill_now, drill_row, marker_row), card("How hard was it", efforts))
  page.append(failed, left, right)
  model.on("now", draw)
  model.on("asked", ask)
  draw()
  ask()
  return page
}
