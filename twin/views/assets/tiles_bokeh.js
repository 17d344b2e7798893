// Brings the tiles under a Bokeh map to what it shows now. Runs in the browser, after `tiles.js`.
// Arguments: plot, tiles (source), credit (label), template, place.
const {x_range, y_range} = plot
clearTimeout(plot.twin_tiles_due)
plot.twin_tiles_due = setTimeout(() => {
  const inner_width = plot.properties.inner_width.is_unset ? 0 : plot.inner_width
  const box = [x_range.start, x_range.end, y_range.start, y_range.end]
  if (!box.every(Number.isFinite) || !(inner_width > 0)) { return }
  const found = tiles_over(template, place, box, (box[1] - box[0]) / inner_width)
  const urls = found.map((tile) => tile.url)
  if (urls.join() === tiles.data.url.join()) { return }
  credit.text = tile_source(template)
  tiles.data = {
    url: urls, x: found.map((t) => t.west), y: found.map((t) => t.north),
    w: found.map((t) => t.width), h: found.map((t) => t.height),
  }
}, 200)
