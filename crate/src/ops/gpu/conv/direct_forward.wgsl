// A direct convolution. A thread computes a register tile of the output: TILE_M filters at TILE_N vec4s of neighbouring pixels
// of a row.

@group(0) @binding(0) var<storage> images: array<f32, IMAGES>;
@group(0) @binding(1) var<storage> weights: array<f32, WEIGHTS>;
//:if BIAS
@group(0) @binding(2) var<storage> bias: array<f32, FILTERS>;
@group(0) @binding(3) var<storage, read_write> output: array<f32, OUTPUT>;
//:else
@group(0) @binding(2) var<storage, read_write> output: array<f32, OUTPUT>;
//:end

fn thread_main(thread: u32) {
    let column = thread % TILES_N * 4u * TILE_N;
    let rows = thread / TILES_N;
    let row = rows % OUT_HEIGHT;
    let image = rows / OUT_HEIGHT % BATCH;
    let tiles = rows / OUT_HEIGHT / BATCH;
    let group = tiles / TILES_M;
    // Where TILE_M does not divide the filters, the last tile overlaps the one before it, which writes what both compute.
    let tile_start = tiles % TILES_M * TILE_M;
    let first = group * GROUP_FILTERS + min(tile_start, GROUP_FILTERS - TILE_M);

//:if CHECK_COLUMNS
    // The image's columns that the tile reads. To the left of the image, the subtraction wraps around to more than any width.
//:unroll i WINDOW
    let column_$i = column * STRIDE_X + $iu - PADDING_X;
    let inside_$i = column_$i < WIDTH;
    let safe_$i = select(0u, column_$i, inside_$i);
//:end
//:end
//:unroll f TILE_M
//:unroll q TILE_N
//:if BIAS
    var sum_$f_$q = vec4<f32>(bias[first + $fu]);
//:else
    var sum_$f_$q = vec4<f32>(0.0);
//:end
//:end
//:end
    var weight = first * GROUP_CHANNELS * KERNEL;
    for (var channel = 0u; channel < GROUP_CHANNELS; channel++) {
        let plane = (image * IMAGE_CHANNELS + FIRST_CHANNEL + group * GROUP_CHANNELS + channel) * HEIGHT;
        // Keeping the accumulators from iteration to iteration costs some adapters more than arithmetic, so an iteration covers
        // many rows. Pixels outside the image are read as 0: a branch would cost as much as an iteration.
//:if K_LOOP
        for (var kernel_row = 0u; kernel_row < KERNEL_HEIGHT; kernel_row += K_UNROLL) {
//:else
        let kernel_row = 0u;
        {
//:end
//:unroll d K_UNROLL
            let y_$d = row * STRIDE_Y + kernel_row + $du - PADDING_Y;
            let within_$d = y_$d < HEIGHT;
            let line_$d = (plane + select(0u, y_$d, within_$d)) * WIDTH;
//:unroll i WINDOW
//:if CHECK_COLUMNS
            let window_$d_$i = select(0.0, images[line_$d + safe_$i], inside_$i && within_$d);
//:else
//:if PADDING_Y
            let window_$d_$i = select(0.0, images[line_$d + column * STRIDE_X + $iu], within_$d);
//:else
            let window_$d_$i = images[line_$d + column * STRIDE_X + $iu];
//:end
//:end
//:end
//:unroll k KERNEL_WIDTH
//:unroll q TILE_N
            let pixels_$d_$k_$q = vec4<f32>(window_$d_$(k + 4 * q * STRIDE_X), window_$d_$(k + 4 * q * STRIDE_X + STRIDE_X), window_$d_$(k + 4 * q * STRIDE_X + 2 * STRIDE_X), window_$d_$(k + 4 * q * STRIDE_X + 3 * STRIDE_X));
//:end
//:unroll f TILE_M
            let weight_$d_$k_$f = weights[weight + $fu * GROUP_CHANNELS * KERNEL + $du * KERNEL_WIDTH + $ku];
//:unroll q TILE_N
            sum_$f_$q += weight_$d_$k_$f * pixels_$d_$k_$q;
//:end
//:end
//:end
//:end
            weight += K_UNROLL * KERNEL_WIDTH;
        }
    }
//:unroll f TILE_M
    if (first + $fu >= group * GROUP_FILTERS + tile_start) {
        let to = ((image * FILTERS + first + $fu) * OUT_HEIGHT + row) * OUT_WIDTH + column;
//:unroll q TILE_N
//:unroll j 4
        if (column + 4u * $qu + $ju < OUT_WIDTH) {
            store(to + 4u * $qu + $ju, sum_$f_$q[$j]);
        }
//:end
//:end
    }
//:end
}
