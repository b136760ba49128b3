/** A point of a stroke, on the pad. */
export interface Point {
  x: number;
  y: number;
}

/** The side of the pad, and the pen's width on it: about as thick as in MNIST, where a digit is 20 pixels high. */
export const PAD = 280;
const PEN = 21;

/** Where the pad is in the window. */
export type Place = Pick<DOMRect, "left" | "top" | "width" | "height">;

/** Where on the pad the pen is. */
export function pointIn(pad: Place, { clientX, clientY }: Pick<PointerEvent, "clientX" | "clientY">): Point {
  return { x: ((clientX - pad.left) * PAD) / pad.width, y: ((clientY - pad.top) * PAD) / pad.height };
}

/** Whether the pad stays where it was, and as large. */
export function isSamePlace(one: Place, other: Place): boolean {
  return (["left", "top", "width", "height"] as const).every((key) => one[key] === other[key]);
}

export function drawStrokes(context: CanvasRenderingContext2D, strokes: readonly Point[][]): void {
  context.clearRect(0, 0, PAD, PAD);
  context.lineCap = "round";
  context.lineJoin = "round";
  context.lineWidth = PEN;
  context.strokeStyle = context.fillStyle = "#000";
  for (const [first, ...others] of strokes) {
    if (!first) continue;
    context.beginPath();
    if (others.length === 0) {
      context.arc(first.x, first.y, PEN / 2, 0, 2 * Math.PI);
      context.fill();
      continue;
    }
    context.moveTo(first.x, first.y);
    // Quadratic curves through the midpoints of the pen's points: smooth, and within what was drawn.
    others.forEach((point, index) => {
      const next = others[index + 1];
      if (next) context.quadraticCurveTo(point.x, point.y, (point.x + next.x) / 2, (point.y + next.y) / 2);
      else context.lineTo(point.x, point.y);
    });
    context.stroke();
  }
}
