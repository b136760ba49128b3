// A convolution's gradient by its images: each pixel gathers from the outputs that it has a part in. A thread makes a
// tile: TILE channels at four pixels of a row that are a stride apart, so that they meet the same kernel columns.

@group(0) @binding(0) var<storage> weights: array<f32, WEIGHTS>;
@group(0) @binding(1) var<storage> gradient: array<f32, OUTPUT>;
@group(0) @binding(2) var<storage, read_write> input: array<f32, IMAGES>;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) workgroup: vec3<u32>, @builtin(local_invocation_index) local: u32) {
    let thread = (workgroup.y * GROUPS + workgroup.x) * 64u + local;
    if (thread >= THREADS) {
        return;
    }
    let four = thread % COLUMN_TILES * 4u;
    let phases = thread / COLUMN_TILES;
    let phase = phases % STRIDE_X;
    let rows = phases / STRIDE_X;
    let row = rows % HEIGHT;
    let image = rows / HEIGHT % BATCH;
    let tiles = rows / HEIGHT / BATCH;
    let part = tiles / TILES;
    let own = tiles % TILES * TILE;
    // Among the channels of its part.
    let first = min(own, PART_CHANNELS - TILE);

    // Pixel 4 t + j of the phase meets kernel column `start` + m STRIDE_X in output column `column` + j - m.
    let start = (phase + PADDING_X) % STRIDE_X;
    let column = four + (phase + PADDING_X - start) / STRIDE_X - (TAPS - 1u);
//:repeat i WINDOW
    let column_$i = column + $iu;
    let inside_$i = column_$i < OUT_WIDTH;
    let safe_$i = select(0u, column_$i, inside_$i);
//:end
//:repeat c TILE
    var sum_$c = vec4<f32>(0.0);
//:end
    for (var filter_ = 0u; filter_ < PART_FILTERS; filter_++) {
        let number = part * PART_FILTERS + filter_;
        let plane = (image * FILTERS + number) * OUT_HEIGHT;
        let weight = (number * PART_CHANNELS + first) * KERNEL + start;
        for (var down = (row + PADDING_Y) % STRIDE_Y; down < KERNEL_HEIGHT; down += STRIDE_Y) {
            // Above 0, this wraps around to more than any height.
            let above = row + PADDING_Y - down;
            let y = above / STRIDE_Y;
            if (row + PADDING_Y >= down && y < OUT_HEIGHT) {
                let line = (plane + y) * OUT_WIDTH;
                var window: array<f32, WINDOW>;
//:repeat i WINDOW
                window[$iu] = select(0.0, gradient[line + safe_$i], inside_$i);
//:end
//:repeat m TAPS
                let outputs_$m = vec4<f32>(window[TAPS - 1u - $mu], window[TAPS - $mu], window[TAPS + 1u - $mu], window[TAPS + 2u - $mu]);
//:if UNEVEN
                let there_$m = start + $mu * STRIDE_X < KERNEL_WIDTH;
//:end
//:end
//:repeat c TILE
//:repeat m TAPS
//:if UNEVEN
                let weight_$c_$m = weights[select(0u, weight + $cu * KERNEL + down * KERNEL_WIDTH + $mu * STRIDE_X, there_$m)];
                sum_$c += select(0.0, weight_$c_$m, there_$m) * outputs_$m;
//:else
                sum_$c += weights[weight + $cu * KERNEL + down * KERNEL_WIDTH + $mu * STRIDE_X] * outputs_$m;
//:end
//:end
//:end
            }
        }
    }
//:repeat c TILE
    if (first + $cu >= own) {
        let to = ((image * CHANNELS + part * PART_CHANNELS + first + $cu) * HEIGHT + row) * WIDTH + phase;
//:repeat j 4
        if (phase + (four + $ju) * STRIDE_X < WIDTH) {
            input[to + (four + $ju) * STRIDE_X] = sum_$c[$j];
        }
//:end
    }
//:end
}
