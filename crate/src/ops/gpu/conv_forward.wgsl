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
        for (var down = 0u; down < KERNEL_HEIGHT; down++) {
            let y = row * STRIDE_Y + down - PADDING_Y;
            if (y < HEIGHT) {
                let line = (plane + y) * WIDTH;
                var window: array<f32, WINDOW>;
//:repeat i WINDOW
//:if GUARDED
                window[$iu] = select(0.0, images[line + safe_$i], inside_$i);
//:else
                window[$iu] = images[line + column * STRIDE_X + $iu];
//:end
//:end
//:repeat k KERNEL_WIDTH
//:repeat q QUADS
                let pixels_$k_$q = vec4<f32>(window[$ku + 4u * $qu * STRIDE_X], window[$ku + (4u * $qu + 1u) * STRIDE_X], window[$ku + (4u * $qu + 2u) * STRIDE_X], window[$ku + (4u * $qu + 3u) * STRIDE_X]);
//:end
//:end
//:repeat f TILE
//:repeat k KERNEL_WIDTH
                let weight_$f_$k = weights[weight + $fu * PART_CHANNELS * KERNEL + $ku];
//:repeat q QUADS
                sum_$f_$q += weight_$f_$k * pixels_$k_$q;
//:end
//:end
//:end
            }
            weight += KERNEL_WIDTH;
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
