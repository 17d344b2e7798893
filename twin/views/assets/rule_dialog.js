// A rule as a form: every field with its unit; what is wrong is said in the dialog.

const KIND_WORDS = {level: "Level", approach: "Approach, foreseen by the twin", rate: "Change", time: "Time beyond"}
const BASIS_WORDS = {absolute: "in its unit", maximum: "% of own maximum", threshold: "% of own threshold",
  line: "% of own line", usual: "% of what is usual"}

function numeric(value) {
  const input = make("input", "", "", {type: "number", step: "any", inputmode: "decimal"})
  input.value = value === null || Number.isNaN(value) || !Number.isFinite(value) ? "" : value
  return input
}

function ticked(value) {
  const input = make("input", "tick", "", {type: "checkbox"})
  input.checked = value
  return input
}

const own_words = (own, name) => Object.entries(own).map(([who, limit]) => `${name(who)}=${limit}`).join(", ")

function own_of(text) {
  const own = {}
  for (const part of text.split(",").map((words) => words.trim()).filter(Boolean)) {
    const [who, limit] = part.split("=").map((words) => words.trim())
    if (!who || !Number.isFinite(Number(limit))) { throw new Error(`Own limits: expected Ada=178, Bo=170, got ${part}`) }
    own[who] = Number(limit)
  }
  return own
}

function rule_dialog(rule, choices, act) {
  const dialog = make_dialog(rule.version ? `Rule: ${rule.name}` : "New rule")
  const names = choices.athletes.map(([, name]) => name)
  // By name, or by id where several have the name or nobody is known by that id.
  const named = (id) => {
    const name = Object.fromEntries(choices.athletes)[id]
    return names.filter((other) => other === name).length === 1 ? name : id
  }
  const text = (value) => { const input = make("input"); input.value = value; return input }
  const f = {
    name: dialog.add("Name", text(rule.name)),
    kind: dialog.add("Looks at", choice(choices.kinds.map((k) => [k, KIND_WORDS[k] ?? k]), rule.kind)),
    measure: dialog.add("Measure", choice(choices.measures.map(([n, label, unit]) => [n, unit === "1" ? label : `${label} (${unit})`]), rule.measure)),
    below: dialog.add("Side", choice([["false", "above"], ["true", "below"]], rule.below)),
    limit: dialog.add("Limit", numeric(rule.limit)),
    basis: dialog.add("Limit is", choice(choices.bases.map((b) => [b, BASIS_WORDS[b] ?? b]), rule.basis)),
    own: dialog.add("Own limits", text(own_words(rule.own, named)), "Of single athletes: Ada=178, Bo=170"),
    athletes: dialog.add("Only for", text(rule.athletes.map(named).join(", ")), `Names or ids; empty = everybody. ${names.slice(0, 6).join(", ")}`),
    at_least: dialog.add("Athletes at once", numeric(rule.at_least), "0 = each alone"),
    window_s: dialog.add("Window (s)", numeric(rule.window_s), "Of an approach, a change, or the time allowed"),
    chance: dialog.add("Chance (%)", numeric(rule.chance), "Of an approach: how likely the limit must be within the window"),
    hysteresis: dialog.add("Hysteresis", numeric(rule.hysteresis), "How far it must come back, in the unit of the measure; of an approach in % of chance"),
    hold_s: dialog.add("Hold (s)", numeric(rule.hold_s)),
    calm_s: dialog.add("Calm (s)", numeric(rule.calm_s)),
    cool_down_s: dialog.add("Cool-down (s)", numeric(rule.cool_down_s)),
    escalate_s: dialog.add("Rises after (s)", numeric(rule.escalate_s), "Unacknowledged; empty = never"),
    priority: dialog.add("Priority", choice(choices.priorities.map(([p]) => [p, PRIORITY_WORDS[p].toLowerCase()]), rule.priority)),
    mode: dialog.add("Mode", choice(choices.modes.map((m) => [m, m === "shadow" ? "shadow: only the log" : m]), rule.mode)),
    spoken: dialog.add("Spoken", ticked(rule.spoken)),
    sent: dialog.add("To the webhook", ticked(rule.sent)),
  }
  const value = (name) => f[name].value === "" ? NaN : Number(f[name].value)
  dialog.rule = () => ({
    ...rule, name: f.name.value.trim(), kind: f.kind.value, measure: f.measure.value, basis: f.basis.value,
    below: f.below.value === "true", limit: value("limit"), own: own_of(f.own.value),
    athletes: f.athletes.value.split(",").map((id) => id.trim()).filter(Boolean),
    at_least: Math.round(value("at_least") || 0), window_s: value("window_s") || 0, chance: value("chance") || 0,
    hysteresis: value("hysteresis") || 0, hold_s: value("hold_s") || 0, calm_s: value("calm_s") || 0,
    cool_down_s: value("cool_down_s") || 0, escalate_s: f.escalate_s.value === "" ? Infinity : value("escalate_s"),
    priority: Number(f.priority.value), mode: f.mode.value, spoken: f.spoken.checked, sent: f.sent.checked,
  })
  const with_rule = (command) => () => {
    try { act(command, python_json(dialog.rule()), dialog) } catch (error) { dialog.fail(error.message) }
  }
  dialog.button("Try in the lab", with_rule("try"), "")
  dialog.button("Save", with_rule("save"))
  return dialog
}

// As Python writes numbers that JSON does not know.
function python_json(rule) {
  const words = JSON.stringify(rule, (_, v) => typeof v === "number" && !Number.isFinite(v) ? `@${v}` : v)
  return words.replace(/"@(NaN|Infinity|-Infinity)"/g, "$1")
}

function from_python(text) {
  return JSON.parse(text.replace(/: NaN/g, ": null").replace(/: Infinity/g, ": 1e999"))
}
