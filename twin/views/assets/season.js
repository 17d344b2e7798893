// The page of a season: whose and how, where the athlete stands, the calendar.

class SeasonHead {
  constructor(model, send) {
    this.root = make("div", "season head")
    const pick = (name, label) => {
      const box = make("label", "", label)
      const select = choice([], "", "", {"aria-label": label})
      select.addEventListener("change", () => send("choose", {[name]: select.value}))
      box.append(select)
      this[name] = select
      return box
    }
    const bar = make("div", "bar")
    bar.append(pick("athlete", "Athlete"), pick("sport", "Sport"), pick("span", "Charts show"), pick("load", "Load by"))
    this.stale = make("p", "stale", "", {role: "status"})
    this.failed = make("p", "failed", "", {role: "alert"})
    this.counted = make("p", "change")
    this.cards = make("div", "cards")
    this.change = make("p", "change")
    this.capacity = new SeasonCapacity(send)
    this.root.append(bar, this.failed, this.stale, this.cards, this.counted, this.change, this.maximum(send), this.capacity.root)
  }

  maximum(send) {
    const field = (words, attributes) => {
      const label = make("label", "", words)
      const input = make("input", "", "", {type: "number", inputmode: "numeric", ...attributes})
      label.append(input)
      return [label, input]
    }
    const [rate_label, rate] = field("Maximal heart rate [bpm]", {min: 100, max: 240, placeholder: "as found"})
    const [year_label, year] = field("Birth year", {min: 1900, max: 2100, placeholder: "not known"})
    Object.assign(this, {rate, year})
    const say_it = (entered) => send("maximum", {rate: entered, birth_year: year.value})
    this.as_found = press("As found", () => say_it(""))
    const fields = make("div", "fields")
    fields.append(rate_label, year_label, press("Keep", () => say_it(rate.value), "main"), this.as_found)
    const box = make("details", "planner maximum")
    this.maximum_words = make("summary")
    this.maximum_why = make("p", "change")
    const failed = make("p", "failed", "", {role: "alert"})
    this.places = {maximum: failed, capacity: this.capacity.failed, "take back": this.capacity.failed}
    box.append(this.maximum_words, this.maximum_why, fields, failed)
    return box
  }

  show_maximum(told) {
    say(this.maximum_words, told.words)
    say(this.maximum_why, told.why)
    this.as_found.hidden = !told.entered
    const now = JSON.stringify(told)
    if (now === this.maximum_shown) { return }  // what is being typed stays
    this.maximum_shown = now
    this.rate.value = told.rate
    this.year.value = told.birth_year
  }

  show(told) {
    offer(this.athlete, told.athletes, told.address.athlete)
    offer(this.sport, [["", "all"], ...told.sports.map((sport) => [sport, sport])], told.address.sport)
    offer(this.span, told.spans, told.address.span)
    offer(this.load, told.loads, told.address.load)
    renew(this.cards, told.standing, () => told.standing.map(([label, value, unit]) => {
      const box = make("div")
      box.append(make("span", "", label), make("b", "", value), make("small", "", ` ${unit}`))
      return box
    }))
    this.show_maximum(told.maximum)
    this.capacity.show(told.capacity)
    say(this.counted, told.load_words)
    say(this.change, `${told.change} This describes training; it does not foretell injuries.`)
    say(this.failed, told.missing ? `${told.missing}. This is who trained last.` : "")
    say(this.stale, told.progress ?? "")
    this.stale.hidden = !told.progress
    write_season_address(told.address)
  }
}

// The state stands in the address: reload, bookmark and back work.
function write_season_address(address) {
  const query = new URLSearchParams(location.search)
  for (const [name, value] of Object.entries(address)) {
    if (value === "") { query.delete(name) } else { query.set(name, value) }
  }
  history.replaceState(history.state, "", `?${query}`)
}

// Once the first charts are on the screen; what stands below would only hold them up.
function when_idle(act) {
  const idle = window.requestIdleCallback ?? setTimeout
  setTimeout(() => idle(act, {timeout: 2000}), 100)
}

const SEASON_PARTS = {head: SeasonHead, calendar: SeasonCalendar, unusual: SeasonUnusual, best: SeasonBest, compare: SeasonCompare}

export function render({model}) {
  let part = null
  const failed = (command, words) => say(part.places?.[command] ?? part.failed, words)  // beside what was pressed
  const send = (command, words = {}) => { failed(command, ""); model.send_msg({command, ...words}) }
  part = new SEASON_PARTS[model.part](model, send)
  model.on("msg:custom", (data) => failed(data?.command, data?.error ?? ""))
  const draw = () => part.show(JSON.parse(model.told))
  model.on("told", draw)
  draw()
  if (model.part === "calendar") { when_idle(() => model.send_msg({command: "drawn"})) }
  return part.root
}
