// A convolution. A thread makes a tile of outputs: TILE filters at 4 QUADS neighbouring pixels of a row.

@group(0) @binding(0) var<storage> images: array<f32, IMAGES>;
@group(0) @binding(1) var<storage> weights: array<f32, WEIGHTS>;
@group(0) @binding(2) var<storage> bias: array<f32, FILTERS>;
@group(0) @binding(3) var<storage, read_write> output: array<f32, OUTPUT>;

fn each(thread: u32) {
    let column = thread % COLUMN_TILES * 4u * QUADS;
    let rows = thread / COLUMN_TILES;
    let row = rows % OUT_HEIGHT;
    let image = rows / OUT_HEIGHT % BATCH;
    let tiles = rows / OUT_HEIGHT / BATCH;
    let part = tiles / TILES;
    // The last tile reaches back where the filters are no multiple of one; what it shares, the one before it writes.
    let own = tiles % TILES * TILE;
    let first = part * PART_FILTERS + min(own, PART_FILTERS - TILE);

//:if GUARDED
    // The columns of the image that the tile sees. What is left of 0 wraps around to more than any width.
//:repeat i WINDOW
    let column_$i = column * STRIDE_X + $iu - PADDING_X;
    let inside_$i = column_$i < WIDTH;
    let safe_$i = select(0u, column_$i, inside_$i);
//:end
//:end
//:repeat f TILE
//:repeat q QUADS
    var sum_$f_$q = vec4<f32>(bias[first + $fu]);
//:end
//:end
    var weight = first * PART_CHANNELS * KERNEL;
    for (var channel = 0u; channel < PART_CHANNELS; channel++) {
        let plane = (image * CHANNELS + part * PART_CHANNELS + channel) * HEIGHT;
        // What is kept from one turn to the next costs some adapters more than arithmetic: a turn does many rows at once,
        // and what lies outside the image is read as 0, for a branch would be a turn of its own.
//:if TURNS
        for (var down = 0u; down < KERNEL_HEIGHT; down += DEEP) {
//:else
        let down = 0u;
        {
//:end
//:repeat d DEEP
            let y_$d = row * STRIDE_Y + down + $du - PADDING_Y;
            let within_$d = y_$d < HEIGHT;
            let line_$d = (plane + select(0u, y_$d, within_$d)) * WIDTH;
//:repeat i WINDOW
//:if GUARDED
            let window_$d_$i = select(0.0, images[line_$d + safe_$i], inside_$i && within_$d);
//:else
            let window_$d_$i = images[line_$d + column * STRIDE_X + $iu];
//:end
//:end
//:repeat k KERNEL_WIDTH
//:repeat q QUADS
            let pixels_$d_$k_$q = vec4<f32>(window_$d_$(k + 4 * q * STRIDE_X), window_$d_$(k + 4 * q * STRIDE_X + STRIDE_X), window_$d_$(k + 4 * q * STRIDE_X + 2 * STRIDE_X), window_$d_$(k + 4 * q * STRIDE_X + 3 * STRIDE_X));
//:end
//:repeat f TILE
            let weight_$d_$k_$f = weights[weight + $fu * PART_CHANNELS * KERNEL + $du * KERNEL_WIDTH + $ku];
//:repeat q QUADS
            sum_$f_$q += weight_$d_$k_$f * pixels_$d_$k_$q;
//:end
//:end
//:end
//:end
            weight += DEEP * KERNEL_WIDTH;
        }
    }
//:repeat f TILE
    if (first + $fu >= part * PART_FILTERS + own) {
        let to = ((image * FILTERS + first + $fu) * OUT_HEIGHT + row) * OUT_WIDTH + column;
//:repeat q QUADS
//:repeat j 4
        if (column + 4u * $qu + $ju < OUT_WIDTH) {
            output[to + 4u * $qu + $ju] = sum_$f_$q[$j];
        }
//:end
//:end
    }
//:end
}
