// Max pooling's gradient where windows lie side by side: a thread takes one window and writes all its pixels. Windows
// at the edges that are cut off, and so have no output, are written as 0.

@group(0) @binding(0) var<storage> images: array<f32, IMAGES>;
@group(0) @binding(1) var<storage> gradient: array<f32, OUTPUT>;
@group(0) @binding(2) var<storage, read_write> input: array<f32, IMAGES>;

fn each(thread: u32) {
    let column = thread % COLUMNS;
    let row = thread / COLUMNS % ROWS;
    let number = thread / COLUMNS / ROWS;
    let plane = number * HEIGHT;
    var best = 0.0;
    var place = 0xffffffffu;
    let whole = row < OUT_HEIGHT && column < OUT_WIDTH;
    let from_ = select(0u, (number * OUT_HEIGHT + row) * OUT_WIDTH + column, whole);
    let share = gradient[from_];
    if (whole) {
//:repeat y KERNEL_HEIGHT
//:repeat x KERNEL_WIDTH
        {
            let value = images[(plane + row * KERNEL_HEIGHT + $yu) * WIDTH + column * KERNEL_WIDTH + $xu];
            if (place == 0xffffffffu || value > best || (bitcast<u32>(value) & 0x7fffffffu) > 0x7f800000u) {
                best = value;
                place = $yu * KERNEL_WIDTH + $xu;
            }
        }
//:end
//:end
    }
//:repeat y KERNEL_HEIGHT
//:repeat x KERNEL_WIDTH
    if (row * KERNEL_HEIGHT + $yu < HEIGHT && column * KERNEL_WIDTH + $xu < WIDTH) {
        let to = (plane + row * KERNEL_HEIGHT + $yu) * WIDTH + column * KERNEL_WIDTH + $xu;
        input[to] = select(0.0, share, place == $yu * KERNEL_WIDTH + $xu);
    }
//:end
//:end
}
