// What the lab found: versions of a rule side by side, and the moments with the way to their review.

const FIGURES = [
  ["alerts", "Alerts", ""], ["per_hour", "Alerts per athlete and hour", "/h", 2], ["suppressed", "Held back, artefacts", ""],
  ["duplicates", "Again within a minute", ""], ["crossings", "Line reached", ""], ["foreseen", "… of these told before", ""],
  ["lead_s", "Told before, median", "s", 0], ["false_per_hour", "False alarms per athlete and hour", "/h", 2],
]

function figure(value, unit, decimals) {
  return value === null ? "–" : `${decimals === undefined ? value : value.toFixed(decimals)}${unit ? ` ${unit}` : ""}`
}

function lab_result(found) {
  const box = make("div", "found")
  if (!found.versions) { return box }
  box.append(make("p", "", `${found.sessions} sessions, ${found.versions[0].hours.toFixed(1)} hours of athletes, by the steps of the live hub.`))
  const table = make("table", "figures")
  const head = make("tr")
  head.append(make("th", "", "", {scope: "col"}), ...found.versions.map((v) => make("th", "", `Version ${v.version}: ${v.words}`, {scope: "col"})))
  table.append(head)
  for (const [name, words, unit, decimals] of FIGURES) {
    if (found.versions.every((v) => v[name] === null || (name === "crossings" || name === "foreseen") && v.lead_s === null)) { continue }
    const row = make("tr")
    row.append(make("th", "", words, {scope: "row"}), ...found.versions.map((v) => make("td", "", figure(v[name], unit, decimals))))
    table.append(row)
  }
  box.append(table)
  const newest = found.versions.at(-1)
  const list = make("ul", "moments")
  for (const moment of newest.moments) {
    const line = make("li")
    const link = make("a", "", moment.text, {href: `review?session=${encodeURIComponent(moment.session)}`})
    line.append(make("time", "", new Date(moment.time).toLocaleString()), link)
    list.append(line)
  }
  box.append(make("h3", "", `Moments of version ${newest.version}`), newest.moments.length ? list : make("p", "", "None."))
  return box
}
