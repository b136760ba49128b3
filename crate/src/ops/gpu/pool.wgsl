// Max pooling. A thread computes one window, and keeps which pixel is its largest, the first of equals, where the gradient asks for it. NaN
// counts as the largest number, so that it shows in the loss.

@group(0) @binding(0) var<storage> images: array<f32, IMAGES>;
@group(0) @binding(1) var<storage, read_write> output: array<f32, OUTPUT>;
//:if ARGMAX
@group(0) @binding(2) var<storage, read_write> argmax: array<u32, OUTPUT>;
//:end

fn thread_main(thread: u32) {
    let column = thread % OUT_WIDTH;
    let row = thread / OUT_WIDTH % OUT_HEIGHT;
    let plane = thread / OUT_WIDTH / OUT_HEIGHT * HEIGHT;
    var largest = 0.0;
    var argmax_ = 0xffffffffu;
//:unroll y KERNEL_HEIGHT
//:unroll x KERNEL_WIDTH
    {
        let y = row * STRIDE_Y + $yu - PADDING_Y;
        let x = column * STRIDE_X + $xu - PADDING_X;
        let inside = y < HEIGHT && x < WIDTH;
        let at = (plane + y) * WIDTH + x;
        let value = images[select(0u, at, inside)];
        if (inside && (argmax_ == 0xffffffffu || value > largest || is_nan(value))) {
            largest = value;
            argmax_ = at;
        }
    }
//:end
//:end
    store(thread, largest);
//:if ARGMAX
    argmax[thread] = argmax_;
//:end
}
