// Average pooling. A thread computes one window.

@group(0) @binding(0) var<storage> images: array<f32, IMAGES>;
@group(0) @binding(1) var<storage, read_write> output: array<f32, OUTPUT>;

fn thread_main(thread: u32) {
    let column = thread % OUT_WIDTH * STRIDE_X;
    let row = thread / OUT_WIDTH % OUT_HEIGHT * STRIDE_Y;
    let corner = (thread / OUT_WIDTH / OUT_HEIGHT * HEIGHT + row) * WIDTH + column;
    var sum = 0.0;
//:unroll y KERNEL_HEIGHT
//:unroll x KERNEL_WIDTH
    sum += images[corner + $yu * WIDTH + $xu];
//:end
//:end
    store(thread, sum / f32(KERNEL_HEIGHT * KERNEL_WIDTH));
}
