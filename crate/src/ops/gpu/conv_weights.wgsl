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
        let within_$d = y_$d < HEIGHT;
        let above_$d = (plane + select(0u, y_$d, within_$d)) * WIDTH;
//:end
//:if TURNS
        for (var column = 0u; column < OUT_WIDTH; column += 4u * QUADS) {
//:else
        let column = 0u;
        {
//:end
//:repeat i WINDOW
            let column_$i = column * STRIDE_X + $iu - PADDING_X;
//:if GUARDED
            let inside_$i = column_$i < WIDTH;
            let safe_$i = select(0u, column_$i, inside_$i);
//:end
//:end
//:repeat f TILE
            let line_$f = (from_ + $fu * OUT_HEIGHT) * OUT_WIDTH;
//:repeat q QUADS
//:repeat j 4
            let at_$f_$q_$j = column + 4u * $qu + $ju;
//:if UNEVEN
            let output_$f_$q_$j = select(0.0, gradient[line_$f + min(at_$f_$q_$j, OUT_WIDTH - 1u)], at_$f_$q_$j < OUT_WIDTH);
//:else
            let output_$f_$q_$j = gradient[line_$f + at_$f_$q_$j];
//:end
//:end
            let outputs_$f_$q = vec4<f32>(output_$f_$q_0, output_$f_$q_1, output_$f_$q_2, output_$f_$q_3);
//:end
//:end
//:repeat d DEEP
//:repeat i WINDOW
//:if GUARDED
            let window_$d_$i = select(0.0, images[above_$d + safe_$i], inside_$i && within_$d);
//:else
            let window_$d_$i = select(0.0, images[above_$d + column_$i], within_$d);
//:end
//:end
//:repeat k KERNEL_WIDTH
//:repeat q QUADS
            let pixels_$d_$k_$q = vec4<f32>(window_$d_$(k + 4 * q * STRIDE_X), window_$d_$(k + 4 * q * STRIDE_X + STRIDE_X), window_$d_$(k + 4 * q * STRIDE_X + 2 * STRIDE_X), window_$d_$(k + 4 * q * STRIDE_X + 3 * STRIDE_X));
//:repeat f TILE
            sum_$f_$d_$k += dot(outputs_$f_$q, pixels_$d_$k_$q);
//:end
//:end
//:end
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
