// The editor of one plan: rows of steps, blocks that repeat. It only cuts the text into fields;
// what they mean is judged by twin/model/plan.py, which sends back what is wrong.

const STEP = /^((?:\d+:)?\d{1,3}:\d\d(?:\s*(?:h|min)\b)?|\d+(?:\.\d+)?\s*(?:h|min|s|km|m)\b|\S*)\s*(?:@|at\b|in\b)?\s*(.*)$/

function outside(text) {
  const parts = []
  let depth = 0, part = ""
  for (const c of `${text}\n`) {
    depth += (c === "(") - (c === ")")
    if (/[,;\n]/.test(c) && depth <= 0) {
      if (part.trim()) { parts.push(part.trim()) }
      part = ""
    } else { part += c }
  }
  return part.trim() ? [...parts, part.trim()] : parts
}

function cut(words) {
  const [, length, target] = STEP.exec(words)
  return {length, target}
}

function blocks_of(text) {
  return outside(text).map((part) => {
    const repeated = /^(\d+)\s*[x×*]\s*\(([^()]*)\)$/i.exec(part)
    return repeated ? {times: repeated[1], steps: outside(repeated[2]).map(cut)} : {times: null, steps: [cut(part)]}
  })
}

function text_of(blocks) {
  const words = ({length, target}) => `${length} ${target}`.trim()
  return blocks.filter((b) => b.steps.length).map((b) => {
    const inner = b.steps.map(words).join(", ")
    return b.times === null ? inner : `${b.times}x(${inner})`
  }).join(", ")
}

// A target one notch harder or easier, in the steps people plan in.
function nudged(target, by) {
  const pace = /^(\d+):(\d\d)(.*)$/.exec(target)
  if (pace) {
    const s = Math.max(100, Number(pace[1]) * 60 + Number(pace[2]) - 5 * by)
    return `${Math.floor(s / 60)}:${String(s % 60).padStart(2, "0")}${pace[3]}`
  }
  const number = /^(\d+(?:\.\d+)?)(.*)$/.exec(target)
  if (!number) { return target }
  const notch = /w\s*$/i.test(target) ? 5 : /km\/h/.test(target) ? 0.5 : /m\/s/.test(target) ? 0.1 : 1
  return `${Math.max(0, Math.round((Number(number[1]) + notch * by) * 10) / 10)}${number[2]}`
}

function icon_button(sign, words, act) {
  return press(sign, act, "icon", {"aria-label": words, title: words})
}

class PlanEditor {
  constructor(letter, board) {
    this.letter = letter
    this.board = board
    this.blocks = []
    this.text = null
    this.box = make("section", `plan plan-${letter}`, "", {"aria-label": `Plan ${letter.toUpperCase()}`})
    const head = make("div", "plan-head")
    head.append(make("h2", "", `Plan ${letter.toUpperCase()}`))
    const other = letter === "a" ? "b" : "a"
    head.append(press(`Copy to ${other.toUpperCase()}`, () => board.send("change",
      {changes: {[other]: this.text, [`scale_${other}`]: Number(this.slider.value)}})))
    this.rows = make("div", "rows")
    this.error = make("p", "failed", "", {role: "alert"})
    const add = make("div", "adds")
    add.append(press("+ Step", () => this.add(null)), press("+ Repeats", () => this.add("4")))
    const words = make("details", "words")
    words.append(make("summary", "", "As text"))
    this.area = make("textarea", "", "", {rows: 3, spellcheck: "false", "aria-label": `Plan ${letter.toUpperCase()} as text`})
    this.area.addEventListener("change", () => board.send("change", {changes: {[letter]: this.area.value.trim()}}))
    words.append(this.area)
    const intensity = make("label", "intensity", "Intensity")
    this.slider = make("input", "", "", {type: "range", min: 50, max: 150, step: 1})
    this.percent = make("output")
    this.slider.addEventListener("input", () => { say(this.percent, `${this.slider.value} %`); board.soon(`scale_${letter}`, Number(this.slider.value)) })
    intensity.append(this.slider, this.percent)
    this.box.append(head, this.rows, add, this.error, intensity, words)
  }

  // What the server holds; rows under the user's hands stay as they are.
  show({text, scale, error}) {
    say(this.error, error)
    if (text !== this.text) {
      this.text = text
      this.blocks = blocks_of(text)
      this.draw()
    }
    if (this.area.value !== text) { this.area.value = text }
    if (!this.slider.matches(":active")) { this.slider.value = scale }
    say(this.percent, `${this.slider.value} %`)
  }

  changed(redraw = true) {
    this.text = text_of(this.blocks)
    this.board.send("change", {changes: {[this.letter]: this.text}})
    if (redraw) { this.draw() }
  }

  add(times) {
    const last = this.blocks.at(-1)?.steps.at(-1) ?? {length: "10:00", target: this.board.usual}
    const steps = times === null ? [{...last}]
      : [{length: "3:00", target: nudged(nudged(last.target, 4), 4)}, {length: "2:00", target: last.target}]
    this.blocks.push({times, steps})
    this.changed()
    this.rows.querySelector(".block:last-child input.length")?.focus()
  }

  draw() {
    this.rows.replaceChildren(...this.blocks.map((block, b) => this.block(block, b)))
    if (!this.blocks.length) { this.rows.append(make("p", "none", "No step yet.")) }
  }

  block(block, b) {
    const box = make("div", block.times === null ? "block" : "block repeated")
    if (block.times !== null) {
      const head = make("div", "times")
      const times = make("input", "", "", {type: "number", min: 1, max: 100, value: block.times, "aria-label": "Repeats"})
      times.addEventListener("change", () => { block.times = times.value || "1"; this.changed() })
      const more = press("+ Step", () => { block.steps.push({...block.steps.at(-1)}); this.changed() })
      head.append(times, make("span", "", "times"), more)
      box.append(head)
    }
    box.append(...block.steps.map((step, s) => this.step(step, block, b, s)))
    return box
  }

  step(step, block, b, s) {
    const row = make("div", "step")
    const length = make("input", "length", "", {value: step.length, "aria-label": "Time or distance", placeholder: "10:00 or 1 km"})
    const target = make("input", "target", "", {value: step.target, "aria-label": "Target", placeholder: "150 W, 4:20/km, 80 %"})
    const take = () => {
      if (step.length === length.value.trim() && step.target === target.value.trim()) { return }
      step.length = length.value.trim(); step.target = target.value.trim(); this.changed(false)
    }
    length.addEventListener("change", take)
    target.addEventListener("change", take)
    const nudge = (by) => { target.value = nudged(target.value, by); take() }
    target.addEventListener("keydown", (event) => {
      const by = {ArrowUp: 1, ArrowDown: -1}[event.key]
      if (by) { event.preventDefault(); nudge(by) }
    })
    const move = () => {
      const list = block.times === null ? this.blocks : block.steps, at = block.times === null ? b : s
      if (at > 0) { list.splice(at - 1, 0, list.splice(at, 1)[0]); this.changed() }
    }
    const twice = () => {
      if (block.times === null) { this.blocks.splice(b + 1, 0, {times: null, steps: [{...step}]}) } else { block.steps.splice(s + 1, 0, {...step}) }
      this.changed()
    }
    const away = () => {
      block.steps.splice(s, 1)
      if (!block.steps.length) { this.blocks.splice(b, 1) }
      this.changed()
    }
    row.append(length, target, icon_button("−", "Easier", () => nudge(-1)), icon_button("+", "Harder", () => nudge(1)),
      icon_button("↑", "Move up", move), icon_button("×2", "Repeat this step", twice), icon_button("✕", "Remove", away))
    return row
  }
}
