// Lead a session: plan, start, pause, drills, laps, markers, in and out, end; the last action undone.

const STATES = {idle: "nothing is planned yet", planned: "planned, not started", runs: "running", paused: "paused", ended: "ended"}

function words_field(label, act, placeholder) {
  const input = make("input", "question", "", {"aria-label": label, placeholder, maxlength: 200})
  input.addEventListener("keydown", (event) => { if (event.key === "Enter") { act() } })
  return input
}

// What is done now and next, and how much of the plan is behind.
class Steps {
  constructor() {
    this.now = make("p", "step")
    this.next = make("p", "next")
    this.bar = make("div", "progress", "", {role: "progressbar", "aria-label": "Plan done", "aria-valuemin": 0, "aria-valuemax": 100})
    this.done = make("div", "done")
    this.bar.append(this.done)
    this.content = [this.now, this.bar, this.next]
  }

  show(place) {
    for (const part of this.content) { part.hidden = !place }
    if (!place) { return }
    const percent = Math.floor(100 * place.share)
    say(this.now, place.now ? `${place.now}: ${clock_span(place.left_s)} left` : "The plan is done")
    say(this.next, `${percent} % of the plan${place.next ? `, next ${place.next}` : place.now ? ", the last step" : ""}`)
    mark(this.bar, "aria-valuenow", String(percent))
    this.done.style.width = `${100 * place.share}%`
  }
}

class LeadPage {
  constructor(model) {
    this.model = model
    this.failed = make("p", "failed", "", {role: "alert"})
    this.clock = make("p", "clock", "", {role: "timer"})
    this.state = make("p", "state", "", {role: "status"})
    this.steps = new Steps()
    this.people = new People((...words) => this.send(...words))
    this.form = new PlanForm(() => this.planned("plan"))
    this.build_controls()
    this.build_marks()
    this.efforts = make("ul", "efforts", "", {"aria-label": "How hard it was"})
    this.page = make("div", "alertspage leadpage")
    const [left, right] = [make("div", "column"), make("div", "column")]
    left.append(this.box("session", "Session", this.clock, this.state, ...this.steps.content),
      this.box("athletes", "Athletes", this.people.list))
    right.append(this.box("marks", "Drills and markers", ...this.marks), this.box("plan", "Plan", ...this.form.content),
      this.box("effort-box", "How hard was it", this.efforts))
    this.page.append(left, right, this.controls)
  }

  box(kind, title, ...content) {
    const box = card(title, ...content)
    box.classList.add(kind)
    return box
  }

  build_controls() {
    this.start = press("Start", () => this.planned("start"), "main")
    this.pause = press("Pause", () => this.send(this.now.state === "paused" ? "resume" : "pause"), "main")
    this.lap = press("Lap for all", () => this.send("lap", {athletes: this.people.running()}))
    this.end = press("End", () => this.send("end"))
    this.undo = press("", () => this.take_back(), "undo")
    this.controls = make("div", "row controls", "", {role: "group", "aria-label": "Lead"})
    this.controls.append(this.failed, this.start, this.pause, this.lap, this.end, this.undo)
  }

  build_marks() {
    const drill = () => this.say_words(this.drill, "period", this.drill.value.trim() || `Drill ${this.drills + 1}`)
    const mark_it = () => this.say_words(this.marker, "marker", this.marker.value)
    this.drills = 0
    this.drill = words_field("Drill", drill, "Drill")
    this.drill_now = make("p", "said")
    this.begin = press("Begin drill", drill, "main")
    this.stop = press("End drill", () => this.send("period", {text: ""}))
    this.marker = words_field("Marker", mark_it, "Marker, such as rain begins")
    const [drills, markers] = [make("div", "row drills"), make("div", "row")]
    drills.append(this.drill, this.begin, this.stop)
    this.put = press("Mark", mark_it)
    markers.append(this.marker, this.put)
    this.marks = [this.drill_now, drills, markers]
  }

  send(command, words = {}) {
    this.failed.textContent = ""
    this.model.send_msg({command, by: remembered("twin_name"), ...words})
  }

  // What was typed leaves its field when it was done; what is refused stays.
  say_words(field, command, text) {
    field.sent = field.value
    this.send(command, {text})
  }

  planned(command) { this.send(command, {athletes: this.people.picked(), ...this.form.words()}) }

  take_back() { if (this.now.undo) { this.send("undo", {id: this.now.undo.id}) } }

  answer({error, command}) {
    this.failed.textContent = error ?? ""
    if (!error && (command === "plan" || command === "start")) { this.form.edited = false }
    const field = {period: this.drill, marker: this.marker}[command]
    if (!field) { return }
    if (!error && field.value === field.sent) { field.value = "" }
    field.sent = null
  }

  draw() {
    const now = this.now = {athletes: [], state: "idle", ...JSON.parse(this.model.now)}
    const runs = now.state === "runs" || now.state === "paused"
    this.people.show(now)
    say(this.clock, now.elapsed_s == null ? "00:00" : clock_span(now.elapsed_s))
    const title = now.title ? `${now.title}: ` : ""
    say(this.state, `${title}${STATES[now.state]}${!runs && now.recording ? "; what comes is recorded" : ""}`)
    this.page.dataset.state = now.state
    this.steps.show(runs ? now.place : null)
    this.start.hidden = runs
    this.pause.hidden = this.lap.hidden = !runs
    this.end.hidden = !runs && !now.recording
    say(this.pause, now.state === "paused" ? "Go on" : "Pause")
    this.undo.hidden = !now.undo
    say(this.undo, now.undo ? `Undo: ${now.undo.words}` : "")
    this.draw_drill(now)
  }

  draw_drill(now) {
    const number = /^Drill (\d+)$/.exec(now.period?.name ?? "")
    if (number) { this.drills = Number(number[1]) }
    say(this.drill_now, now.period ? `${now.period.name}, ${clock_span((new Date(now.time) - new Date(now.period.start)) / 1000)}` : "No drill runs.")
    this.begin.disabled = this.put.disabled = !now.recording
    this.stop.disabled = !now.period
  }

  draw_plan() {
    const plan = JSON.parse(this.model.plan)
    if (plan.athletes && !this.form.edited) { this.people.pick(plan.athletes) }
    this.form.show(plan)
  }

  ask() {
    const asked = JSON.parse(this.model.asked)
    keeping_focus(this.efforts, () => renew(this.efforts, asked, () => effort_lines(asked, (...words) => this.send(...words))))
  }
}

export function render({model}) {
  const page = new LeadPage(model)
  on_keys(model, {
    p: () => page.pause.hidden || page.pause.click(), l: () => page.lap.hidden || page.lap.click(),
    d: () => page.begin.click(), m: () => page.marker.focus(),
  })
  on_undo(model, () => page.take_back())
  model.on("msg:custom", (message) => page.answer(message))
  model.on("now", () => page.draw())
  model.on("plan", () => page.draw_plan())
  model.on("asked", () => page.ask())
  page.draw()
  page.draw_plan()
  page.ask()
  return page.page
}
