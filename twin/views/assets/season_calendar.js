// The calendar of a month: what was done leads to its review, what is planned can be struck out.

const WEEKDAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]

function month_after(month, by) {
  const [year, number] = month.split("-").map(Number)
  const day = new Date(Date.UTC(year, number - 1 + by, 1))
  return day.toISOString().slice(0, 7)
}

function session_link(session, colours) {
  const link = make("a", "done", "", {href: `review?session=${encodeURIComponent(session.id)}`, title: `${session.sport}, ${session.words}`})
  link.style.setProperty("--sport", colours[session.sport] ?? "var(--twin-muted)")
  link.append(make("b", "", session.title || session.sport), make("small", "", session.words), make("i", "", session.short))
  return link
}

class SeasonCalendar {
  constructor(model, send) {
    this.send = send
    this.root = make("div", "season")
    this.title = make("h2", "", "", {"aria-live": "polite"})
    this.failed = make("p", "failed", "", {role: "alert"})
    const turn = (words, label, by) => press(words, () => this.turn(by), "", {"aria-label": label})
    const head = make("div", "turn")
    head.append(this.title, turn("‹", "Month before", -1), press("Today", () => send("choose", {month: this.told.today.slice(0, 7)})), turn("›", "Month after", 1))
    this.grid = make("table", "month")
    const box = make("section", "card", "", {"aria-label": "Calendar"})
    on_keys(model, {"[": () => this.turn(-1), "]": () => this.turn(1)})
    box.append(head, this.failed, this.grid, this.planner())
    this.root.append(box)
  }

  turn(by) { this.send("choose", {month: month_after(this.told.month, by)}) }

  planner() {
    const box = make("details", "planner")
    const input = (name, attributes) => {
      const label = make("label", "", name)
      const field = make("input", "", "", attributes)
      label.append(field)
      this[name.toLowerCase()] = field
      return label
    }
    const sport = make("label", "", "Sport")
    this.sport = choice([], "", "", {"aria-label": "Sport planned"})
    sport.append(this.sport)
    const keep = press("Plan it", () => this.send("plan", {
      day: this.day.value, sport: this.sport.value, title: this.title_of.value, minutes: this.minutes.value, load: this.load.value,
    }), "main")
    const title = make("label", "", "Title")
    this.title_of = make("input", "", "", {maxlength: 200})
    title.append(this.title_of)
    const fields = make("div", "fields")
    fields.append(input("Day", {type: "date"}), sport, input("Minutes", {type: "number", min: 0, max: 2000, value: 60}), title,
      input("Load", {type: "number", min: 0, max: 2000, step: "any", placeholder: "as usual"}), keep)
    fields.addEventListener("keydown", (event) => { if (event.key === "Enter" && event.target.matches("input")) { keep.click() } })
    this.load_name = this.load.previousSibling
    box.append(make("summary", "", "Plan a session"), fields)
    return box
  }

  show(told) {
    this.told = told
    const [year, number] = told.month.split("-").map(Number)
    say(this.title, new Date(year, number - 1, 1).toLocaleDateString("en", {month: "long", year: "numeric"}))
    offer(this.sport, told.every_sport.map((sport) => [sport, sport]), this.sport.value || told.sports[0] || told.every_sport[0])
    const rated = told.load === "session_rpe"
    this.load_name.data = rated ? "RPE" : "Load"
    this.load.title = `${rated ? "Perceived effort, 0 to 10" : "au, by the method chosen above"}; empty: as usual for sport and time`
    if (!this.day.value) { this.day.value = told.today }
    renew(this.grid, [told.weeks, told.colours], () => [this.head(), ...told.weeks.map((week) => this.week(week))])
  }

  head() {
    const row = make("tr")
    row.append(...WEEKDAYS.map((day) => make("th", "", day, {scope: "col"})), make("th", "sum", "Week", {scope: "col"}))
    return row
  }

  week(week) {
    const row = make("tr")
    row.append(...week.days.map((day) => this.cell(day)))
    const sum = make("td", "sum")
    if (week.time) sum.append(make("b", "", week.load), make("small", "", "au"), make("small", "time", week.time))
    row.append(sum)
    return row
  }

  cell(day) {
    const cell = make("td", ["day", day.outside && "outside", day.today && "today"].filter(Boolean).join(" "))
    cell.append(make("time", "", String(day.number), {datetime: day.day, ...(day.today ? {"aria-current": "date"} : {})}))
    cell.append(...day.done.map((session) => session_link(session, this.told.colours)))
    for (const plan of day.planned) {
      const box = make("div", "planned")
      box.append(make("b", "", plan.title || plan.sport), make("small", "", plan.words), make("i", "", plan.short),
        press("×", () => this.send("strike", {id: plan.id}), "strike", {"aria-label": `Strike out ${plan.title || plan.sport}, ${day.day}`}))
      cell.append(box)
    }
    return cell
  }
}
