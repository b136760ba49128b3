// A matrix product, [M, K] times [K, N], both read by strides: a thread computes a register tile, TILE_M rows of TILE_N vec4s of
// columns. With BIAS, a vector is added to each row. With ONES_ROW, the first matrix has a last row of ones (row A_ROWS), whose
// products are the sums of the second matrix's columns; with SEPARATE_ONES they go to an output of their own. With split-K, each
// part sums K_PER_SPLIT products, of which UNROLLED are one turn of the loop.

@group(0) @binding(0) var<storage> a: array<f32, A_LEN>;
@group(0) @binding(1) var<storage> b: array<f32, B_LEN>;
//:if BIAS
@group(0) @binding(2) var<storage> bias: array<f32, N>;
@group(0) @binding(3) var<storage, read_write> output: array<f32, OUTPUT>;
//:else
@group(0) @binding(2) var<storage, read_write> output: array<f32, OUTPUT>;
//:if SEPARATE_ONES
@group(0) @binding(3) var<storage, read_write> column_sums: array<f32, N>;
//:end
//:end

fn thread_main(thread: u32) {
    let column = thread % TILES_N * 4u * TILE_N;
    let row = thread / TILES_N % TILES_M * TILE_M;
    let split = thread / TILES_N / TILES_M;
    let begin = split * K_PER_SPLIT;
    let end = min(begin + K_PER_SPLIT, K);
    // Rows and columns after the last are read as the last, and not written.
//:unroll r TILE_M
    let row_$r = min(row + $ru, A_ROWS - 1u) * A_STRIDE_M;
//:if ONES_ROW
    let is_ones_$r = row + $ru >= A_ROWS;
//:end
//:end
//:unroll q TILE_N
//:unroll c 4
    let column_$q_$c = min(column + 4u * $qu + $cu, N - 1u);
//:end
//:if BIAS
    // Added once, by the first part of the split.
    let biases_$q = vec4<f32>(bias[column_$q_0], bias[column_$q_1], bias[column_$q_2], bias[column_$q_3]);
    let start_$q = select(vec4<f32>(0.0), biases_$q, split == 0u);
//:else
    let start_$q = vec4<f32>(0.0);
//:end
//:unroll r TILE_M
    var sum_$r_$q = start_$q;
//:end
//:end
    for (var k = begin; k < end; k += UNROLLED) {
//:unroll s UNROLLED
        let b_$s = (k + $su) * B_STRIDE_K;
//:unroll q TILE_N
//:unroll c 4
        let b_$s_$q_$c = b[b_$s + column_$q_$c * B_STRIDE_N];
//:end
        let b_row_$s_$q = vec4<f32>(b_$s_$q_0, b_$s_$q_1, b_$s_$q_2, b_$s_$q_3);
//:end
//:unroll r TILE_M
//:if ONES_ROW
        let a_$s_$r = select(a[row_$r + (k + $su) * A_STRIDE_K], 1.0, is_ones_$r);
//:else
        let a_$s_$r = a[row_$r + (k + $su) * A_STRIDE_K];
//:end
//:unroll q TILE_N
        sum_$r_$q += a_$s_$r * b_row_$s_$q;
//:end
//:end
//:end
    }
//:unroll r TILE_M
//:unroll q TILE_N
//:unroll c 4
    if (row + $ru < M && column + 4u * $qu + $cu < N) {
//:if SEPARATE_ONES
        if (row + $ru < A_ROWS) {
            store((row + $ru) * N + column_$q_$c, sum_$r_$q[$c]);
        } else {
            column_sums[column_$q_$c] = sum_$r_$q[$c];
        }
//:else
        store((split * M + row + $ru) * N + column_$q_$c, sum_$r_$q[$c]);
//:end
    }
//:end
//:end
//:end
}
