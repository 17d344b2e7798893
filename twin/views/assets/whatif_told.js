// What the twin says of both plans, and how hard they may be.

class Told {
  constructor(model) {
    this.model = model
    this.root = make("div", "whatif told")
    this.table = make("table", "answers", "", {"aria-label": "What the twin says of both plans"})
    this.inverse = make("section", "inverse")
    const card = make("section")
    card.append(this.table)
    this.root.append(card, this.inverse)
  }

  send(command, words = {}) { this.model.send_msg({command, ...words}) }

  take() {
    const told = JSON.parse(this.model.told)
    if (!told.table) { return }
    this.draw_table(told.table)
    this.draw_inverse(told)
  }

  draw_table(rows) {
    const head = make("tr")
    head.append(make("td"), make("th", "plan-a", "Plan A", {scope: "col"}), make("th", "plan-b", "Plan B", {scope: "col"}))
    this.table.replaceChildren(head, ...rows.map(({what, a, b}) => {
      const row = make("tr")
      row.append(make("th", "", what, {scope: "row"}), make("td", "", a), make("td", "", b))
      return row
    }))
  }

  draw_inverse({hardest, limit}) {
    this.inverse.hidden = !hardest.length
    const table = make("table", "answers", "", {"aria-label": "How hard each plan may be"})
    for (const row of hardest) {
      const line = make("tr")
      line.append(make("th", "", row.what, {scope: "row"}))
      for (const letter of ["a", "b"]) {
        const cell = make("td", "", row[letter]), scale = row[`scale_${letter}`]
        if (scale !== null) {
          cell.append(" ", press("Use", () => this.send("change", {changes: {[`scale_${letter}`]: scale}}), "use",
            {"aria-label": `Set plan ${letter.toUpperCase()} to ${scale} %`}))
        }
        line.append(cell)
      }
      table.append(line)
    }
    this.inverse.replaceChildren(make("h2", "", `Hardest that stays below ${limit} bpm to the end`), table)
  }
}

export function render({model}) {
  const told = new Told(model)
  model.on("told", () => told.take())
  told.take()
  return told.root
}
