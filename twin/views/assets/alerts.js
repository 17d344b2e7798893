// The page of alerts: ask, look back, change rules, try them.

const NEW_RULE = {id: "", name: "", kind: "level", measure: "heart_rate", limit: 90, basis: "maximum", below: false, own: {},
  athletes: [], at_least: 0, window_s: 0, chance: 30, hysteresis: 2, hold_s: 5, calm_s: 10, cool_down_s: 60,
  escalate_s: Infinity, priority: 2, mode: "shadow", spoken: true, sent: false}
const PRIORITY_WORDS = {1: "Note", 2: "Warning", 3: "Alarm"}

function log_table(rows) {
  if (!rows.length) { return make("p", "", "No alert yet.") }
  const table = make("table", "log")
  const head = make("tr")
  head.append(...["When", "What", "Level", "State", "Seen by", "Review"].map((words) => make("th", "", words, {scope: "col"})))
  table.append(head)
  for (const row of rows) {
    const line = make("tr", row.state)
    const state = row.told === "shown" ? row.state : `${row.state}, ${row.told}`
    line.append(make("td", "", new Date(row.time).toLocaleString()), make("td", "", row.text),
      make("td", "", PRIORITY_WORDS[row.priority] ?? ""), make("td", "", state),
      make("td", "", [row.acknowledged_by, row.note].filter(Boolean).join(": ")))
    const where = make("td")
    if (row.session) { where.append(make("a", "", "open", {href: `review?session=${encodeURIComponent(row.session)}`})) }
    line.append(where)
    table.append(line)
  }
  const scroll = make("div", "scroll", "", {tabindex: "0", role: "region", "aria-label": "Log of alerts"})
  scroll.append(table)
  return scroll
}

function download(text) {
  const link = document.createElement("a")
  link.href = URL.createObjectURL(new Blob([text], {type: "text/csv"}))
  link.download = "alerts.csv"
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 1000)
}

export function render({model}) {
  const page = make("div", "alertspage")
  let open = null, tried = ""
  const failed = make("p", "failed", "", {role: "alert"})
  const send = (command, words = {}) => { failed.textContent = ""; model.send_msg({command, name: remembered("twin_name") || "coach", ...words}) }

  const question = make("input", "question", "", {"aria-label": "Question", placeholder: "Who is above 90 percent? How is Ada? Next to cross?"})
  const said = make("p", "said", model.said, {role: "status"})
  let aloud = false // asked by voice: answered by voice
  const ask = () => send("ask", {words: question.value})
  const talk = make_talk(model, (text, last) => { question.value = text; if (last) { aloud = true; ask() } })
  question.addEventListener("keydown", (event) => { if (event.key === "Enter") { aloud = false; ask() } })
  const row = make("div", "row")
  row.append(question, press("Ask", () => { aloud = false; ask() }, "main"))

  const search = make("input", "question", "", {type: "search", "aria-label": "Search the log", placeholder: "Search: name, rule, words, suppressed"})
  search.addEventListener("input", () => send("search", {words: search.value}))
  const log = make("div")
  const log_row = make("div", "row")
  log_row.append(search, press("Export CSV", () => send("export")))

  const rules = make("ul", "rules")
  const lab = make("div")
  const lab_row = make("div", "row")
  const last = make("input", "", "", {type: "number", min: 1, max: 100, "aria-label": "Newest sessions"})
  last.value = 10
  const athletes = choice([["", "everybody"], ...JSON.parse(model.choices).athletes], "", "", {"aria-label": "Athlete"})
  lab_row.append(make("span", "", "Newest"), last, make("span", "", "sessions of"), athletes)
  const act = (command, text, dialog) => {
    send(command, {rule: text, last: Number(last.value), athlete: athletes.value})
    open = dialog
    if (command === "try") {
      tried = text
      lab.replaceChildren(make("p", "", "Trying …"))
      dialog?.close()
      lab.scrollIntoView({block: "nearest"})
    }
  }
  const edit = (rule) => {
    const dialog = rule_dialog(rule, JSON.parse(model.choices), act)
    page.append(dialog)
    dialog.showModal()
  }
  const rule_line = ({words, rule, undoable}) => {
    const named = (title, work) => press(title, work, "", {"aria-label": `${title}: ${rule.name}`})
    const line = make("li", `rule ${rule.mode}`, "", {"data-id": rule.id})
    const told = make("span", "words")
    line.append(told)
    if (rule.mode === "removed") {
      told.append(make("b", "", rule.name), make("small", "", words))
      line.append(named("Bring back", () => send("undo", {rule: rule.id})))
      return line
    }
    told.append(make("b", "", rule.name), make("small", "", `${words} · ${PRIORITY_WORDS[rule.priority].toLowerCase()} · ${rule.mode} · version ${rule.version}`))
    if (rule.limit === null) { rule.limit = NaN }
    line.append(named("Edit", () => edit(rule)), named("Try", () => act("try", python_json(rule))),
      named(rule.mode === "on" ? "To shadow" : "Switch on", () => act("save", python_json({...rule, mode: rule.mode === "on" ? "shadow" : "on"}))))
    if (undoable) { line.append(named("Undo", () => send("undo", {rule: rule.id}))) }
    line.append(named("Remove", () => send("strike", {rule: rule.id})))
    return line
  }
  const draw_rules = () => keeping_focus(rules, () => rules.replaceChildren(...from_python(model.rules).map(rule_line)))
  const add = press("New rule", () => edit({...NEW_RULE, id: `rule-${Date.now().toString(36)}`}), "main")
  const draw_log = () => keeping_focus(log, () => log.replaceChildren(log_table(JSON.parse(model.log))))
  const draw_lab = () => {
    const found = JSON.parse(model.lab)
    if (!found.versions) { return }
    lab.replaceChildren(lab_result(found))
    if (found.versions.length > 1 && tried) {
      lab.append(press(`Save version ${found.versions[1].version}`, () => send("save", {rule: tried}), "main"))
    }
  }

  model.on("log", draw_log)
  model.on("rules", draw_rules)
  model.on("lab", draw_lab)
  model.on("said", () => { said.textContent = model.said })
  model.on("msg:custom", (data) => {
    if (data?.csv !== undefined) { download(data.csv); return }
    if (data?.error) {
      if (open?.open) { open.fail(data.error) } else { failed.textContent = data.error }
      if (data.command === "try") { lab.replaceChildren() }
    } else if (data?.command === "save") { open?.close() }
    if (data?.command === "ask" && !data.error && (aloud || remembered("twin_voice"))) { speak(model.said) }
  })
  const [left, right] = [make("div", "column"), make("div", "column")]
  left.append(card("Ask", row, talk, said), card("Log", log_row, log))
  right.append(card("Rules", rules, add), card("Rule lab", lab_row, lab))
  page.append(failed, left, right)
  draw_log()
  draw_rules()
  draw_lab()
  return page
}
