// A convolution's gradient with respect to its images: each pixel gathers from the outputs that depend on it. A thread computes
// a register tile: TILE_M channels at TILE_N vec4s of pixels of a row that are a stride apart (one phase of the stride), so that
// all of them meet the same columns of the kernel.

@group(0) @binding(0) var<storage> weights: array<f32, WEIGHTS>;
@group(0) @binding(1) var<storage> gradient: array<f32, OUTPUT>;
@group(0) @binding(2) var<storage, read_write> output: array<f32, IMAGES>;

fn thread_main(thread: u32) {
    let position = thread % TILES_N * 4u * TILE_N;
    let phases = thread / TILES_N;
    let phase = phases % STRIDE_X;
    let rows = phases / STRIDE_X;
    let row = rows % HEIGHT;
    let image = rows / HEIGHT % BATCH;
    let tiles = rows / HEIGHT / BATCH;
    let group = tiles / TILES_M;
    let tile_start = tiles % TILES_M * TILE_M;
    // Counted within the group's channels. The last tile may overlap the one before it; see direct_forward.wgsl.
    let first = min(tile_start, GROUP_CHANNELS - TILE_M);

    // Pixel t of the phase meets kernel column `start` + m STRIDE_X in output column t + `shift` - m.
    let start = (phase + PADDING_X) % STRIDE_X;
    let shift = (phase + PADDING_X - start) / STRIDE_X;
    let column = position + shift - (TAPS - 1u);
//:unroll i WINDOW
    let column_$i = column + $iu;
    let inside_$i = column_$i < OUT_WIDTH;
    let safe_$i = select(0u, column_$i, inside_$i);
//:end
//:if PARTIAL_TAPS
//:unroll m TAPS
    let has_tap_$m = start + $mu * STRIDE_X < KERNEL_WIDTH;
//:end
//:end
//:unroll c TILE_M
//:unroll q TILE_N
    var sum_$c_$q = vec4<f32>(0.0);
//:end
//:end
    // The first row of the kernel that this row of the image meets; the others follow a stride apart.
    let start_y = (row + PADDING_Y) % STRIDE_Y;
    for (var filter_ = group * GROUP_FILTERS; filter_ < (group + 1u) * GROUP_FILTERS; filter_++) {
        let plane = (image * OUTPUT_CHANNELS + FIRST_FILTER + filter_) * OUT_HEIGHT;
        // Many rows in an iteration, and no branch: see direct_forward.wgsl.
//:if K_LOOP
        for (var phase_row = 0u; phase_row < PHASE_ROWS; phase_row += K_UNROLL) {
//:else
        let phase_row = 0u;
        {
//:end
//:unroll d K_UNROLL
            let kernel_row_$d = start_y + (phase_row + $du) * STRIDE_Y;
            // Above the output, this wraps around to more than any height.
            let y_$d = (row + PADDING_Y - kernel_row_$d) / STRIDE_Y;
            let within_$d = kernel_row_$d < KERNEL_HEIGHT && row + PADDING_Y >= kernel_row_$d && y_$d < OUT_HEIGHT;
            let line_$d = (plane + select(0u, y_$d, within_$d)) * OUT_WIDTH;
            let weight_$d = (filter_ * GROUP_CHANNELS + first) * KERNEL + min(kernel_row_$d, KERNEL_HEIGHT - 1u) * KERNEL_WIDTH + start;
//:unroll i WINDOW
            let window_$d_$i = select(0.0, gradient[line_$d + safe_$i], inside_$i && within_$d);
//:end
//:unroll m TAPS
//:unroll q TILE_N
            let outputs_$d_$m_$q = vec4<f32>(window_$d_$(TAPS - 1 - m + 4 * q), window_$d_$(TAPS + 0 - m + 4 * q), window_$d_$(TAPS + 1 - m + 4 * q), window_$d_$(TAPS + 2 - m + 4 * q));
//:end
//:unroll c TILE_M
//:if PARTIAL_TAPS
            let weight_$d_$c_$m = select(0.0, weights[select(0u, weight_$d + $cu * KERNEL + $mu * STRIDE_X, has_tap_$m)], has_tap_$m);
//:else
            let weight_$d_$c_$m = weights[weight_$d + $cu * KERNEL + $mu * STRIDE_X];
//:end
//:unroll q TILE_N
            sum_$c_$q += weight_$d_$c_$m * outputs_$d_$m_$q;
//:end
//:end
//:end
//:end
        }
    }
//:unroll c TILE_M
    if (first + $cu >= tile_start) {
        let to = ((image * CHANNELS + group * GROUP_CHANNELS + first + $cu) * HEIGHT + row) * WIDTH + phase;
//:unroll q TILE_N
//:unroll j 4
        if (phase + (position + 4u * $qu + $ju) * STRIDE_X < WIDTH) {
            store(to + (position + 4u * $qu + $ju) * STRIDE_X, sum_$c_$q[$j]);
        }
//:end
//:end
    }
//:end
}
