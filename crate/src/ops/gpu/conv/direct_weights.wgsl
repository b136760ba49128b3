// The first stage of a convolution's gradients with respect to weights and bias: partial sums over some of the output's rows
// (split-K). A thread computes a register tile: the weights of TILE_M filters in TILE_N rows of the kernel of one channel, or the
// biases of TILE_M filters.

@group(0) @binding(0) var<storage> images: array<f32, IMAGES>;
@group(0) @binding(1) var<storage> gradient: array<f32, OUTPUT>;
@group(0) @binding(2) var<storage, read_write> sums: array<f32, PARTIAL_SUMS>;

fn thread_main(thread: u32) {
    // The threads of the biases come after all threads of the weights: neighbouring threads should take the same branch.
    let is_bias = thread >= CHANNEL_TILES * TILES_M * GROUPS * SPLIT_K;
    let number = select(thread, thread - CHANNEL_TILES * TILES_M * GROUPS * SPLIT_K, is_bias);
    let channel_tiles = select(CHANNEL_TILES, 1u, is_bias);
    let channel_tile = number % channel_tiles;
    let tiles = number / channel_tiles % TILES_M;
    let group = number / channel_tiles / TILES_M % GROUPS;
    let split = number / channel_tiles / TILES_M / GROUPS;
    let tile_start = tiles * TILE_M;
    let first = group * GROUP_FILTERS + min(tile_start, GROUP_FILTERS - TILE_M);
    let channel = channel_tile / TILES_N;
    // The last tile may overlap the one before it, in filters and in rows; see direct_forward.wgsl.
    let row_start = channel_tile % TILES_N * TILE_N;
    let kernel_row = min(row_start, KERNEL_HEIGHT - TILE_N);
    let to = split * (WEIGHTS + BIASES);
    let begin = split * ROWS_PER_SPLIT;
    let end = min(begin + ROWS_PER_SPLIT, BATCH * OUT_HEIGHT);

//:if BIASES
    if (is_bias) {
//:unroll f TILE_M
        var bias_$f = vec4<f32>(0.0);
//:end
        for (var out_row = begin; out_row < end; out_row++) {
            let from_ = (out_row / OUT_HEIGHT * OUTPUT_CHANNELS + FIRST_FILTER + first) * OUT_HEIGHT + out_row % OUT_HEIGHT;
            for (var column = 0u; column < OUT_WIDTH; column += 4u) {
//:unroll j 4
                let safe_$j = min(column + $ju, OUT_WIDTH - 1u);
                let inside_$j = column + $ju < OUT_WIDTH;
//:end
//:unroll f TILE_M
                let line_$f = (from_ + $fu * OUT_HEIGHT) * OUT_WIDTH;
//:unroll j 4
                bias_$f[$j] += select(0.0, gradient[line_$f + safe_$j], inside_$j);
//:end
//:end
            }
        }
//:unroll f TILE_M
        if (first + $fu >= group * GROUP_FILTERS + tile_start) {
            sums[to + WEIGHTS + first + $fu] = (bias_$f.x + bias_$f.y) + (bias_$f.z + bias_$f.w);
        }
//:end
        return;
    }
//:end
//:unroll f TILE_M
//:unroll d TILE_N
//:unroll k KERNEL_WIDTH
    var sum_$f_$d_$k = 0.0;
//:end
//:end
//:end
    for (var out_row = begin; out_row < end; out_row++) {
        let image = out_row / OUT_HEIGHT;
        let row = out_row % OUT_HEIGHT;
        let plane = (image * IMAGE_CHANNELS + FIRST_CHANNEL + group * GROUP_CHANNELS + channel) * HEIGHT;
        let from_ = (image * OUTPUT_CHANNELS + FIRST_FILTER + first) * OUT_HEIGHT + row;
//:unroll d TILE_N
        let y_$d = row * STRIDE_Y + kernel_row + $du - PADDING_Y;
        let within_$d = y_$d < HEIGHT;
        let image_line_$d = (plane + select(0u, y_$d, within_$d)) * WIDTH;
//:end
//:if K_LOOP
        for (var column = 0u; column < OUT_WIDTH; column += 4u * VEC4S) {
//:else
        let column = 0u;
        {
//:end
//:unroll i WINDOW
            let column_$i = column * STRIDE_X + $iu - PADDING_X;
//:if CHECK_COLUMNS
            let inside_$i = column_$i < WIDTH;
            let safe_$i = select(0u, column_$i, inside_$i);
//:end
//:end
//:unroll f TILE_M
            let line_$f = (from_ + $fu * OUT_HEIGHT) * OUT_WIDTH;
//:unroll q VEC4S
//:unroll j 4
            let at_$f_$q_$j = column + 4u * $qu + $ju;
//:if PARTIAL_COLUMNS
            let output_$f_$q_$j = select(0.0, gradient[line_$f + min(at_$f_$q_$j, OUT_WIDTH - 1u)], at_$f_$q_$j < OUT_WIDTH);
//:else
            let output_$f_$q_$j = gradient[line_$f + at_$f_$q_$j];
//:end
//:end
            let outputs_$f_$q = vec4<f32>(output_$f_$q_0, output_$f_$q_1, output_$f_$q_2, output_$f_$q_3);
//:end
//:end
//:unroll d TILE_N
//:unroll i WINDOW
//:if CHECK_COLUMNS
            let window_$d_$i = select(0.0, images[image_line_$d + safe_$i], inside_$i && within_$d);
//:else
            let window_$d_$i = select(0.0, images[image_line_$d + column_$i], within_$d);
//:end
//:end
//:unroll k KERNEL_WIDTH
//:unroll q VEC4S
            let pixels_$d_$k_$q = vec4<f32>(window_$d_$(k + 4 * q * STRIDE_X), window_$d_$(k + 4 * q * STRIDE_X + STRIDE_X), window_$d_$(k + 4 * q * STRIDE_X + 2 * STRIDE_X), window_$d_$(k + 4 * q * STRIDE_X + 3 * STRIDE_X));
//:unroll f TILE_M
            sum_$f_$d_$k += dot(outputs_$f_$q, pixels_$d_$k_$q);
//:end
//:end
//:end
//:end
        }
    }
//:unroll f TILE_M
//:unroll d TILE_N
    if (first + $fu >= group * GROUP_FILTERS + tile_start && kernel_row + $du >= row_start) {
        let weight = ((first + $fu) * GROUP_CHANNELS + channel) * KERNEL + (kernel_row + $du) * KERNEL_WIDTH;
//:unroll k KERNEL_WIDTH
        sums[to + weight + $ku] = sum_$f_$d_$k;
//:end
    }
//:end
//:end
}
