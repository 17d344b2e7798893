// What stands out: unusual sessions, bests, and sessions that can be compared; each leads to its review.

function review_link(session, words) {
  return make("a", "", words, {href: `review?session=${encodeURIComponent(session)}`})
}

class SeasonUnusual {
  constructor(model, send) {
    this.send = send
    this.root = make("div", "season")
    this.failed = make("p", "failed", "", {role: "alert"})
    this.list = make("ul", "unusual", "", {tabindex: 0, "aria-label": "Unusual sessions"})
    this.root.append(card("Unusual against your own matched history", this.failed, this.list))
  }

  show(told) {
    renew(this.list, told.unusual, () => {
      if (!told.unusual) { return [make("li", "none", "Looking …")] }
      if (!told.unusual.length) { return [make("li", "none", "Nothing unusual. It takes 8 sessions of a kind to say so, and says so only where one stands out.")] }
      return told.unusual.map((one) => this.item(one))
    })
  }

  item(one) {
    const item = make("li")
    const group = (words, sessions) => {
      const more = make("details")
      const links = make("p", "matching")
      links.append(...sessions.map(([session, day]) => review_link(session, day)))
      more.append(make("summary", "", words), links)
      return more
    }
    const draw = press("Draw its heart rate by work", () => this.send("choose", {relation: one.session}), "quiet")
    item.append(review_link(one.session, one.day), make("b", "", one.what), make("span", "", one.words))
    if (one.together.length) { item.append(group(`${one.together.length} sessions add up to it`, one.together)) }
    item.append(group(`compared with ${one.matching.length} nearest`, one.matching), draw)
    return item
  }
}

class SeasonBest {
  constructor(model, send) {
    this.root = make("div", "season")
    this.failed = make("p", "failed", "", {role: "alert"})
    this.best = choice([], "", "", {"aria-label": "Bests of"})
    this.best.addEventListener("change", () => send("choose", {best: this.best.value}))
    const head = make("div", "turn")
    this.title = make("h2")
    head.append(this.title, this.best)
    this.none = make("p", "none", "No session of this choice was long enough, or nothing was measured.")
    this.root.append(head, this.failed, this.none)
  }

  show(told) {
    offer(this.best, told.bests, told.address.best)
    say(this.title, `Bests over time${told.best_sport ? `, ${told.best_sport}` : ""}`)
    this.none.hidden = told.best_count > 0
  }
}

class SeasonCompare {
  constructor(model, send) {
    this.root = make("div", "season")
    this.failed = make("p", "failed", "", {role: "alert"})
    this.group = choice([], "", "", {"aria-label": "Way or workout"})
    this.group.addEventListener("change", () => send("choose", {group: this.group.value}))
    const head = make("div", "turn")
    head.append(make("h2", "", "Same way, same workout"), this.group)
    this.table = make("table", "compare")
    this.note = make("p", "none")
    const rows = make("div", "rows", "", {tabindex: 0, role: "region", "aria-label": "Sessions compared"})
    rows.append(this.table)
    this.root.append(head, this.failed, this.note, rows)
  }

  show(told) {
    offer(this.group, told.groups ?? [], told.compare?.key ?? "")
    this.group.hidden = this.table.hidden = !told.compare
    say(this.note, told.compare ? (told.compare.more ? `The newest 30; the chart shows ${told.compare.more} more.` : "")
      : told.groups ? "Nothing was done twice yet: neither a way nor a workout of three efforts or more." : "Looking …")
    renew(this.table, told.compare ?? null, () => (told.compare ? [this.head(), ...told.compare.rows.map((row) => this.row(row))] : []))
  }

  head() {
    const row = make("tr")
    row.append(...["Day", "Time", "Work", "Heart rate"].map((words) => make("th", "", words, {scope: "col"})))
    return row
  }

  row([session, day, ...values]) {
    const row = make("tr"), first = make("td")
    first.append(review_link(session, day))
    row.append(first, ...values.map((value) => make("td", "", value)))
    return row
  }
}
