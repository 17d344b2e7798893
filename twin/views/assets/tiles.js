// Map tiles in metres east and north of a place: which ones cover a box, and where each lies.
// Tiles are numbered as everywhere on the web: {z} zoom, {x} from 180° west, {y} from the north,
// in spherical Mercator.

const TILE_EARTH_M = 6371008.8, TILE_PIXELS = 256, MOST_ZOOM = 19, MOST_TILES = 48
const TILE_METRES = Math.PI / 180 * TILE_EARTH_M // of a degree of latitude

function tile_latitude(y, zoom) { // of the northern edge of a row of tiles
  return Math.atan(Math.sinh(Math.PI * (1 - 2 * y / 2 ** zoom))) * 180 / Math.PI
}

function tile_row(latitude, zoom) {
  const angle = latitude * Math.PI / 180
  return (1 - Math.asinh(Math.tan(angle)) / Math.PI) / 2 * 2 ** zoom
}

// box: [west, east, south, north] in metres of `place`. One tile pixel is a screen pixel or less.
function tiles_over(template, place, box, metres_per_pixel) {
  const narrow = Math.cos(place.latitude * Math.PI / 180)
  const longitude = (east) => place.longitude + east / (TILE_METRES * narrow)
  const latitude = (north) => place.latitude + north / TILE_METRES
  const around = 2 * Math.PI * TILE_EARTH_M * narrow
  let zoom = Math.ceil(Math.log2(around / (TILE_PIXELS * metres_per_pixel)) - 0.5)
  zoom = Math.min(MOST_ZOOM, Math.max(0, zoom))
  let first, last, top, bottom
  for (; ; zoom -= 1) {
    const column = (east) => Math.floor((longitude(east) + 180) / 360 * 2 ** zoom);
    [first, last] = [column(box[0]), column(box[1])];
    [top, bottom] = [tile_row(latitude(box[3]), zoom), tile_row(latitude(box[2]), zoom)].map(Math.floor)
    if (zoom === 0 || (last - first + 1) * (bottom - top + 1) <= MOST_TILES) { break }
  }
  const tiles = []
  for (let x = first; x <= last; x++) {
    for (let y = top; y <= bottom; y++) {
      const west = (x / 2 ** zoom * 360 - 180 - place.longitude) * TILE_METRES * narrow
      const north = (tile_latitude(y, zoom) - place.latitude) * TILE_METRES
      const south = (tile_latitude(y + 1, zoom) - place.latitude) * TILE_METRES
      const url = template.replace("{z}", zoom).replace("{x}", x).replace("{y}", y)
      tiles.push({url, west, north, width: around / 2 ** zoom, height: north - south})
    }
  }
  return tiles
}

function tile_source(template) {
  const host = new URL(template, location.href).hostname
  return host.endsWith("openstreetmap.org") ? "© OpenStreetMap contributors" : `map: ${host}`
}

// The pictures of the tiles, kept; `redraw` is called when one has come.
class Tiles {
  constructor(template, redraw) {
    this.template = template
    this.redraw = redraw
    this.kept = new Map()
  }

  picture(url) {
    if (!this.kept.has(url)) {
      const image = new Image()
      image.onload = this.redraw
      image.src = url
      this.kept.set(url, image)
      if (this.kept.size > 4 * MOST_TILES) { this.kept.delete(this.kept.keys().next().value) }
    }
    const image = this.kept.get(url)
    return image.complete && image.naturalWidth ? image : null
  }

  // pixel: from metres to the canvas. Without internet nothing is drawn, and nothing is missing.
  draw(pen, place, box, metres_per_pixel, pixel, {dark}) {
    if (!this.template) { return }
    pen.globalAlpha = dark ? 0.35 : 0.75
    for (const tile of tiles_over(this.template, place, box, metres_per_pixel)) {
      const image = this.picture(tile.url)
      if (!image) { continue }
      const [x, y] = pixel([tile.west, tile.north])
      const [right, low] = pixel([tile.west + tile.width, tile.north - tile.height])
      pen.drawImage(image, x, y, right - x, low - y)
    }
    pen.globalAlpha = 1
  }
}
