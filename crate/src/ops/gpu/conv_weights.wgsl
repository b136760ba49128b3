// Partial sums of a convolution's gradients by weights and bias, over a part of the output's rows: a thread makes TILE
// filters' weights in one row of the kernel of one channel, or TILE filters' biases.

@group(0) @binding(0) var<storage> images: array<f32, IMAGES>;
@group(0) @binding(1) var<storage> gradient: array<f32, OUTPUT>;
@group(0) @binding(2) var<storage, read_write> sums: array<f32, SUMS>;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) workgroup: vec3<u32>, @builtin(local_invocation_index) local: u32) {
    let thread = (workgroup.y * GROUPS + workgroup.x) * 64u + local;
    if (thread >= THREADS) {
        return;
    }
    // A line is a row of the kernel in a channel; one line more is the bias.
    let line = thread % LINES;
    let tiles = thread / LINES % TILES;
    let group = thread / LINES / TILES % PARTS;
    let slice = thread / LINES / TILES / PARTS;
    let own = tiles * TILE;
    let first = group * PART_FILTERS + min(own, PART_FILTERS - TILE);
    let channel = line / KERNEL_HEIGHT;
    let down = line % KERNEL_HEIGHT;
    let to = slice * (WEIGHTS + BIASES);
    let begin = slice * SLICE;
    let end = min(begin + SLICE, BATCH * OUT_HEIGHT);

//:if BIASES
    if (line == LINES - 1u) {
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
//:repeat k KERNEL_WIDTH
    var sum_$f_$k = 0.0;
//:end
//:end
    for (var at = begin; at < end; at++) {
        let image = at / OUT_HEIGHT;
        let row = at % OUT_HEIGHT;
        let y = row * STRIDE_Y + down - PADDING_Y;
        if (y < HEIGHT) {
            let plane = image * CHANNELS + group * PART_CHANNELS + channel;
            let above = (plane * HEIGHT + y) * WIDTH;
            let from_ = (image * FILTERS + first) * OUT_HEIGHT + row;
            for (var column = 0u; column < OUT_WIDTH; column += 4u) {
                var window: array<f32, WINDOW>;
//:repeat i WINDOW
                let column_$i = column * STRIDE_X + $iu - PADDING_X;
//:if GUARDED
                let inside_$i = column_$i < WIDTH;
                window[$iu] = select(0.0, images[above + select(0u, column_$i, inside_$i)], inside_$i);
//:else
                window[$iu] = images[above + column_$i];
//:end
//:end
//:repeat k KERNEL_WIDTH
                let pixels_$k = vec4<f32>(window[$ku], window[$ku + STRIDE_X], window[$ku + 2u * STRIDE_X], window[$ku + 3u * STRIDE_X]);
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
//:repeat k KERNEL_WIDTH
                sum_$f_$k += dot(outputs_$f, pixels_$k);
//:end
//:end
            }
        }
    }
//:repeat f TILE
    if (first + $fu >= group * PART_FILTERS + own) {
        let weight = ((first + $fu) * PART_CHANNELS + channel) * KERNEL + down * KERNEL_WIDTH;
//:repeat k KERNEL_WIDTH
        sums[to + weight + $ku] = sum_$f_$k;
//:end
    }
//:end
}
