// A convolution. A thread makes a tile of outputs: TILE filters at four neighbouring pixels of a row.

@group(0) @binding(0) var<storage> images: array<f32, IMAGES>;
@group(0) @binding(1) var<storage> weights: array<f32, WEIGHTS>;
@group(0) @binding(2) var<storage> bias: array<f32, FILTERS>;
@group(0) @binding(3) var<storage, read_write> output: array<f32, OUTPUT>;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) workgroup: vec3<u32>, @builtin(local_invocation_index) local: u32) {
    let thread = (workgroup.y * GROUPS + workgroup.x) * 64u + local;
    if (thread >= THREADS) {
        return;
    }
    let column = thread % COLUMN_TILES * 4u;
    let rows = thread / COLUMN_TILES;
    let row = rows % OUT_HEIGHT;
    let image = rows / OUT_HEIGHT % BATCH;
    let tiles = rows / OUT_HEIGHT / BATCH;
    let part = tiles / TILES;
    // The last tile reaches back where the filters are no multiple of one; what it shares, the one before it writes.
    let own = tiles % TILES * TILE;
    let first = part * PART_FILTERS + min(own, PART_FILTERS - TILE);

    // The columns of the image that the tile sees. What is left of 0 wraps around to more than any width.
//:if GUARDED
//:repeat i WINDOW
    let column_$i = column * STRIDE_X + $iu - PADDING_X;
    let inside_$i = column_$i < WIDTH;
    let safe_$i = select(0u, column_$i, inside_$i);
//:end
//:end
//:repeat f TILE
    var sum_$f = vec4<f32>(bias[first + $fu]);
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
                let pixels_$k = vec4<f32>(window[$ku], window[$ku + STRIDE_X], window[$ku + 2u * STRIDE_X], window[$ku + 3u * STRIDE_X]);
//:end
//:repeat f TILE
//:repeat k KERNEL_WIDTH
                sum_$f += weights[weight + $fu * PART_CHANNELS * KERNEL + $ku] * pixels_$k;
//:end
//:end
            }
            weight += KERNEL_WIDTH;
        }
    }
//:repeat f TILE
    if (first + $fu >= part * PART_FILTERS + own) {
        let to = ((image * FILTERS + first + $fu) * OUT_HEIGHT + row) * OUT_WIDTH + column;
//:repeat j 4
        if (column + $ju < OUT_WIDTH) {
            output[to + $ju] = sum_$f[$j];
        }
//:end
    }
//:end
}
