// A small curve of five minutes; all that stand beside each other share time, range and cursor.

const CURVE_LEFT = 34, CURVE_FOOT = 16 // px, for the numbers of the axes

// Lowest and highest of some trends, each in its own scale, a little apart where nothing changes.
function range_of(curves, least) {
  let low = Infinity, high = -Infinity
  for (const {trend, scale} of curves) {
    for (const step of trend?.rates ?? []) {
      if (step < BETWEEN) { low = Math.min(low, step * scale); high = Math.max(high, step * scale) }
    }
  }
  if (low > high) { return null }
  const apart = Math.max(0, least - (high - low)) / 2
  return [Math.max(0, low - apart), high + apart]
}

// What a trend was some steps ago, NaN where nothing was measured.
function value_at({trend, scale}, steps_ago) {
  for (const nearby of [0, 1, -1]) {
    const step = trend?.rates[TREND_STEPS - 1 - steps_ago + nearby]
    if (step < BETWEEN) { return step * scale }
  }
  return NaN
}

function draw_curve(canvas, {trend, scale, line}, range, cursor, colours) {
  const width = canvas.clientWidth, height = canvas.clientHeight, dense = Math.min(2, devicePixelRatio || 1)
  if (!width || !height) { return }
  canvas.width = Math.round(width * dense)
  canvas.height = Math.round(height * dense)
  const pen = canvas.getContext("2d")
  pen.setTransform(dense, 0, 0, dense, 0, 0)
  pen.font = "12px Roboto, 'Segoe UI', system-ui, sans-serif"
  pen.fillStyle = colours.muted
  if (!range || !trend) { pen.fillText("not measured", CURVE_LEFT, height / 2); return }
  const [low, high] = range, floor = height - CURVE_FOOT - 4
  const x = (i) => CURVE_LEFT + (width - CURVE_LEFT - 6) * i / (TREND_STEPS - 1)
  const y = (value) => 6 + (floor - 6) * (1 - (value - low) / (high - low || 1))
  const stroke = (colour, wide, dash, ...points) => {
    pen.strokeStyle = colour; pen.lineWidth = wide; pen.setLineDash(dash)
    pen.beginPath(); points.forEach(([a, b], i) => (i ? pen.lineTo(a, b) : pen.moveTo(a, b))); pen.stroke()
    pen.setLineDash([])
  }
  pen.textAlign = "right"
  pen.fillText(whole(high), CURVE_LEFT - 5, 12)
  pen.fillText(whole(low), CURVE_LEFT - 5, floor + 2)
  pen.fillText("now", width - 4, height - 5)
  pen.textAlign = "left"
  pen.fillText("5 min ago", CURVE_LEFT, height - 5)
  stroke(colours.line, 1, [], [CURVE_LEFT, 6], [CURVE_LEFT, floor], [width - 4, floor])
  if (line > low && line < high) { stroke(colours.alarm, 1, [4, 3], [CURVE_LEFT, y(line)], [width - 4, y(line)]) }
  pen.strokeStyle = colours.text; pen.lineWidth = 2; pen.lineJoin = "round"
  pen.beginPath()
  let last = -9
  trend.rates.forEach((step, i) => {
    if (step === BETWEEN && last === i - 1) { last = i }
    if (step >= BETWEEN) { return }
    if (i - last <= 4) { pen.lineTo(x(i), y(step * scale)) } else { pen.moveTo(x(i), y(step * scale)) }
    last = i
  })
  pen.stroke()
  if (cursor !== null) {
    const at = x(TREND_STEPS - 1 - cursor), value = value_at({trend, scale}, cursor)
    stroke(colours.muted, 1, [], [at, 6], [at, floor])
    if (!Number.isNaN(value)) { pen.fillStyle = colours.text; pen.beginPath(); pen.arc(at, y(value), 4, 0, 7); pen.fill() }
  }
}

// The step under the pointer, counted back from now.
function step_at(canvas, event) {
  const {left, width} = canvas.getBoundingClientRect()
  const part = (event.clientX - left - CURVE_LEFT) / (width - CURVE_LEFT - 6)
  return Math.round((1 - Math.min(1, Math.max(0, part))) * (TREND_STEPS - 1))
}
