// A convolution's gradients with respect to weights and bias as implicit GEMM: [M, K] gradient times [K, COLUMNS] images, where M are a
// group's filters, K the positions of the output in all images, and columns the weights of a filter. A part of the positions each
// (split-K). Tiles as in gemm.wgsl.

@group(0) @binding(0) var<storage> images: array<f32, IMAGES>;
@group(0) @binding(1) var<storage> gradient: array<f32, OUTPUT>;
@group(0) @binding(2) var<storage, read_write> sums: array<f32, PARTIAL_SUMS>;

var<workgroup> a_tile: array<vec4<f32>, A_TILE>;
var<workgroup> b_tile: array<vec4<f32>, B_TILE>;

fn workgroup_main(workgroup: u32, local: u32) {
    let tile_m = workgroup % TILES_M;
    let tile_n = workgroup / TILES_M % TILES_N;
    let group = workgroup / TILES_M / TILES_N % GROUPS;
    let split = workgroup / TILES_M / TILES_N / GROUPS;
    let begin = split * K_PER_SPLIT;
    let end = min(begin + K_PER_SPLIT, K);
    let thread_m = local / COLUMN_VEC4S;
    let thread_n = local % COLUMN_VEC4S;
    let first = tile_m * TILE_M;
    // A thread loads one position of a step, and of that some vec4s of filters and of weights.
    let load_k = local % TILE_K;
    let load_v = local / TILE_K;

//:unroll i A_LOADS
//:unroll j 4
    let a_row_$i_$j = min(first + load_v + $iu * LOADS_STRIDE + $ju * ROW_VEC4S, M - 1u) * OUT_PIXELS;
//:end
//:end
    // Of each weight: where it stands in a window, and the bits of its tap. After the last weight, bits that no tap has.
//:unroll i B_LOADS
//:unroll j 4
    let column_$i_$j = tile_n * TILE_N + load_v + $iu * LOADS_STRIDE + $ju * COLUMN_VEC4S;
    let tap_y_$i_$j = column_$i_$j % KERNEL / KERNEL_WIDTH;
    let tap_x_$i_$j = column_$i_$j % KERNEL_WIDTH;
    let offset_$i_$j = column_$i_$j / KERNEL * PIXELS + tap_y_$i_$j * WIDTH + tap_x_$i_$j;
    let needed_$i_$j = select(1u << (COLUMN_BITS - 1u), tap_bits(tap_y_$i_$j, tap_x_$i_$j), column_$i_$j < COLUMNS);
//:end
//:end
//:unroll v THREAD_VEC4S
//:unroll r 4
    var sum_$v_$r = vec4<f32>(0.0);
//:end
//:end
//:if BIASES
    var bias = vec4<f32>(0.0);
//:end

    for (var step = begin; step < end; step += TILE_K) {
        let is_known = step + load_k < end;
        let position = min(step + load_k, K - 1u);
        let image = position / OUT_PIXELS;
        let pixel = position % OUT_PIXELS;
        let source_y = i32(pixel / OUT_WIDTH * STRIDE_Y) - i32(PADDING_Y);
        let source_x = i32(pixel % OUT_WIDTH * STRIDE_X) - i32(PADDING_X);
        let inside_y = taps_inside(source_y, HEIGHT, KERNEL_HEIGHT);
        let inside_x = taps_inside(source_x, WIDTH, KERNEL_WIDTH);
        let inside = select(0u, inside_y | (inside_x << COLUMN_BITS), is_known);
        let plane = (image * IMAGE_CHANNELS + FIRST_CHANNEL + group * GROUP_CHANNELS) * PIXELS;
        let base = plane + u32(source_y * i32(WIDTH) + source_x);
        let from_ = (image * OUTPUT_CHANNELS + FIRST_FILTER + group * M) * OUT_PIXELS + pixel;
//:unroll i A_LOADS
        let a_$i = vec4<f32>(gradient[from_ + a_row_$i_0], gradient[from_ + a_row_$i_1], gradient[from_ + a_row_$i_2], gradient[from_ + a_row_$i_3]);
//:end
//:unroll i B_LOADS
//:unroll j 4
        let read_$i_$j = (inside & needed_$i_$j) == needed_$i_$j;
        let b_$i_$j = select(0.0, images[select(0u, base + offset_$i_$j, read_$i_$j)], read_$i_$j);
//:end
//:end
        // The step before has been computed with.
        workgroupBarrier();
//:unroll i A_LOADS
//:if PARTIAL_A
        if (load_v + $iu * LOADS_STRIDE < ROW_VEC4S) {
            a_tile[load_k * A_STRIDE + load_v + $iu * LOADS_STRIDE] = select(vec4<f32>(0.0), a_$i, is_known);
        }
//:else
        a_tile[load_k * A_STRIDE + load_v + $iu * LOADS_STRIDE] = select(vec4<f32>(0.0), a_$i, is_known);
//:end
//:end
//:unroll i B_LOADS
        b_tile[load_k * B_STRIDE + load_v + $iu * LOADS_STRIDE] = vec4<f32>(b_$i_0, b_$i_1, b_$i_2, b_$i_3);
//:end
        workgroupBarrier();
        for (var k = 0u; k < TILE_K; k += K_UNROLL) {
//:unroll k K_UNROLL
            let columns_$k = b_tile[(k + $ku) * B_STRIDE + thread_n];
//:unroll v THREAD_VEC4S
            let rows_$k_$v = a_tile[(k + $ku) * A_STRIDE + thread_m * THREAD_VEC4S + $vu];
//:unroll r 4
            sum_$v_$r += rows_$k_$v[$r] * columns_$k;
//:end
//:end
//:end
        }
//:if BIASES
        if (tile_n == 0u && local < ROW_VEC4S) {
            for (var k = 0u; k < TILE_K; k++) {
                bias += a_tile[k * A_STRIDE + local];
            }
        }
//:end
    }

    let to = split * (WEIGHTS + BIASES);
//:unroll j 4
    let weight_$j = tile_n * TILE_N + thread_n + $ju * COLUMN_VEC4S;
    if (weight_$j < COLUMNS) {
//:unroll v THREAD_VEC4S
//:unroll r 4
        let m_$j_$v_$r = first + thread_m * THREAD_VEC4S + $vu + $ru * ROW_VEC4S;
        if (m_$j_$v_$r < M) {
            sums[to + (group * M + m_$j_$v_$r) * COLUMNS + weight_$j] = sum_$v_$r[$j];
        }
//:end
//:end
    }
//:end
//:if BIASES
    if (tile_n == 0u && local < ROW_VEC4S) {
//:unroll r 4
        if (first + local + $ru * ROW_VEC4S < M) {
            sums[to + WEIGHTS + group * M + first + local + $ru * ROW_VEC4S] = bias[$r];
        }
//:end
    }
//:end
}
