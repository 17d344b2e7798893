// The dialogs of the squad: change an athlete, begin a period, end the session.

const SPORTS = ["running", "cycling", "football", "rowing", "swimming", "walking", "skiing",
  "fitness", "multisport", "other"]

function number_field(value, name) {
  return make("input", "", "", {type: "number", min: 25, max: 245, step: 1, inputmode: "numeric",
    name, value: value ?? ""})
}

function edit_dialog(player, page) {
  const {seat} = player
  const dialog = make_dialog(`Edit ${seat.name}`)
  const name = dialog.add("Name", make("input", "", "", {type: "text", required: "", maxlength: 60,
    name: "name", value: seat.name}))
  const most = dialog.add("Maximal heart rate", number_field(seat.max_hr, "max_hr"),
    `bpm, ${seat.max_hr_origin}; zones and % follow it`)
  const rest = dialog.add("Resting heart rate", number_field(seat.resting_hr, "resting_hr"), "bpm")
  const limit = dialog.add("Heart rate limit", number_field(seat.limit, "heart_rate_limit"),
    "bpm; the line not to cross, empty for none")
  const sport = dialog.add("Sport", make("select", "", "", {name: "sport"}))
  for (const word of SPORTS) { sport.append(new Option(word, word, word === seat.sport, word === seat.sport)) }
  dialog.button("Save", () => {
    const before = {name: seat.name, max_hr: seat.max_hr, resting_hr: seat.resting_hr,
      heart_rate_limit: seat.limit ?? "", sport: seat.sport}
    const now = {name: name.value, max_hr: most.value, resting_hr: rest.value,
      heart_rate_limit: limit.value, sport: sport.value}
    const changes = Object.fromEntries(Object.entries(now).filter(([k, v]) => String(v) !== String(before[k])))
    if (!Object.keys(changes).length) { dialog.close(); return }
    page.command("update", {athlete: seat.id, changes}, dialog)
  })
  page.show_dialog(dialog)
}

function period_dialog(page) {
  const dialog = make_dialog("Mark a period")
  const name = dialog.add("Name", make("input", "", "", {type: "text", required: "", maxlength: 60,
    name: "period", list: "period-names", placeholder: "Drill 1", autocomplete: "off"}),
  page.period.name ? `“${page.period.name}” runs and ends when another begins.` : "")
  const names = make("datalist", "", "", {id: "period-names"})
  for (const word of ["Warm-up", "Drill 1", "Drill 2", "Game", "Break", "Cool-down"]) { names.append(new Option(word)) }
  dialog.append(names)
  if (page.period.name) {
    dialog.button(`End “${page.period.name}”`, () => page.command("period", {name: ""}, dialog), "plain")
  }
  dialog.button("Begin", () => page.command("period", {name: name.value}, dialog))
  page.show_dialog(dialog)
}

function stop_dialog(page, athletes, words) {
  const dialog = make_dialog("End recording?")
  dialog.querySelector(".fields").append(make("p", "", `The session of ${words} ends now and is kept.`))
  dialog.button("End recording", () => page.command("stop", {athletes}, dialog), "main alarm")
  page.show_dialog(dialog)
}
