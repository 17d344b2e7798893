// What is asked of one athlete now, where a workout is led.

export function render({model}) {
  const strip = make("p", "leadstrip", "", {"aria-label": "Led session"})
  const [step, value, cue] = [make("b", "step"), make("span", "value"), make("span", "cue")]
  strip.append(step, value, cue)
  const draw = () => {
    const {who, place, state, unit} = JSON.parse(model.told)
    strip.hidden = !who
    if (!who) { return }
    strip.className = `leadstrip ${who.cue}`
    say(step, !place.now ? "The plan is done" : `${place.now}: ${clock_span(place.left_s)} left`)
    const asked = who.asked == null ? "" : ` / ${told_value(who.asked, unit)}`
    say(value, `${told_value(who.value, unit)}${asked} ${told_unit(unit)}`)
    say(cue, state === "paused" ? "paused" : told_cue(who, state))
  }
  model.on("told", draw)
  draw()
  return strip
}
