// A convolution, or its gradient with respect to the images, as implicit GEMM: [M, K] weights times [K, POSITIONS] source. M are the
// channels of the output within a group, K the source's channels and the kernel's taps, and positions the pixels of all images.
// The second matrix is never stored: a workgroup reads the part that it needs into its memory, TILE_K rows at a time, and computes a
// tile of TILE_M by TILE_N, of which a thread keeps ROWS by 4 in registers.
//
// The gradient with respect to the images has one product for each phase of the stride: its pixels, a stride apart, meet the same taps.

//:if FORWARD
@group(0) @binding(0) var<storage> source: array<f32, SOURCE>;
@group(0) @binding(1) var<storage> weights: array<f32, WEIGHTS>;
//:if BIAS
@group(0) @binding(2) var<storage> bias: array<f32, BIASES>;
@group(0) @binding(3) var<storage, read_write> output: array<f32, OUTPUT>;
//:else
@group(0) @binding(2) var<storage, read_write> output: array<f32, OUTPUT>;
//:end
//:else
@group(0) @binding(0) var<storage> weights: array<f32, WEIGHTS>;
@group(0) @binding(1) var<storage> source: array<f32, SOURCE>;
@group(0) @binding(2) var<storage, read_write> output: array<f32, OUTPUT>;
//:end

// Vec4 v of a row holds rows v, v + ROW_VEC4S, … of the tile, and vec4 v of a column positions v, v + COLUMN_VEC4S, …: neighbouring
// threads read and write neighbouring numbers. A row more than needed keeps threads off the same bank.
var<workgroup> a_tile: array<vec4<f32>, A_TILE>;
var<workgroup> b_tile: array<vec4<f32>, B_TILE>;

fn workgroup_main(workgroup: u32, local: u32) {
    let tile_m = workgroup % TILES_M;
    let tile_n = workgroup / TILES_M % TILES_N;
    let phase = workgroup / TILES_M / TILES_N % PHASES;
    let group = workgroup / TILES_M / TILES_N / PHASES;
    let phase_y = phase / STRIDE_PHASES_X;
    let phase_x = phase % STRIDE_PHASES_X;
    // What the thread computes: its vec4s of rows, and its positions.
    let thread_m = local / COLUMN_VEC4S;
    let thread_n = local % COLUMN_VEC4S;
    let first = tile_m * TILE_M;
//:if FORWARD
    let taps_y = KERNEL_HEIGHT;
    let taps_x = KERNEL_WIDTH;
//:else
    // The phase's first row and column of the kernel; the others follow a stride apart.
    let start_y = (phase_y + PADDING_Y) % STRIDE_Y;
    let start_x = (phase_x + PADDING_X) % STRIDE_X;
    let taps_y = select(0u, (KERNEL_HEIGHT + STRIDE_Y - 1u - start_y) / STRIDE_Y, start_y < KERNEL_HEIGHT);
    let taps_x = select(0u, (KERNEL_WIDTH + STRIDE_X - 1u - start_x) / STRIDE_X, start_x < KERNEL_WIDTH);
//:end

    // Where each position's first tap stands in the source's first channel, which taps lie inside, and where its output is.
//:unroll j 4
    let position_$j = tile_n * TILE_N + thread_n + $ju * COLUMN_VEC4S;
    let image_$j = position_$j / PHASE_PIXELS;
    let row_$j = position_$j % PHASE_PIXELS / PHASE_WIDTH;
    let column_$j = position_$j % PHASE_WIDTH;
//:if FORWARD
    let y_$j = row_$j;
    let x_$j = column_$j;
    let source_y_$j = i32(row_$j * STRIDE_Y) - i32(PADDING_Y);
    let source_x_$j = i32(column_$j * STRIDE_X) - i32(PADDING_X);
    let inside_y_$j = taps_inside(source_y_$j, SOURCE_HEIGHT, taps_y);
    let inside_x_$j = taps_inside(source_x_$j, SOURCE_WIDTH, taps_x);
//:else
    let y_$j = row_$j * STRIDE_Y + phase_y;
    let x_$j = column_$j * STRIDE_X + phase_x;
    let source_y_$j = i32(row_$j + (phase_y + PADDING_Y) / STRIDE_Y);
    let source_x_$j = i32(column_$j + (phase_x + PADDING_X) / STRIDE_X);
    let inside_y_$j = taps_inside_backwards(source_y_$j, SOURCE_HEIGHT, taps_y);
    let inside_x_$j = taps_inside_backwards(source_x_$j, SOURCE_WIDTH, taps_x);
//:end
    let written_$j = position_$j < POSITIONS && y_$j < HEIGHT && x_$j < WIDTH;
    let inside_$j = select(0u, inside_y_$j | (inside_x_$j << COLUMN_BITS), written_$j);
    let plane_$j = (image_$j * SOURCE_CHANNELS + SOURCE_FIRST + group * K_CHANNELS) * SOURCE_PIXELS;
    // Left of or above the source, this wraps around. It is read only where a tap lies inside.
    let base_$j = plane_$j + u32(source_y_$j * i32(SOURCE_WIDTH) + source_x_$j);
//:end

    // What the thread loads of the weights: their column of the tile, and the rows, those after the last read as the last.
//:unroll i A_LOADS
    let a_number_$i = local + $iu * WORKGROUP_SIZE;
//:if FORWARD
    let a_k_$i = a_number_$i % TILE_K;
    let a_v_$i = a_number_$i / TILE_K;
//:else
    let a_k_$i = a_number_$i / ROW_VEC4S;
    let a_v_$i = a_number_$i % ROW_VEC4S;
//:end
//:unroll j 4
    let a_row_$i_$j = group * M * K_CHANNELS * KERNEL + min(first + a_v_$i + $ju * ROW_VEC4S, M - 1u) * WEIGHT_STRIDE_M;
//:end
//:end

//:unroll v THREAD_VEC4S
//:unroll r 4
//:if BIAS
    var sum_$v_$r = vec4<f32>(bias[group * M + min(first + thread_m * THREAD_VEC4S + $vu + $ru * ROW_VEC4S, M - 1u)]);
//:else
    var sum_$v_$r = vec4<f32>(0.0);
//:end
//:end
//:end

    // The taps of some channels after another, so that a step has one tap and the source stays in the cache. Where channels are
    // few, channels and taps are one sum.
//:if DENSE
    for (var step = 0u; step < K; step += TILE_K) {
//:else
    for (var step = 0u; step < K_CHANNELS; step += TILE_K) {
    for (var tap_y = 0u; tap_y < taps_y; tap_y++) {
    for (var tap_x = 0u; tap_x < taps_x; tap_x++) {
//:end
//:if DENSE
//:else
//:if FORWARD
        let tap = tap_y * KERNEL_WIDTH + tap_x;
        let offset = tap_y * SOURCE_WIDTH + tap_x;
//:else
        let tap = (start_y + tap_y * STRIDE_Y) * KERNEL_WIDTH + start_x + tap_x * STRIDE_X;
        let offset = 0u - (tap_y * SOURCE_WIDTH + tap_x);
//:end
        let needed = tap_bits(tap_y, tap_x);
//:unroll j 4
        let is_inside_$j = (inside_$j & needed) == needed;
//:end
//:end
//:unroll i A_LOADS
//:if DENSE
        let a_known_$i = step + a_k_$i < K;
        let a_column_$i = select(0u, (step + a_k_$i) / KERNEL * WEIGHT_STRIDE_K + (step + a_k_$i) % KERNEL, a_known_$i);
//:else
        let a_known_$i = step + a_k_$i < K_CHANNELS;
        let a_column_$i = select(0u, (step + a_k_$i) * WEIGHT_STRIDE_K + tap, a_known_$i);
//:end
        let a_$i = vec4<f32>(weights[a_row_$i_0 + a_column_$i], weights[a_row_$i_1 + a_column_$i], weights[a_row_$i_2 + a_column_$i], weights[a_row_$i_3 + a_column_$i]);
//:end
//:unroll i B_LOADS
        let b_k_$i = step + thread_m + $iu * THREADS_M;
//:if DENSE
        let tap_$i = b_k_$i % KERNEL;
        let tap_y_$i = tap_$i / KERNEL_WIDTH;
        let tap_x_$i = tap_$i % KERNEL_WIDTH;
//:if FORWARD
        let offset_$i = tap_y_$i * SOURCE_WIDTH + tap_x_$i + b_k_$i / KERNEL * SOURCE_PIXELS;
//:else
        let offset_$i = b_k_$i / KERNEL * SOURCE_PIXELS - (tap_y_$i * SOURCE_WIDTH + tap_x_$i);
//:end
        let needed_$i = tap_bits(tap_y_$i, tap_x_$i);
        let b_known_$i = b_k_$i < K;
//:unroll j 4
        let read_$i_$j = b_known_$i && (inside_$j & needed_$i) == needed_$i;
//:end
//:else
        let offset_$i = offset + b_k_$i * SOURCE_PIXELS;
        let b_known_$i = b_k_$i < K_CHANNELS;
//:unroll j 4
//:if PARTIAL_K
        let read_$i_$j = b_known_$i && is_inside_$j;
//:else
        let read_$i_$j = is_inside_$j;
//:end
//:end
//:end
//:unroll j 4
        let b_$i_$j = select(0.0, source[select(0u, base_$j + offset_$i, read_$i_$j)], read_$i_$j);
//:end
//:end
        // The step before has been computed with.
        workgroupBarrier();
//:unroll i A_LOADS
//:if PARTIAL_A
        if (a_number_$i < TILE_K * ROW_VEC4S) {
            a_tile[a_k_$i * A_STRIDE + a_v_$i] = select(vec4<f32>(0.0), a_$i, a_known_$i);
        }
//:else
        a_tile[a_k_$i * A_STRIDE + a_v_$i] = select(vec4<f32>(0.0), a_$i, a_known_$i);
//:end
//:end
//:unroll i B_LOADS
        b_tile[(thread_m + $iu * THREADS_M) * COLUMN_VEC4S + thread_n] = vec4<f32>(b_$i_0, b_$i_1, b_$i_2, b_$i_3);
//:end
        workgroupBarrier();
        for (var k = 0u; k < TILE_K; k += K_UNROLL) {
//:unroll k K_UNROLL
            let columns_$k = b_tile[(k + $ku) * COLUMN_VEC4S + thread_n];
//:unroll v THREAD_VEC4S
            let rows_$k_$v = a_tile[(k + $ku) * A_STRIDE + thread_m * THREAD_VEC4S + $vu];
//:unroll r 4
            sum_$v_$r += rows_$k_$v[$r] * columns_$k;
//:end
//:end
//:end
        }
//:if DENSE
    }
//:else
    }
    }
    }
//:end

//:unroll j 4
    let to_$j = ((image_$j * CHANNELS + group * M) * HEIGHT + y_$j) * WIDTH + x_$j;
    if (written_$j) {
//:unroll v THREAD_VEC4S
//:unroll r 4
        let m_$j_$v_$r = first + thread_m * THREAD_VEC4S + $vu + $ru * ROW_VEC4S;
        if (m_$j_$v_$r < M) {
            store(to_$j + m_$j_$v_$r * HEIGHT * WIDTH, sum_$v_$r[$j]);
        }
//:end
//:end
    }
//:end
}
