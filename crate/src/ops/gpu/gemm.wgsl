// A matrix product, [M, K] times [K, N], both read by strides: a thread computes a tile of 4 rows by 4 columns. With BIAS, a
// vector is added to each row. With ONES_ROW, the first matrix has a last row of ones (row A_ROWS), whose products are the sums
// of the second matrix's columns; with SEPARATE_ONES they go to an output of their own. With split-K, each part sums
// K_PER_SPLIT products, of which UNROLLED are one turn of the loop.

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
    let column = thread % TILES_N * 4u;
    let row = thread / TILES_N % TILES_M * 4u;
    let split = thread / TILES_N / TILES_M;
    let begin = split * K_PER_SPLIT;
    let end = min(begin + K_PER_SPLIT, K);
//:unroll r 4
    // Rows and columns after the last are read as the last, and not written.
    let row_$r = min(row + $ru, A_ROWS - 1u) * A_STRIDE_M;
    let column_$r = min(column + $ru, N - 1u) * B_STRIDE_N;
//:if ONES_ROW
    let is_ones_$r = row + $ru >= A_ROWS;
//:end
//:end
//:if BIAS
    // Added once, by the first part of the split.
    let biases = vec4<f32>(bias[column], bias[min(column + 1u, N - 1u)], bias[min(column + 2u, N - 1u)], bias[min(column + 3u, N - 1u)]);
    let start = select(vec4<f32>(0.0), biases, split == 0u);
//:else
    let start = vec4<f32>(0.0);
//:end
//:unroll r 4
    var sum_$r = start;
//:end
    for (var k = begin; k < end; k += UNROLLED) {
//:unroll s UNROLLED
        let b_$s = (k + $su) * B_STRIDE_K;
        let b_row_$s = vec4<f32>(b[b_$s + column_0], b[b_$s + column_1], b[b_$s + column_2], b[b_$s + column_3]);
//:unroll r 4
//:if ONES_ROW
        sum_$r += select(a[row_$r + (k + $su) * A_STRIDE_K], 1.0, is_ones_$r) * b_row_$s;
//:else
        sum_$r += a[row_$r + (k + $su) * A_STRIDE_K] * b_row_$s;
//:end
//:end
//:end
    }
//:unroll r 4
//:unroll c 4
    if (row + $ru < M && column + $cu < N) {
//:if SEPARATE_ONES
        if (row + $ru < A_ROWS) {
            store((row + $ru) * N + column + $cu, sum_$r[$c]);
        } else {
            column_sums[column + $cu] = sum_$r[$c];
        }
//:else
        store((split * M + row + $ru) * N + column + $cu, sum_$r[$c]);
//:end
    }
//:end
//:end
}
