// The gradient of max pooling whose windows overlap or leave gaps. A thread takes one pixel, and sums the gradients of the windows that it
// is the largest of: WINDOWS_Y by WINDOWS_X at most hold it.

@group(0) @binding(0) var<storage> argmax: array<u32, OUTPUT>;
@group(0) @binding(1) var<storage> gradient: array<f32, OUTPUT>;
@group(0) @binding(2) var<storage, read_write> output: array<f32, IMAGES>;

fn thread_main(thread: u32) {
    let column = (thread % WIDTH + PADDING_X) / STRIDE_X;
    let row = (thread / WIDTH % HEIGHT + PADDING_Y) / STRIDE_Y;
    let plane = thread / WIDTH / HEIGHT * OUT_HEIGHT;
    var sum = 0.0;
//:unroll y WINDOWS_Y
//:unroll x WINDOWS_X
    {
        let y = row - $yu;
        let x = column - $xu;
        let inside = y < OUT_HEIGHT && x < OUT_WIDTH;
        let at = select(0u, (plane + y) * OUT_WIDTH + x, inside);
        sum += select(0.0, gradient[at], inside && argmax[at] == thread);
    }
//:end
//:end
    store(thread, sum);
}
