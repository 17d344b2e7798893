// The lines of a football pitch, in metres from its centre: Laws of the Game 2025/26, law 1.

const CIRCLE_M = 9.15, AREA_M = [16.5, 40.32], GOAL_AREA_M = [5.5, 18.32], SPOT_M = 11

function pitch_place({turn, centre}, along, across) {
  const [x, y] = turned([along, across], -turn)
  return [centre[0] + x, centre[1] + y]
}

function pitch_corners(pitch) {
  const [l, w] = [PITCH[0] / 2, PITCH[1] / 2]
  return [[-l, -w], [l, -w], [l, w], [-l, w]].map(([x, y]) => pitch_place(pitch, x, y))
}

function draw_pitch(pen, pitch, pixel, colours) {
  const at = (x, y) => pixel(pitch_place(pitch, x, y))
  const line = (points) => {
    pen.beginPath()
    points.forEach((point, i) => (i ? pen.lineTo(...at(...point)) : pen.moveTo(...at(...point))))
    pen.stroke()
  }
  const arc = (x, y, radius, from, to) => line(Array.from({length: 33}, (_, i) => {
    const angle = from + (to - from) * i / 32
    return [x + radius * Math.cos(angle), y + radius * Math.sin(angle)]
  }))
  const [l, w] = [PITCH[0] / 2, PITCH[1] / 2]
  pen.strokeStyle = colours.line
  pen.lineWidth = 2
  line([[-l, -w], [l, -w], [l, w], [-l, w], [-l, -w]])
  line([[0, -w], [0, w]])
  arc(0, 0, CIRCLE_M, 0, 2 * Math.PI)
  const bow = Math.acos((AREA_M[0] - SPOT_M) / CIRCLE_M)
  for (const side of [-1, 1]) {
    for (const [deep, wide] of [AREA_M, GOAL_AREA_M]) {
      const x = side * (l - deep)
      line([[side * l, -wide / 2], [x, -wide / 2], [x, wide / 2], [side * l, wide / 2]])
    }
    const middle = side > 0 ? Math.PI : 0
    arc(side * (l - SPOT_M), 0, CIRCLE_M, middle - bow, middle + bow)
  }
}
