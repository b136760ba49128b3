// A convolution's gradient by its images: each pixel gathers from the outputs that it has a part in. A thread makes a
// tile: TILE channels at 4 QUADS pixels of a row that are a stride apart, so that they meet the same kernel columns.

@group(0) @binding(0) var<storage> weights: array<f32, WEIGHTS>;
@group(0) @binding(1) var<storage> gradient: array<f32, OUTPUT>;
@group(0) @binding(2) var<storage, read_write> input: array<f32, IMAGES>;

fn each(thread: u32) {
    let place = thread % COLUMN_TILES * 4u * QUADS;
    let phases = thread / COLUMN_TILES;
    let phase = phases % STRIDE_X;
    let rows = phases / STRIDE_X;
    let row = rows % HEIGHT;
    let image = rows / HEIGHT % BATCH;
    let tiles = rows / HEIGHT / BATCH;
    let part = tiles / TILES;
    let own = tiles % TILES * TILE;
    // Among the channels of its part. The last tile reaches back; see conv_forward.wgsl.
    let first = min(own, PART_CHANNELS - TILE);

    // Pixel number t of the phase meets kernel column `start` + m STRIDE_X in output column t + `shift` - m.
    let start = (phase + PADDING_X) % STRIDE_X;
    let shift = (phase + PADDING_X - start) / STRIDE_X;
    let column = place + shift - (TAPS - 1u);
//:repeat i WINDOW
    let column_$i = column + $iu;
    let inside_$i = column_$i < OUT_WIDTH;
    let safe_$i = select(0u, column_$i, inside_$i);
//:end
//:if UNEVEN
//:repeat m TAPS
    let there_$m = start + $mu * STRIDE_X < KERNEL_WIDTH;
//:end
//:end
//:repeat c TILE
//:repeat q QUADS
    var sum_$c_$q = vec4<f32>(0.0);
//:end
//:end
    // The first of the kernel's rows that this row meets; the others are a stride apart.
    let start_y = (row + PADDING_Y) % STRIDE_Y;
    for (var number = part * PART_FILTERS; number < (part + 1u) * PART_FILTERS; number++) {
        let plane = (image * FILTERS + number) * OUT_HEIGHT;
        // Many rows in a turn, and no branch: see conv_forward.wgsl.
//:if TURNS
        for (var turn = 0u; turn < RISES; turn += DEEP) {
//:else
        let turn = 0u;
        {
//:end
//:repeat d DEEP
            let down_$d = start_y + (turn + $du) * STRIDE_Y;
            // Above 0, this wraps around to more than any height.
            let y_$d = (row + PADDING_Y - down_$d) / STRIDE_Y;
            let within_$d = down_$d < KERNEL_HEIGHT && row + PADDING_Y >= down_$d && y_$d < OUT_HEIGHT;
            let line_$d = (plane + select(0u, y_$d, within_$d)) * OUT_WIDTH;
            let weight_$d = (number * PART_CHANNELS + first) * KERNEL + min(down_$d, KERNEL_HEIGHT - 1u) * KERNEL_WIDTH + start;
//:repeat i WINDOW
            let window_$d_$i = select(0.0, gradient[line_$d + safe_$i], inside_$i && within_$d);
//:end
//:repeat m TAPS
//:repeat q QUADS
            let outputs_$d_$m_$q = vec4<f32>(window_$d_$(TAPS - 1 - m + 4 * q), window_$d_$(TAPS + 0 - m + 4 * q), window_$d_$(TAPS + 1 - m + 4 * q), window_$d_$(TAPS + 2 - m + 4 * q));
//:end
//:repeat c TILE
//:if UNEVEN
            let weight_$d_$c_$m = select(0.0, weights[select(0u, weight_$d + $cu * KERNEL + $mu * STRIDE_X, there_$m)], there_$m);
//:else
            let weight_$d_$c_$m = weights[weight_$d + $cu * KERNEL + $mu * STRIDE_X];
//:end
//:repeat q QUADS
            sum_$c_$q += weight_$d_$c_$m * outputs_$d_$m_$q;
//:end
//:end
//:end
//:end
        }
    }
//:repeat c TILE
    if (first + $cu >= own) {
        let to = ((image * CHANNELS + part * PART_CHANNELS + first + $cu) * HEIGHT + row) * WIDTH + phase;
//:repeat q QUADS
//:repeat j 4
        if (phase + (place + 4u * $qu + $ju) * STRIDE_X < WIDTH) {
            input[to + (place + 4u * $qu + $ju) * STRIDE_X] = sum_$c_$q[$j];
        }
//:end
//:end
    }
//:end
}
