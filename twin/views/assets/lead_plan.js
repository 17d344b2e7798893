// The plan: what it is called, what is done, how far off a target still counts as on it.

const TOLERANCES = [[3, "within 3 %"], [5, "within 5 %"], [8, "within 8 %"], [10, "within 10 %"], [15, "within 15 %"]]
const WORKOUT = "10:00 75 %, 4x(3:00 90 %, 2:00 rest), 5:00 70 %"

function labelled(words, control) {
  const label = make("label", "labelled")
  label.append(make("span", "", words), control)
  return label
}

class PlanForm {
  constructor(keep) {
    this.title = make("input", "question", "", {maxlength: 80, placeholder: "such as Tuesday intervals"})
    this.workout = make("textarea", "", "", {rows: 2, maxlength: 2000, placeholder: WORKOUT, spellcheck: "false"})
    this.sport = choice([["", "each their own"]], "")
    this.tolerance = choice(TOLERANCES, 5)
    this.told = make("p", "steps")
    this.edited = false
    const fields = make("div", "fields")
    fields.append(labelled("Title", this.title), labelled("Sport", this.sport), labelled("On target", this.tolerance))
    const help = make("small", "", "Length and target of each step: 280 W, 4:20/km, 150 bpm, 85 % (of the own maximum), 95 % threshold, 95 % CP or CS (critical power or speed), rest; 4x(...) repeats.")
    this.content = [fields, labelled("Workout", this.workout), help, this.told, press("Keep the plan", keep)]
    for (const control of [this.title, this.workout, this.sport, this.tolerance]) {
      control.addEventListener("input", () => { this.edited = true })
    }
  }

  words() {
    return {text: this.title.value, workout: this.workout.value, sport: this.sport.value, tolerance: Number(this.tolerance.value)}
  }

  // What somebody is typing here is not overwritten by what another page keeps.
  show(plan) {
    const sports = [["", "each their own"], ...(plan.sports ?? []).map((name) => [name, name])]
    offer(this.sport, sports, this.edited ? this.sport.value : plan.sport ?? "")
    if (!this.edited) {
      this.title.value = plan.text ?? ""
      this.workout.value = plan.workout ?? ""
      this.tolerance.value = String(plan.tolerance ?? 5)
    }
    const steps = plan.steps ?? []
    const nameless = plan.unknown ?? [], who = nameless.length > 4 ? `${nameless.length} athletes` : nameless.join(", ")
    const unknown = who && `. No target for ${who}: their critical power, critical speed or threshold is not known`
    say(this.told, steps.length ? `${steps.length} steps, ${plan.minutes} min${unknown}` : "")
  }
}
