// Critical power and speed on the page of a season: told, entered from a test, taken back.

const TEST_FIELDS = {
  "power": ["Critical power [W]", "W′ [kJ]", "262", "18.4"],
  "running speed": ["Critical speed [m/s or min:s/km]", "D′ [m]", "4.0 or 4:10", "200"],
}

class SeasonCapacity {
  constructor(send) {
    this.send = send
    const field = (words, attributes) => {
      const label = make("label", "", "")
      const name = make("span", "", words)
      const input = make("input", "", "", attributes)
      label.append(name, input)
      return {label, name, input}
    }
    this.kind = choice([["power", "power"], ["running speed", "speed on foot"]], "power", "")
    const kind_label = make("label", "", "Test of")
    kind_label.append(this.kind)
    this.critical = field("", {type: "text", inputmode: "decimal", autocomplete: "off"})
    this.reserve = field("", {type: "text", inputmode: "decimal", autocomplete: "off"})
    this.day = field("Day of the test", {type: "date"})
    this.kind.addEventListener("change", () => this.name())
    this.name()
    const keep = press("Keep", () => send("capacity", {
      kind: this.kind.value, critical: this.critical.input.value, reserve: this.reserve.input.value, day: this.day.input.value,
    }), "main")
    const fields = make("div", "fields")
    fields.append(kind_label, this.critical.label, this.reserve.label, this.day.label, keep)
    this.root = make("details", "planner maximum capacity")
    this.words = make("summary")
    this.why = make("p", "change")
    this.tests = make("ul", "tests")
    this.failed = make("p", "failed", "", {role: "alert"})
    this.root.append(this.words, this.why, this.tests, fields, this.failed)
  }

  name() {
    const [critical, reserve, ...examples] = TEST_FIELDS[this.kind.value]
    say(this.critical.name, critical)
    say(this.reserve.name, reserve)
    for (const [number, field] of [this.critical, this.reserve].entries()) { mark(field.input, "placeholder", `such as ${examples[number]}`) }
  }

  show(told) {
    say(this.words, told.words)
    say(this.why, told.why)
    mark(this.day.input, "max", told.today)
    if (!this.day.input.value) { this.day.input.value = told.today }
    const entered = JSON.stringify(told.entered)
    if (entered === this.shown) { return }  // what is being typed stays
    if (this.shown !== undefined) { this.critical.input.value = this.reserve.input.value = "" }
    this.shown = entered
    this.tests.hidden = !told.entered.length
    keeping_focus(this.tests, () => this.tests.replaceChildren(...told.entered.map((test) => {
      const line = make("li", "", "", {"data-id": `${test.kind} ${test.day}`})
      line.append(make("span", "", test.words), press("Take back", () => this.send("take back", test), "", {"aria-label": `Take back: ${test.words}`}))
      return line
    })))
  }
}
