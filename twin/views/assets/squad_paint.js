// Colours of the scheme for canvases, and work that waits until numbers are on the screen.

function colours_of(element) {
  const style = getComputedStyle(element)
  const of = (name) => style.getPropertyValue(`--${name}`).trim()
  const zones = [1, 2, 3, 4, 5].map((n) => of(`zone-${n}`))
  return {text: of("text"), card: of("card"), muted: of("muted"), stale: of("stale"), line: of("lines"),
    alarm: of("alarm"), on_zone: of("on-zone"), dark: parseInt(of("card").slice(1, 3), 16) < 128, zone: (n) => zones[n - 1] ?? of("stale")}
}

// Does a piece of work once the browser has painted what is there now; asked again meanwhile, once.
class AfterPaint {
  constructor(work) {
    this.work = work
    this.asked = false
  }

  request() {
    if (this.asked) { return }
    this.asked = true
    requestAnimationFrame(() => setTimeout(() => { this.asked = false; this.work() }))
  }
}
