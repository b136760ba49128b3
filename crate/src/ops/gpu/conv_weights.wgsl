// Partial sums of a convolution's gradients by weights and bias, over a part of the output's rows: a thread makes TILE
// filters' weights in DEEP rows of the kernel of one channel, or TILE filters' biases.

@group(0) @binding(0) var<storage> images: array<f32, IMAGES>;
@group(0) @binding(1) var<storage> gradient: array<f32, OUTPUT>;
@group(0) @binding(2) var<storage, read_write> sums: array<f32, SUMS>;

fn each(thread: u32) {
    // A line is some rows of the kernel in a channel. The threads behind all of those make the biases: what they do is
    // another thing, and threads that stand beside each other should do the same.
    let biased = thread >= LINES * TILES * PARTS * SLICES;
    let number = select(thread, thread - LINES * TILES * PARTS * SLICES, biased);
    let lines = select(LINES, 1u, biased);
    let line = number % lines;
    let tiles = number / lines % TILES;
    let group = number / lines / TILES % PARTS;
    let slice = number / lines / TILES / PARTS;
    let own = tiles * TILE;
    let first = group * PART_FILTERS + min(own, PART_FILTERS - TILE);
    let channel = line / DEPTHS;
    // The last tile reaches back, of filters and of rows; see conv_forward.wgsl.
    let own_down = line % DEPTHS * DEEP;
    let down = min(own_down, KERNEL_HEIGHT - DEEP);
    let to = slice * (WEIGHTS + BIASES);
    let begin = slice * SLICE;
    let end = min(begin + SLICE, BATCH * OUT_HEIGHT);

//:if BIASES
    if (biased) {
//:repeat f TILE
        var bias_$f = vec4<f32>(0.0);
//:end
        for (var at = begin; at < end; at++) {
            let from_ = (at / OUT_HEIGHT * FILTERS + first) * OUT_HEIGHT + at % OUT_HEIGHT;
            for (var column = 0u; column < OUT_WIDTH; column += 4u) {
//:repeat j 4
                let safe_$j = min(column + $ju, OUT_WIDTH - 1u);
                let there_$j = column + $ju < OUT_WIDTH;
//:end
//:repeat f TILE
                let line_$f = (from_ + $fu * OUT_HEIGHT) * OUT_WIDTH;
//:repeat j 4
                bias_$f[$j] += select(0.0, gradient[line_$f + safe_$j], there_$j);
//:end
//:end
            }
        }
//:repeat f TILE
        if (first + $fu >= group * PART_FILTERS + own) {
            sums[to + WEIGHTS + first + $fu] = (bias_$f.x + bias_$f.y) + (bias_$f.z + bias_$f.w);
        }
//:end
        return;
    }
//:end
//:repeat f TILE
//:repeat d DEEP
//:repeat k KERNEL_WIDTH
    var sum_$f_$d_$k = 0.0;
//:end
//:end
//:end
    for (var at = begin; at < end; at++) {
        let image = at / OUT_HEIGHT;
        let row = at % OUT_HEIGHT;
        let plane = (image * CHANNELS + group * PART_CHANNELS + channel) * HEIGHT;
        let from_ = (image * FILTERS + first) * OUT_HEIGHT + row;
//:repeat d DEEP
        let y_$d = row * STRIDE_Y + down + $du - PADDING_Y;
//:end
        for (var column = 0u; column < OUT_WIDTH; column += 4u) {
//:repeat i WINDOW
            let column_$i = column * STRIDE_X + $iu - PADDING_X;
//:if GUARDED
            let inside_$i = column_$i < WIDTH;
            let safe_$i = select(0u, column_$i, inside_$i);
//:end
//:end
//:repeat f TILE
            let line_$f = (from_ + $fu * OUT_HEIGHT) * OUT_WIDTH + column;
//:if UNEVEN
            var outputs_$f = vec4<f32>(gradient[line_$f], 0.0, 0.0, 0.0);
            if (column + 1u < OUT_WIDTH) { outputs_$f.y = gradient[line_$f + 1u]; }
            if (column + 2u < OUT_WIDTH) { outputs_$f.z = gradient[line_$f + 2u]; }
            if (column + 3u < OUT_WIDTH) { outputs_$f.w = gradient[line_$f + 3u]; }
//:else
            let outputs_$f = vec4<f32>(gradient[line_$f], gradient[line_$f + 1u], gradient[line_$f + 2u], gradient[line_$f + 3u]);
//:end
//:end
//:repeat d DEEP
            if (y_$d < HEIGHT) {
                let above = (plane + y_$d) * WIDTH;
                var window: array<f32, WINDOW>;
//:repeat i WINDOW
//:if GUARDED
                window[$iu] = select(0.0, images[above + safe_$i], inside_$i);
//:else
                window[$iu] = images[above + column_$i];
//:end
//:end
//:repeat k KERNEL_WIDTH
                let pixels_$k = vec4<f32>(window[$ku], window[$ku + STRIDE_X], window[$ku + 2u * STRIDE_X], window[$ku + 3u * STRIDE_X]);
//:repeat f TILE
                sum_$f_$d_$k += dot(outputs_$f, pixels_$k);
//:end
//:end
            }
//:end
        }
    }
//:repeat f TILE
//:repeat d DEEP
    if (first + $fu >= group * PART_FILTERS + own && down + $du >= own_down) {
        let weight = ((first + $fu) * PART_CHANNELS + channel) * KERNEL + (down + $du) * KERNEL_WIDTH;
//:repeat k KERNEL_WIDTH
        sums[to + weight + $ku] = sum_$f_$d_$k;
//:end
    }
//:end
//:end
}
