// The what-if page beside its charts: whose plan, from where, two editors, and the answers.

class WhatifPage {
  constructor(model) {
    this.model = model
    this.usual = "75 %"
    this.waiting = {}
    this.root = make("div", "whatif")
    this.editors = {a: new PlanEditor("a", this), b: new PlanEditor("b", this)}
    this.bar = this.make_bar()
    this.standing = make("div", "standing", "", {"aria-live": "polite"})
    this.failed = make("p", "failed", "", {role: "alert"})
    const plans = make("div", "plans")
    plans.append(this.editors.a.box, this.editors.b.box)
    this.root.append(this.bar, this.failed, this.standing, plans)
    this.root.addEventListener("keydown", (event) => this.key(event))
  }

  send(command, words = {}) { this.model.send_msg({command, ...words}) }

  // A slider moves many times a second: the newest place is sent, ten times a second at most.
  soon(name, value) {
    this.waiting[name] = value
    this.timer ??= setTimeout(() => {
      this.timer = null
      const changes = this.waiting
      this.waiting = {}
      this.send("change", {changes})
    }, 100)
  }

  key(event) {
    if (!(event.ctrlKey || event.metaKey) || event.target.matches("textarea")) { return }
    const key = event.key.toLowerCase()
    if (key === "z" || key === "y") {
      event.preventDefault()
      this.send(key === "y" || event.shiftKey ? "redo" : "undo")
    }
  }

  make_bar() {
    const bar = make("div", "bar", "", {role: "toolbar", "aria-label": "What if"})
    const choice = (words, kind, act) => {
      const label = make("label", "", words), input = make("select", kind)
      input.addEventListener("change", () => act(input.value))
      label.append(input)
      bar.append(label)
      return input
    }
    this.who = choice("Athlete", "who", (athlete) => this.send("athlete", {athlete}))
    this.start = choice("Begin", "start", (start) => this.send("change", {changes: {start}}))
    this.start.append(new Option("from rest", "rested"), new Option("now, in this session", "now"))
    this.course = choice("Course", "course", (course) => {
      if (course === "file") { this.file.click(); this.course.value = this.told?.course ?? ""; return }
      this.send("change", {changes: {course}})
    })
    this.file = make("input", "unseen", "", {type: "file", accept: ".gpx,.fit,.tcx,.gz,.zip", "aria-label": "Course from a file", tabindex: "-1"})
    this.file.addEventListener("change", () => this.upload())
    const limit = make("label", "limit", "Stay below")
    this.limit = make("input", "", "", {type: "range", min: 100, max: 210, step: 1})
    this.limit_words = make("output")
    this.limit.addEventListener("input", () => { say(this.limit_words, `${this.limit.value} bpm`); this.soon("limit", Number(this.limit.value)) })
    limit.append(this.limit, this.limit_words)
    this.undo = press("Undo", () => this.send("undo"), "", {title: "Ctrl+Z"})
    this.redo = press("Redo", () => this.send("redo"), "", {title: "Ctrl+Shift+Z"})
    const acts = make("div", "acts")
    acts.append(this.undo, this.redo)
    bar.append(limit, this.file, acts)
    return bar
  }

  async upload() {
    const [file] = this.file.files
    if (!file) { return }
    const bytes = new Uint8Array(await file.arrayBuffer())
    let text = ""
    for (let i = 0; i < bytes.length; i += 0x8000) { text += String.fromCharCode(...bytes.subarray(i, i + 0x8000)) }
    this.send("upload", {name: file.name, content: btoa(text)})
    this.file.value = ""
  }

  take() {
    const told = this.told = JSON.parse(this.model.told)
    if (!told.athletes) { return }
    this.usual = told.usual
    offer(this.who, told.athletes, told.athlete)
    offer(this.course, [["", "flat"], ...told.courses, ["file", "from a file …"]], told.course)
    this.start.value = told.start
    if (!this.limit.matches(":active")) { this.limit.value = told.limit }
    say(this.limit_words, `${this.limit.value} bpm`)
    this.undo.disabled = !told.can[0]
    this.redo.disabled = !told.can[1]
    say(this.failed, told.error)
    renew(this.standing, told.standing, () => told.standing.map((words) => make("p", "", words)))
    this.editors.a.show(told.a)
    this.editors.b.show(told.b)
    write_plan_address(told)
  }
}

// The state stands in the address: reload, bookmark and back work, and a plan can be sent on.
function write_plan_address({athlete, a, b, limit, start, course}) {
  const query = new URLSearchParams(location.search)
  const wanted = {athlete, a: a.text, b: b.text, scale_a: a.scale, scale_b: b.scale, limit, start,
    course: course === "upload" ? "" : course}
  for (const [name, value] of Object.entries(wanted)) {
    if (value === "") { query.delete(name) } else { query.set(name, value) }
  }
  history.replaceState(history.state, "", `?${query}`)
}

export function render({model}) {
  const page = new WhatifPage(model)
  model.on("told", () => page.take())
  page.take()
  return page.root
}
