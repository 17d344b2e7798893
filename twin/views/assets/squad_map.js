// Everyone on one map in metres: dots coloured by zone, short tails, north up, scale, pitch lines.

const EARTH_M = 6371008.8
const PITCH = [105, 68] // m, between the lines
const TURNS = Array.from({length: 36}, (_, i) => i * Math.PI / 36)

// Metres east and north of a fixed point; right to a few centimetres over a training ground.
class Flat {
  constructor(latitude, longitude) {
    this.latitude = latitude
    this.longitude = longitude
    this.narrow = Math.cos(latitude * Math.PI / 180)
  }

  at([latitude, longitude]) {
    const metres = Math.PI / 180 * EARTH_M
    return [(longitude - this.longitude) * metres * this.narrow, (latitude - this.latitude) * metres]
  }
}

// Finds where the pitch lies from where players have been: the direction in which all positions
// fit the smallest box. A guess, and the map says so.
class PitchGuess {
  constructor() {
    this.boxes = TURNS.map(() => [Infinity, -Infinity, Infinity, -Infinity])
    this.count = 0
  }

  add(place) {
    this.count += 1
    TURNS.forEach((turn, i) => {
      const [along, across] = turned(place, turn)
      const box = this.boxes[i]
      box[0] = Math.min(box[0], along); box[1] = Math.max(box[1], along)
      box[2] = Math.min(box[2], across); box[3] = Math.max(box[3], across)
    })
  }

  // {turn, centre, half} in metres, or null while unknown or where players left any pitch.
  get found() {
    if (this.count < 60) { return null }
    const sizes = this.boxes.map(([a, b, c, d]) => (b - a) * (d - c))
    const best = sizes.indexOf(Math.min(...sizes))
    const [a, b, c, d] = this.boxes[best]
    const long = b - a >= d - c
    const [length, width] = long ? [b - a, d - c] : [d - c, b - a]
    if (length > PITCH[0] * 1.15 || width > PITCH[1] * 1.25) { return null }
    const centre = turned([(a + b) / 2, (c + d) / 2], -TURNS[best])
    return {turn: TURNS[best] + (long ? 0 : Math.PI / 2), centre}
  }
}

function turned([x, y], angle) {
  const c = Math.cos(angle), s = Math.sin(angle)
  return [x * c + y * s, y * c - x * s]
}

function nice_length(metres) {
  const power = 10 ** Math.floor(Math.log10(metres))
  return [5, 2, 1].map((n) => n * power).find((n) => n <= metres) ?? power
}

class SquadMap {
  constructor(page) {
    this.page = page
    this.box = make("section", "map", "", {"aria-label": "Map"})
    this.canvas = make("canvas", "", "", {role: "img"})
    this.empty = make("p", "empty-map", "No positions: nobody's position is known right now.")
    this.box.append(this.canvas, this.empty)
    this.flat = null
    this.guess = new PitchGuess()
    this.tiles = new Tiles(page.model.tiles, () => page.pictures.request())
    this.view = null
    this.canvas.addEventListener("click", (event) => this.open(event))
    this.canvas.addEventListener("pointermove", (event) => {
      this.canvas.style.cursor = this.hit(event) ? "pointer" : ""
    })
  }

  // Take one frame: places of all who have one, whether the map is seen or not.
  take(players) {
    for (const player of players) {
      player.place = null
      const {row} = player
      if (!row || Number.isNaN(row.latitude)) { continue }
      this.flat ??= new Flat(row.latitude, row.longitude)
      player.place = this.flat.at([row.latitude, row.longitude])
      if (player.seat.sport === "football") { this.guess.add(player.place) }
    }
  }

  draw(players, colours) {
    if (this.box.hidden) { return }
    const shown = players.filter((p) => p.place && p.waited <= STALE_AFTER_S)
    this.empty.hidden = shown.length > 0
    this.canvas.setAttribute("aria-label", `Map of ${shown.length} athletes`)
    const {canvas} = this
    const width = canvas.clientWidth, height = canvas.clientHeight
    const scale = Math.min(2, devicePixelRatio || 1)
    if (canvas.width !== Math.round(width * scale) || canvas.height !== Math.round(height * scale)) {
      canvas.width = Math.round(width * scale)
      canvas.height = Math.round(height * scale)
      this.view = null
    }
    const pen = canvas.getContext("2d")
    pen.setTransform(scale, 0, 0, scale, 0, 0)
    pen.clearRect(0, 0, width, height)
    this.dots = []
    if (!shown.length || !width) { return }
    const footballers = shown.filter((p) => p.seat.sport === "football").length
    const pitch = footballers * 2 > shown.length ? this.guess.found : null
    this.fit(shown, pitch, width, height)
    this.ground(pen, width, height, colours)
    if (pitch) { draw_pitch(pen, pitch, (place) => this.pixel(place), colours) }
    for (const player of shown) { this.tail(pen, player, colours) }
    const radius = shown.length > 40 ? 11 : width > 700 ? 16 : 13
    for (const player of shown) { this.dot(pen, player, radius, colours) }
    this.legend(pen, width, height, pitch, colours)
  }

  fit(shown, pitch, width, height) {
    const places = shown.map((p) => p.place)
    if (pitch) { places.push(...pitch_corners(pitch)) }
    const xs = places.map((p) => p[0]), ys = places.map((p) => p[1])
    const [left, right, low, high] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)]
    const margin = 34
    const metres = Math.max((right - left) / (width - 2 * margin), (high - low) / (height - 2 * margin), 0.02)
    const centre = [(left + right) / 2, (low + high) / 2]
    // Zoom out at once, in only when much too wide, so that the ground stands still under the dots.
    const old = this.view
    const inside = old && places.every((p) => {
      const [x, y] = this.pixel(p)
      return x > 16 && y > 16 && x < width - 16 && y < height - 16
    })
    if (!inside || metres < 0.6 * old.metres) {
      this.view = {metres: metres * 1.12, centre, middle: [width / 2, height / 2]}
    }
  }

  ground(pen, width, height, colours) {
    const {metres, centre} = this.view, reach = [width * metres / 2, height * metres / 2]
    const box = [centre[0] - reach[0], centre[0] + reach[0], centre[1] - reach[1], centre[1] + reach[1]]
    this.tiles.draw(pen, this.flat, box, metres, (place) => this.pixel(place), colours)
  }

  pixel([east, north]) {
    const {metres, centre, middle} = this.view
    return [middle[0] + (east - centre[0]) / metres, middle[1] - (north - centre[1]) / metres]
  }

  tail(pen, player, colours) {
    if (player.tail.length < 2) { return }
    pen.strokeStyle = colours.zone(player.zone)
    pen.globalAlpha = 0.45
    pen.lineWidth = 3
    pen.lineJoin = pen.lineCap = "round"
    pen.beginPath()
    player.tail.forEach((position, i) => {
      const [x, y] = this.pixel(this.flat.at(position))
      if (i) { pen.lineTo(x, y) } else { pen.moveTo(x, y) }
    })
    pen.stroke()
    pen.globalAlpha = 1
  }

  dot(pen, player, radius, colours) {
    const [x, y] = this.pixel(player.place)
    this.dots.push([x, y, radius, player])
    pen.beginPath(); pen.arc(x, y, radius, 0, 7)
    pen.fillStyle = player.live ? colours.zone(player.zone) : colours.card
    pen.fill()
    pen.lineWidth = player.over ? 4 : 2
    pen.strokeStyle = player.over ? colours.alarm : player.live ? colours.card : colours.stale
    pen.stroke()
    pen.textAlign = "center"
    pen.textBaseline = "middle"
    pen.fillStyle = player.live && player.zone ? colours.on_zone : player.live ? colours.card : colours.stale
    pen.font = `600 ${Math.round(radius * 0.85)}px Roboto, sans-serif`
    pen.fillText(initials(player.seat.name), x, y + 0.5)
    if (player.live && player.zone) { // the zone in words beside its colour
      const badge = radius * 0.55, [bx, by] = [x + radius * 0.85, y - radius * 0.85]
      pen.beginPath(); pen.arc(bx, by, badge, 0, 7)
      pen.fillStyle = colours.text; pen.fill()
      pen.fillStyle = colours.card
      pen.font = `700 ${Math.round(badge * 1.5)}px Roboto, sans-serif`
      pen.fillText(player.zone, bx, by + 0.5)
    }
  }

  legend(pen, width, height, pitch, colours) {
    const length = nice_length(width * 0.22 * this.view.metres), px = length / this.view.metres
    pen.strokeStyle = pen.fillStyle = colours.muted
    pen.lineWidth = 2
    pen.beginPath()
    pen.moveTo(14, height - 20); pen.lineTo(14, height - 14); pen.lineTo(14 + px, height - 14); pen.lineTo(14 + px, height - 20)
    pen.stroke()
    pen.font = "500 12px Roboto, sans-serif"
    pen.textAlign = "left"; pen.textBaseline = "alphabetic"
    pen.fillText(length >= 1000 ? `${length / 1000} km` : `${length} m`, 14, height - 26)
    if (pitch) {
      pen.textAlign = "right"
      pen.fillText(`pitch ${PITCH.join(" × ")} m, placed by the players' positions`, width - 12, height - 14)
    }
    if (this.tiles.template && !pitch) {
      pen.textAlign = "right"
      pen.fillText(tile_source(this.tiles.template), width - 12, height - 14)
    }
    pen.textAlign = "center"
    pen.beginPath(); pen.moveTo(width - 22, 12); pen.lineTo(width - 15, 30); pen.lineTo(width - 22, 25); pen.lineTo(width - 29, 30)
    pen.closePath(); pen.fill()
    pen.fillText("N", width - 22, 44)
  }

  hit(event) {
    const {left, top} = this.canvas.getBoundingClientRect()
    const [x, y] = [event.clientX - left, event.clientY - top]
    const near = (this.dots ?? []).filter(([dx, dy, r]) => Math.hypot(dx - x, dy - y) <= Math.max(r, 22))
    near.sort((a, b) => Math.hypot(a[0] - x, a[1] - y) - Math.hypot(b[0] - x, b[1] - y))
    return near[0]?.[3]
  }

  open(event) {
    const player = this.hit(event)
    if (player) { this.page.open(player) }
  }
}
