// A battery that is as full as the sensor says; hidden where it says nothing.

function battery_mark() {
  const box = make("span", "battery")
  box.innerHTML = '<svg viewBox="0 0 26 14" aria-hidden="true"><rect class="shell" x="1" y="1" width="21" height="12" rx="2.5"/><rect x="23" y="4.5" width="2.5" height="5" rx="1"/><rect class="fill" x="3" y="3" width="17" height="8" rx="1"/></svg><b></b>'
  const fill = box.querySelector(".fill")
  box.show = (percent) => {
    box.hidden = percent === null
    if (percent === null) { return }
    mark(fill, "width", String(Math.max(1, 17 * percent / 100)))
    box.classList.toggle("low", percent <= 20)
    say(box.lastChild, `${percent} %`)
    mark(box, "title", `Battery ${percent} %`)
  }
  return box
}
